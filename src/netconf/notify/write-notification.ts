import { NOTIFICATION, NOTIFICATION_STREAMS } from '../namespaces.js';
import type { EventNotification } from '../../config/notification-source.js';

/** The message `<notification>` (RFC 5277 §4). */
export function writeNotification({ timeMs, xml }: EventNotification): string {
  const eventTime = new Date(timeMs).toISOString();
  return `<notification xmlns="${NOTIFICATION}"><eventTime>${eventTime}</eventTime>${xml}</notification>`;
}

/** Contents of the notifications that are of one subscription and never logged (RFC 5277 §2.1.1, §3.3). */
export const REPLAY_COMPLETE = `<replayComplete xmlns="${NOTIFICATION_STREAMS}"/>`;
export const NOTIFICATION_COMPLETE = `<notificationComplete xmlns="${NOTIFICATION_STREAMS}"/>`;
