import type { LspSessionReport, MplsStatistics, SessionKey, TunnelReport } from '../../link/messages.js';
import { SpecialLabel } from '../../mpls/label-stack.js';
import { LABEL_IDENTITIES } from '../label-identities.js';
import type { ReportedLspSession } from './lsp-sessions.js';
import { allSession, bfdIdentityLeaf, sessionState } from './bfd-session-state.js';
import { dateAndTime, element, identityLeaf, leaf } from './xml-text.js';

const BFD_MPLS = 'urn:ietf:params:xml:ns:yang:ietf-bfd-mpls';
const MPLS_BGP_BFD = 'urn:bfd-agent:yang:mpls-bgp-bfd';
const ROUTING_TYPES = { prefix: 'rt-types', namespace: 'urn:ietf:params:xml:ns:yang:ietf-routing-types' };

/** What there is of LSPs, as far as it is wanted. */
export interface LspState {
  readonly sessions: readonly ReportedLspSession[];
  readonly tunnels: readonly TunnelReport[];
  /** Sessions of the ingress, for the groups of ietf-bfd-mpls. */
  readonly groups: readonly ReportedLspSession[];
  /** The discriminators of the sessions that the tunnels have. */
  readonly discriminators: ReadonlyMap<SessionKey, number>;
  readonly statistics: MplsStatistics | null;
}

/** Of LSPs nothing is wanted. */
export const NO_LSP_STATE: LspState = {
  sessions: [],
  tunnels: [],
  groups: [],
  discriminators: new Map(),
  statistics: null,
};

/**
 * `mpls` of ietf-bfd-mpls, with what mpls-bgp-bfd adds to it.
 *
 * @param summary of all sessions; '' where it is not wanted
 */
export function mplsState(state: LspState, summary: string): string {
  const bgpLsp = [
    element(
      'tunnels',
      state.tunnels.map((tunnel) => tunnelEntry(tunnel, state.discriminators)),
    ),
    element('sessions', [summary, ...state.sessions.map((session) => sessionEntry(session))]),
    state.statistics === null ? '' : statistics(state.statistics),
  ];
  const groups = element(
    'session-groups',
    state.groups.map((session) => groupEntry(session)),
  );
  return element('mpls', [summary, groups, element('bgp-lsp', bgpLsp, MPLS_BGP_BFD)], BFD_MPLS);
}

/** An entry of mpls/session-groups, with the one session of its FEC. */
function groupEntry(session: ReportedLspSession): string {
  const inside = [
    ...allSession('path-mpls-lsp', session),
    leaf('mpls-dest-address', session.lsp.destinationAddress),
  ];
  return element('session-group', [leaf('mpls-fec', session.lsp.fec), element('sessions', inside)]);
}

/** An entry of bgp-lsp/sessions. */
function sessionEntry(session: ReportedLspSession): string {
  const { lsp, localDiscriminator } = session;
  return element('session', [
    leaf('local-discriminator', localDiscriminator),
    bfdIdentityLeaf('path-type', 'path-mpls-lsp'),
    leaf('ip-encapsulation', true),
    ...sessionState(false, session),
    leaf('mpls-dest-address', lsp.destinationAddress),
    leaf('fec', lsp.fec),
    leaf('role', lsp.role),
    leaf('peer-address', lsp.peer),
    leaf('source-address', lsp.sourceAddress),
    leaf('not-up-reason', lsp.notUpReason),
    bootstrap(lsp),
  ]);
}

function bootstrap(lsp: LspSessionReport): string {
  return element('bootstrap', [
    leaf('state', lsp.bootstrap),
    leaf('senders-handle', lsp.sendersHandle),
    ...echoCounts(lsp),
    leaf('last-return-code', lsp.lastReturnCode),
    leaf('last-return-subcode', lsp.lastReturnSubcode),
    leaf('last-round-trip-time', lsp.lastRoundTripUs && Math.round(lsp.lastRoundTripUs)),
    leaf('last-echo-time', dateAndTime(lsp.lastEchoMs)),
  ]);
}

function tunnelEntry(tunnel: TunnelReport, discriminators: ReadonlyMap<SessionKey, number>): string {
  const { ineligibleReason, session } = tunnel;
  return element('tunnel', [
    leaf('fec', tunnel.key),
    leaf('source', tunnel.source),
    leaf('state', tunnel.state),
    leaf('last-change', dateAndTime(tunnel.lastChangeMs)),
    leaf('eligible', ineligibleReason === null),
    leaf('ineligible-reason', ineligibleReason),
    leaf('session', session === null ? null : discriminators.get(session)),
    ...tunnel.lsps.map((lsp, at) =>
      element('lsp', [
        leaf('index', at + 1),
        leaf('role', lsp.role),
        leaf('next-hop', lsp.nextHop),
        leaf('out-interface', lsp.outInterface),
        element(
          'mpls-label-stack',
          lsp.labels.map((entry, index) => labelEntry(entry, index)),
        ),
        leaf('usable', lsp.usable),
        leaf('active', lsp.active),
      ]),
    ),
  ]);
}

function labelEntry(
  { label, ttl, trafficClass }: TunnelReport['lsps'][number]['labels'][number],
  index: number,
): string {
  return element('entry', [
    leaf('id', index + 1),
    labelLeaf(label),
    leaf('ttl', ttl),
    leaf('traffic-class', trafficClass),
  ]);
}

/** Labels with a meaning of their own have names in ietf-routing-types; some of them are not assigned. */
function labelLeaf(label: number): string {
  if (label > SpecialLabel.Extension) return leaf('label', label);
  const name = LABEL_IDENTITIES.get(label);
  return name === undefined ? '' : identityLeaf('label', { ...ROUTING_TYPES, name });
}

/** Why an echo request that asks for a session gets none. */
const REJECTIONS: ReadonlySet<string> = new Set([
  'passive-disabled',
  'session-limit',
  'peer-session-limit',
  'creation-rate',
]);

function statistics(counted: MplsStatistics): string {
  const rejected = counted.discardedEchoRequests.filter(({ reason }) => REJECTIONS.has(reason));
  return element('statistics', [
    ...echoCounts(counted),
    leaf(
      'rejected-bootstraps',
      rejected.reduce((sum, { count }) => sum + count, 0),
    ),
    ...discards('discarded-echo-requests', counted.discardedEchoRequests),
    ...discards('discarded-echo-replies', counted.discardedEchoReplies),
    ...discards('discarded-bfd-packets', counted.discardedBfdPackets),
  ]);
}

function echoCounts(
  counted: Pick<
    MplsStatistics,
    'echoRequestsSent' | 'echoRequestsReceived' | 'echoRepliesSent' | 'echoRepliesReceived'
  >,
): readonly string[] {
  return [
    leaf('echo-requests-sent', counted.echoRequestsSent),
    leaf('echo-requests-received', counted.echoRequestsReceived),
    leaf('echo-replies-sent', counted.echoRepliesSent),
    leaf('echo-replies-received', counted.echoRepliesReceived),
  ];
}

function discards(list: string, counts: MplsStatistics['discardedEchoRequests']): readonly string[] {
  return counts
    .filter(({ count }) => count > 0)
    .map(({ reason, count }) => element(list, [leaf('reason', reason), leaf('count', count)]));
}
