import type { DownRecord, StateChangeEvent } from '../../link/messages.js';
import { BFD_STATES, diagnosticName } from '../state/bfd-names.js';
import { bfdIdentityLeaf } from '../state/bfd-session-state.js';
import { flightRecord } from '../state/flight-record.js';
import { dateAndTime, element, leaf } from '../state/xml-text.js';
import type { SessionStateEvent } from './agent-event.js';

const BFD_IP_SH = 'urn:ietf:params:xml:ns:yang:ietf-bfd-ip-sh';
const BFD_IP_MH = 'urn:ietf:params:xml:ns:yang:ietf-bfd-ip-mh';

/** The notification of a change of state that the module of the session's type defines (RFC 9314). */
export function bfdNotification({ session: { desired, entryKeys }, change }: SessionStateEvent): string {
  const common = notificationParameters(`path-${desired.type}`, entryKeys['dest-addr'], change);
  const why = flightRecord(downRecordOf(change));
  if (desired.type === 'ip-mh') return element('multihop-notification', [...common, why], BFD_IP_MH);
  // As configured: a session that has just gone down sends none any more.
  const echo = desired.desiredMinEchoTxIntervalUs > 0;
  const singleHop = [leaf('interface', desired.interface), leaf('echo-enabled', echo)];
  return element('singlehop-notification', [...common, ...singleHop, why], BFD_IP_SH);
}

/** Why the session has gone down, where that is what has happened. */
export function downRecordOf({ from, report }: StateChangeEvent): DownRecord | undefined {
  return from === 'up' ? report.downRecord : undefined;
}

/** notification-parms of RFC 9314. */
export function notificationParameters(
  pathType: string,
  destination: string | undefined,
  change: StateChangeEvent,
): readonly string[] {
  const { report } = change;
  return [
    leaf('local-discr', report.localDiscriminator),
    leaf('remote-discr', report.remoteDiscriminator),
    leaf('new-state', BFD_STATES[change.to]),
    leaf('state-change-reason', diagnosticName(change.localDiagnostic)),
    leaf('time-of-last-state-change', dateAndTime(change.previousChangeMs)),
    leaf('dest-addr', destination),
    leaf('source-addr', change.sourceAddress),
    leaf('session-index', report.localDiscriminator),
    bfdIdentityLeaf('path-type', pathType),
  ];
}
