import type { MutableControlPacket } from '../packet/control-packet.js';
import type { SessionVariables } from './session-variables.js';

/** Fills in the packet that a session is to send, RFC 5880 §6.8.7. */
export function fillControlPacket(
  packet: MutableControlPacket,
  session: SessionVariables,
  final: boolean,
): void {
  packet.diagnostic = session.localDiagnostic;
  packet.state = session.localState;
  // §6.5: never both.
  packet.poll = session.polling && !final;
  packet.final = final;
  packet.controlPlaneIndependent = false;
  packet.authenticationPresent = session.parameters.authentication !== null;
  packet.demand = session.demandActive;
  packet.multipoint = false;
  packet.detectMult = session.detectMult;
  packet.myDiscriminator = session.localDiscriminator;
  packet.yourDiscriminator = session.remoteDiscriminator;
  packet.desiredMinTxIntervalUs = session.desiredMinTxIntervalUs;
  packet.requiredMinRxIntervalUs = session.requiredMinRxIntervalUs;
  packet.requiredMinEchoRxIntervalUs = session.parameters.requiredMinEchoRxIntervalUs;
}
