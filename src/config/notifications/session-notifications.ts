import { element, leaf } from '../state/xml-text.js';
import type {
  ConfirmedCommitEvent,
  SessionEndEvent,
  SessionIdentity,
  SessionStartEvent,
} from './agent-event.js';

/** The namespace of ietf-netconf-notifications (RFC 6470). */
export const NETCONF_NOTIFICATIONS = 'urn:ietf:params:xml:ns:yang:ietf-netconf-notifications';

/** common-session-parms of RFC 6470. */
export function sessionLeaves({ user, sessionId, sourceHost }: SessionIdentity): readonly string[] {
  return [leaf('username', user), leaf('session-id', sessionId), leaf('source-host', sourceHost)];
}

/** netconf-session-start. */
export function sessionStart({ session }: SessionStartEvent): string {
  return element('netconf-session-start', sessionLeaves(session), NETCONF_NOTIFICATIONS);
}

/** netconf-session-end. */
export function sessionEnd({ session, reason, killedBy }: SessionEndEvent): string {
  const why = [leaf('killed-by', killedBy), leaf('termination-reason', reason)];
  return element('netconf-session-end', [...sessionLeaves(session), ...why], NETCONF_NOTIFICATIONS);
}

/** netconf-confirmed-commit. */
export function confirmedCommit({ event, session, timeoutSeconds }: ConfirmedCommitEvent): string {
  const who = event === 'timeout' ? [] : sessionLeaves(session);
  const what = [leaf('confirm-event', event), leaf('timeout', timeoutSeconds)];
  return element('netconf-confirmed-commit', [...who, ...what], NETCONF_NOTIFICATIONS);
}
