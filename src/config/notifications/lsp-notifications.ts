import { parsePrefix, isHostPrefix } from '../../lib/ip-prefix.js';
import { element, leaf } from '../state/xml-text.js';
import type { LspEvent, LspSessionStateEvent } from './agent-event.js';
import { downRecordOf, notificationParameters } from './bfd-notification.js';
import { flightRecord } from '../state/flight-record.js';
import { leafOf } from '../state/xml-text.js';

const BFD_MPLS = 'urn:ietf:params:xml:ns:yang:ietf-bfd-mpls';
const MPLS_BGP_BFD = 'urn:bfd-agent:yang:mpls-bgp-bfd';

/** mpls-notification of RFC 9314: a session of an LSP has changed its state. */
export function mplsNotification({ change, lsp }: LspSessionStateEvent): string {
  const withSource = { ...change, sourceAddress: change.sourceAddress ?? lsp.sourceAddress };
  return element(
    'mpls-notification',
    [
      ...notificationParameters('path-mpls-lsp', lsp.peer, withSource),
      leaf('mpls-dest-address', lsp.destinationAddress),
      leafOf(MPLS_BGP_BFD, 'fec', lsp.fec),
      leafOf(MPLS_BGP_BFD, 'role', lsp.role),
      flightRecord(downRecordOf(change)),
    ],
    BFD_MPLS,
  );
}

/** The notifications of mpls-bgp-bfd. */
export function lspNotification({ event, discriminator }: LspEvent): string {
  switch (event.type) {
    case 'lsp-session-created':
    case 'lsp-session-deleted': {
      const { role, fec, peer } = event.lsp;
      const identity = sessionIdentity({ fec, role, peer, discriminator: event.localDiscriminator });
      return event.type === 'lsp-session-created'
        ? element('session-created', identity, MPLS_BGP_BFD)
        : element('session-deleted', [...identity, leaf('reason', event.reason)], MPLS_BGP_BFD);
    }
    case 'bootstrap-failed': {
      const { fec, up, failure } = event;
      const identity = sessionIdentity({ fec, role: 'ingress', peer: egressOf(fec), discriminator });
      return element(
        'bootstrap-failed',
        [...identity, leaf('up', up), ...failureLeaves(failure)],
        MPLS_BGP_BFD,
      );
    }
    case 'tunnel-state-change':
      return element(
        'tunnel-state-change',
        [
          leaf('fec', event.fec),
          leaf('old-state', event.from),
          leaf('new-state', event.to),
          leaf('local-discriminator', discriminator),
        ],
        MPLS_BGP_BFD,
      );
    case 'session-limit':
      return element(
        'session-limit',
        [leaf('role', event.role), leaf('limit', event.limit), leaf('reached', event.reached)],
        MPLS_BGP_BFD,
      );
    default:
      return event satisfies never;
  }
}

interface Identity {
  readonly fec: string;
  readonly role: 'ingress' | 'egress';
  readonly peer: string | undefined;
  readonly discriminator: number | undefined;
}

function sessionIdentity({ fec, role, peer, discriminator }: Identity): readonly string[] {
  return [
    leaf('fec', fec),
    leaf('role', role),
    leaf('local-discriminator', discriminator),
    leaf('peer-address', peer),
  ];
}

function failureLeaves(
  failure: Extract<LspEvent['event'], { type: 'bootstrap-failed' }>['failure'],
): readonly string[] {
  const cause = leaf('cause', failure.cause);
  if (failure.cause === 'no-answer') return [cause];
  return [
    cause,
    leaf('return-code', failure.returnCode),
    leaf('return-subcode', failure.returnSubcode),
    leaf('from', failure.from),
  ];
}

/** The address that the FEC is, which is where its egress is; sessions have no other FECs. */
function egressOf(fec: string): string | undefined {
  const prefix = parsePrefix(fec);
  return prefix.ok && isHostPrefix(prefix.value) ? fec.slice(0, fec.lastIndexOf('/')) : undefined;
}
