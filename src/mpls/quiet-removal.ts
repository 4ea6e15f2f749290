/**
 * The end of a session that its ingress wants no more, without an alarm at the egress: RFC 7726 §2.3. The
 * ingress says Down with diagnostic 7 as many times as its detection multiplier, then is gone.
 */
import { Diagnostic } from '../bfd/packet/diagnostic.js';
import { SessionState } from '../bfd/packet/session-state.js';
import type { SessionCommand } from '../bfd/session/parameters.js';

/** What the ingress tells a session that is to be removed quietly. */
export const QUIET_REMOVAL: SessionCommand = {
  type: 'path-down',
  diagnostic: Diagnostic.AdministrativelyDown,
};

/**
 * Whether a packet says that the ingress wants the session no more. The egress asks before it hands the
 * packet to the session, which would take it for a failure.
 */
export function isQuietRemoval(packet: {
  readonly state: SessionState;
  readonly diagnostic: number;
}): boolean {
  return packet.state === SessionState.Down && packet.diagnostic === Diagnostic.AdministrativelyDown;
}
