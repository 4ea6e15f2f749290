import { DEFAULT_EGRESS_SETTINGS, type EgressSettings } from '../egress/egress-settings.js';
import { BFD_MULTIHOP_PORT } from '../lsp-encapsulation.js';
import type { DesiredEgress, LspSessionParameters } from '../mpls-model.js';
import type { EgressSession } from './egress-session.js';

/** What is wanted of the egress, in the forms that it is used in. */
export interface EgressWishes {
  readonly settings: EgressSettings;
  /** Null: labels are another program's business. */
  readonly labelBindings: DesiredEgress['labelBindings'];
  /** What sessions with a peer are to be like. */
  parametersFor(peer: string): LspSessionParameters;
  /** Where packets to a peer go. */
  portFor(peer: string): EgressSession['destinationPort'];
  /** Whether sessions that there are would be told the same by other wishes. */
  readonly sessionText: string;
}

/** Asks for what is wanted at that moment; `EgressSide` holds it. */
export type CurrentEgressWishes = () => EgressWishes;

/** @param egress null: BFD is disabled on the device */
export function egressWishes(egress: DesiredEgress | null): EgressWishes {
  const peers = new Map(egress?.passivePeers.map((peer) => [peer.peer, peer]));
  const session = egress?.session ?? FALLBACK_PARAMETERS;
  return {
    settings: settingsOf(egress),
    labelBindings: egress?.labelBindings ?? null,
    parametersFor: (peer) => ({ ...session, detectMult: peers.get(peer)?.detectMult ?? session.detectMult }),
    portFor: (peer) => peers.get(peer)?.destinationPort ?? BFD_MULTIHOP_PORT,
    // Both come from the same code, so that equal ones have their members in the same order.
    sessionText: JSON.stringify([egress?.session, egress?.passivePeers]),
  };
}

function settingsOf(egress: DesiredEgress | null): EgressSettings {
  return {
    ...DEFAULT_EGRESS_SETTINGS,
    passive: egress?.passive ?? false,
    deleteDelayUs: egress?.deleteDelayUs ?? DEFAULT_EGRESS_SETTINGS.deleteDelayUs,
    maxSessions: egress?.maxSessions ?? 0,
    // No peer has a limit of its own.
    maxSessionsPerPeer: Infinity,
  };
}

/** Without wishes no session is made; the compiler does not know. */
const FALLBACK_PARAMETERS: LspSessionParameters = {
  detectMult: 3,
  desiredMinTxIntervalUs: 1_000_000,
  requiredMinRxIntervalUs: 1_000_000,
  authentication: null,
};
