import { BFD_STATES } from '../state/bfd-ip-sh-state.js';
import { diagnosticName } from '../state/bfd-diagnostics.js';
import { dateAndTime, element, identityLeaf, leaf } from '../state/xml-text.js';
import type { IpShStateEvent } from './agent-event.js';

const BFD_IP_SH = 'urn:ietf:params:xml:ns:yang:ietf-bfd-ip-sh';
const BFD_TYPES = { prefix: 'bfd-types', namespace: 'urn:ietf:params:xml:ns:yang:ietf-bfd-types' };

/** singlehop-notification of ietf-bfd-ip-sh (RFC 9314 §2.13). */
export function singlehopNotification({ interface: name, destination, change }: IpShStateEvent): string {
  const { report } = change;
  return element(
    'singlehop-notification',
    [
      leaf('local-discr', report.localDiscriminator),
      leaf('remote-discr', report.remoteDiscriminator),
      leaf('new-state', BFD_STATES[change.to]),
      leaf('state-change-reason', diagnosticName(change.localDiagnostic)),
      leaf('time-of-last-state-change', dateAndTime(change.previousChangeMs)),
      leaf('dest-addr', destination),
      leaf('source-addr', change.sourceAddress),
      leaf('session-index', report.localDiscriminator),
      identityLeaf('path-type', { ...BFD_TYPES, name: 'path-ip-sh' }),
      leaf('interface', name),
      // There is no Echo function here.
      leaf('echo-enabled', false),
    ],
    BFD_IP_SH,
  );
}
