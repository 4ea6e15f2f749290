import type { AgentEvent } from './agent-event.js';
import { bfdNotification } from './bfd-notification.js';
import { capabilityChange } from './capability-change.js';
import { configChange } from './config-change.js';
import { healthGateNotification } from './health-gate-notification.js';
import { lspNotification, mplsNotification } from './lsp-notifications.js';
import { confirmedCommit, sessionEnd, sessionStart } from './session-notifications.js';

/** The content of the notification of an event: one element of the namespace of its module. */
export function notificationContent(event: AgentEvent): string {
  switch (event.type) {
    case 'config-change':
      return configChange(event);
    case 'capability-change':
      return capabilityChange(event);
    case 'session-start':
      return sessionStart(event);
    case 'session-end':
      return sessionEnd(event);
    case 'confirmed-commit':
      return confirmedCommit(event);
    case 'health-gate':
      return healthGateNotification(event);
    case 'session-state':
      return bfdNotification(event);
    case 'lsp-session-state':
      return mplsNotification(event);
    case 'lsp':
      return lspNotification(event);
    default:
      return event satisfies never;
  }
}
