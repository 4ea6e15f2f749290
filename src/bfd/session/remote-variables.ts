import type { ControlPacket } from '../packet/control-packet.js';
import { Diagnostic } from '../packet/diagnostic.js';
import { SessionState } from '../packet/session-state.js';
import { SLOW_TX_INTERVAL_US } from './timing.js';

/** What the last packet of the peer said (RFC 5880 §6.8.1). Intervals are microseconds. */
export class RemoteVariables {
  /** bfd.RemoteDiscr; zero while the peer's is not known. */
  discriminator = 0;
  /** bfd.RemoteSessionState. */
  state: SessionState = SessionState.Down;
  diagnostic = 0;
  /** Zero before the first packet. */
  detectMult = 0;
  /** bfd.RemoteDemandMode. */
  demand = false;
  /** Zero before the first packet. */
  desiredMinTxIntervalUs = 0;
  /** bfd.RemoteMinRxInterval. */
  requiredMinRxIntervalUs = 1;
  requiredMinEchoRxIntervalUs = 0;

  /** Whether a packet says what is known already. */
  agrees(packet: ControlPacket): boolean {
    return (
      this.discriminator === packet.myDiscriminator &&
      this.state === packet.state &&
      this.diagnostic === packet.diagnostic &&
      this.detectMult === packet.detectMult &&
      this.demand === packet.demand &&
      this.desiredMinTxIntervalUs === packet.desiredMinTxIntervalUs &&
      this.requiredMinRxIntervalUs === packet.requiredMinRxIntervalUs &&
      this.requiredMinEchoRxIntervalUs === packet.requiredMinEchoRxIntervalUs
    );
  }

  /** Takes over what a packet says, RFC 5880 §6.8.6. */
  update(packet: ControlPacket): void {
    this.discriminator = packet.myDiscriminator;
    this.state = packet.state;
    this.diagnostic = packet.diagnostic;
    this.detectMult = packet.detectMult;
    this.demand = packet.demand;
    this.desiredMinTxIntervalUs = packet.desiredMinTxIntervalUs;
    this.requiredMinRxIntervalUs = packet.requiredMinRxIntervalUs;
    this.requiredMinEchoRxIntervalUs = packet.requiredMinEchoRxIntervalUs;
  }

  /** The peer has said Down, as it wants the session no more. */
  withdraw(): void {
    this.state = SessionState.Down;
    this.diagnostic = Diagnostic.AdministrativelyDown;
  }

  /** The peer is known by its discriminator alone: it is taken to be Down, and slow. */
  learn(discriminator: number, detectMult: number): void {
    this.forget();
    this.discriminator = discriminator;
    this.detectMult = detectMult;
    this.desiredMinTxIntervalUs = SLOW_TX_INTERVAL_US;
  }

  /**
   * Nothing has come for a Detection Time: the discriminator MUST be zeroed (RFC 5880 §6.8.1), the
   * receive interval SHOULD be the initial one (§6.8.18), and what else the peer said is as old.
   */
  forget(): void {
    this.discriminator = 0;
    this.state = SessionState.Down;
    this.diagnostic = 0;
    this.detectMult = 0;
    this.demand = false;
    this.desiredMinTxIntervalUs = 0;
    this.requiredMinRxIntervalUs = 1;
    this.requiredMinEchoRxIntervalUs = 0;
  }
}
