import type { QualifiedName } from '../../config/config-service.js';
import type { EventNotification } from '../../config/notification-source.js';

/**
 * The name of a notification, as its content declares it: one element that begins with the declaration of
 * its namespace. What begins in another way has the empty name, which no module has.
 */
export function notificationName({ xml }: EventNotification): QualifiedName {
  const [, name = '', namespace = ''] = /^<([^\s:/>]+) xmlns="([^"]*)"/u.exec(xml) ?? [];
  return { namespace, name };
}
