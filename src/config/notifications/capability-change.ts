import { element, leaf } from '../state/xml-text.js';
import type { CapabilityChangeEvent } from './agent-event.js';
import { NETCONF_NOTIFICATIONS } from './session-notifications.js';

/** netconf-capability-change (RFC 6470 §2.2): by the server itself, since the agent was started another way. */
export function capabilityChange({ added, deleted, modified }: CapabilityChangeEvent): string {
  const content = [
    element('changed-by', ['<server/>']),
    ...added.map((uri) => leaf('added-capability', uri)),
    ...deleted.map((uri) => leaf('deleted-capability', uri)),
    ...modified.map((uri) => leaf('modified-capability', uri)),
  ];
  return element('netconf-capability-change', content, NETCONF_NOTIFICATIONS);
}
