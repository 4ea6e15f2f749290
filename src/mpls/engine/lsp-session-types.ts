import type { SessionType } from '../../bfd/types/session-type.js';
import { egressRules, INGRESS_RULES, type LspSessionRules } from '../lsp-encapsulation.js';

/** The kind of a session at the ingress. */
export const LSP_INGRESS = sessionType(INGRESS_RULES);

/** Kinds of sessions at the egress, by the port that their packets go to. */
export const LSP_EGRESS = {
  4784: sessionType(egressRules(4784)),
  3784: sessionType(egressRules(3784)),
} as const;

function sessionType({ name, destinationPort, sourcePorts, transmitTtl }: LspSessionRules): SessionType {
  return {
    name,
    encapsulation: 'udp',
    destinationPort,
    sourcePorts,
    transmitTtl,
    requiredTtl: null,
    boundToInterface: false,
    demultiplexingKey: noKey,
  };
}

/** RFC 5884 §5: Your Discriminator alone finds the session. */
function noKey(): string {
  throw new Error('sessions of LSPs are found by their discriminator alone');
}
