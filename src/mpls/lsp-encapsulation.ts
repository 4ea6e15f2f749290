/**
 * How the packets of an LSP session travel, RFC 5884 §7. From the ingress they go on the label stack of the
 * FEC; from the egress they are routed, as LSPs lead one way.
 */
import { SpecialLabel } from './label-stack.js';
import type { LabelStackEntry } from './label-stack.js';

/** BFD over one hop, RFC 5881 §4: what comes on an LSP. */
export const BFD_SINGLE_HOP_PORT = 3784;
/** BFD over several hops, RFC 5883 §5: what comes back routed. */
export const BFD_MULTIHOP_PORT = 4784;

/** The rules of one direction. */
export interface LspSessionRules {
  /** The name in session keys and in the link's messages. */
  readonly name: 'lsp-ingress' | 'lsp-egress';
  readonly role: 'ingress' | 'egress';
  /** What this end sends: frames with labels, or routed datagrams. */
  readonly encapsulation: 'labelled' | 'routed';
  /** The port that packets are sent to. */
  readonly destinationPort: number;
  /** The ports at which the peer's packets come in. */
  readonly receivePorts: readonly number[];
  /** TTL or Hop Limit of packets sent. */
  readonly transmitTtl: number;
  /** The least TTL or Hop Limit that is accepted; it says nothing on an LSP, nor behind any number of hops. */
  readonly requiredTtl: number;
  /** RFC 5881 §4. */
  readonly sourcePorts: { readonly min: number; readonly max: number };
  /** Whether packets must come in where the session's own go out: LSPs may come in anywhere. */
  readonly boundToInterface: false;
}

const SOURCE_PORTS = { min: 49152, max: 65535 };

/** The ingress: label stack, 127/8, TTL 1, and what comes back is routed, to either port. */
export const INGRESS_RULES: LspSessionRules = {
  name: 'lsp-ingress',
  role: 'ingress',
  encapsulation: 'labelled',
  destinationPort: BFD_SINGLE_HOP_PORT,
  // Some egresses do not follow the standard and send to the other port.
  receivePorts: [BFD_MULTIHOP_PORT, BFD_SINGLE_HOP_PORT],
  transmitTtl: 1,
  requiredTtl: 0,
  sourcePorts: SOURCE_PORTS,
  boundToInterface: false,
};

/**
 * The egress: routed to the source address of the echo request.
 *
 * @param destinationPort 4784, or 3784 for a peer that does not follow the standard
 */
export function egressRules(
  destinationPort: typeof BFD_MULTIHOP_PORT | typeof BFD_SINGLE_HOP_PORT = BFD_MULTIHOP_PORT,
): LspSessionRules {
  return {
    name: 'lsp-egress',
    role: 'egress',
    encapsulation: 'routed',
    destinationPort,
    receivePorts: [BFD_SINGLE_HOP_PORT],
    transmitTtl: 255,
    requiredTtl: 0,
    sourcePorts: SOURCE_PORTS,
    boundToInterface: false,
  };
}

/**
 * Whether a session takes packets that come in like this; which session it is, Your Discriminator alone tells
 * (RFC 5884 §5). What is to have come on an LSP went to 127/8, so that a host off the LSP cannot send it.
 *
 * @param toLoopback whether the destination is one that packets on an LSP go to
 */
export function acceptsArrival(
  rules: LspSessionRules,
  destinationPort: number,
  toLoopback: boolean,
): boolean {
  if (toLoopback) {
    // The egress of a bidirectional LSP, or one with an LSP back, may answer on that.
    return destinationPort === BFD_SINGLE_HOP_PORT;
  }
  return rules.role === 'ingress' && rules.receivePorts.includes(destinationPort);
}

/**
 * The stack that OAM packets of an LSP carry.
 *
 * @param labels as the LSP has them, top first
 * @param trafficClass of every entry: 0 to 7
 * @param innerTtlOne RFC 5884 §7: the TTL of the inner label is 1 where the egress knows OAM packets by that;
 *   a stack of one label has no inner one
 */
export function oamLabelStack(
  labels: readonly LabelStackEntry[],
  trafficClass: number,
  innerTtlOne: boolean,
): LabelStackEntry[] {
  const sent = labels.filter(({ label }) => label !== SpecialLabel.ImplicitNull);
  const inner = innerTtlOne && sent.length > 1 ? sent.length - 1 : -1;
  return sent.map(({ label, ttl }, index) => ({ label, trafficClass, ttl: index === inner ? 1 : ttl }));
}
