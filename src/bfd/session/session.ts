/**
 * One BFD session, RFC 5880, as a pure machine: packets, time and randomness come in as arguments, effects
 * come out. All times are absolute microseconds of one monotonic clock.
 *
 * Of the RFC's errata, 5205 (Detection Time expiry sets the diagnostic in Down too) is followed, and 7240
 * (bfd.LocalDiag is not reset when a session comes Up). 2530 and 7082 concern authentication, and are
 * followed there.
 */
import { encodeControlPacket, createControlPacket } from '../packet/control-packet.js';
import type { ControlPacket, MutableControlPacket } from '../packet/control-packet.js';
import type { DiscardReason } from '../packet/discard-reason.js';
import { Diagnostic } from '../packet/diagnostic.js';
import { SessionState } from '../packet/session-state.js';
import { fillControlPacket } from './control-packet-contents.js';
import { changeEffects, discardEffects, NOTHING_NEW, steadyEffects } from './effects.js';
import type { SessionEffect, Transmission } from './effects.js';
import type { SessionCommand } from './parameters.js';
import { SessionTransitions } from './session-transitions.js';
import type { SessionOptions, SessionVariables } from './session-variables.js';

/** See the top of the file. */
export class Session extends SessionTransitions {
  readonly #random: (session: SessionVariables) => number;
  /** Most packets and deadlines meet a steady session: for those there is a short way. */
  #steady = false;

  /** @throws RangeError when a parameter or the discriminator is one that no packet can carry */
  constructor(options: SessionOptions) {
    super(options);
    this.#random = options.random;
    this.tellIntervals(this.negotiatedTxIntervalUs, this.negotiatedRxIntervalUs, this.detectionTimeUs);
  }

  /** See `isSteady`; the intervals told last are those that hold. */
  get steady(): boolean {
    return this.#steady;
  }

  /**
   * A packet that has passed `decodeControlPacket` and been found to be this session's (RFC 5880 §6.8.6,
   * from authentication on).
   *
   * @param bytes what the packet was read from, from its first byte on
   */
  handlePacket(packet: ControlPacket, bytes: Uint8Array, nowUs: number): readonly SessionEffect[] {
    if (this.#steady && isPlain(packet) && this.remote.agrees(packet)) {
      this.lastReceivedUs = nowUs;
      return NOTHING_NEW;
    }
    const reason = this.#authenticate(packet, bytes, nowUs);
    if (reason !== null) {
      return discardEffects(reason);
    }
    const from = this.state;
    this.remote.update(packet);
    // In AdminDown the packet is discarded below, and not answered. That the peer is there is known all
    // the same, so that its discriminator is not forgotten while it goes on sending (§6.8.1).
    this.lastReceivedUs = nowUs;
    if (packet.final) {
      this.acknowledge(this.poll.finalReceived(nowUs), nowUs);
    }
    if (from !== SessionState.AdminDown && !this.heldDown) {
      this.step(packet.state);
    }
    this.announce(nowUs);
    if (this.negotiatedTxIntervalUs < this.toldTransmitIntervalUs) {
      this.poll.restartClock();
    }
    if (packet.poll && from !== SessionState.AdminDown) {
      return this.#effects(this.#answer(), from);
    }
    return this.#effects(from === this.state ? 'none' : this.#transmit(nowUs), from);
  }

  /** To be called at `pollTimeout()` or later; earlier it does nothing. */
  handleTimeout(nowUs: number): readonly SessionEffect[] {
    if (this.#steady && nowUs < this.detectionDeadlineUs) {
      return steadyEffects(nowUs >= this.transmitDeadlineUs() ? this.#transmit(nowUs) : 'none', false);
    }
    const from = this.state;
    const diagnostic = this.diagnostic;
    if (nowUs >= this.controlDeadlineUs()) {
      this.missPackets(nowUs);
    } else if (nowUs >= this.echoFailureDeadlineUs()) {
      this.goDown(SessionState.Down, Diagnostic.EchoFunctionFailed);
    }
    if (nowUs >= this.verifyDeadlineUs()) {
      this.requestVerification();
    }
    this.announce(nowUs);
    const changed = from !== this.state || diagnostic !== this.diagnostic;
    const due = changed || nowUs >= this.transmitDeadlineUs();
    const echo = nowUs >= this.echoDeadlineUs();
    if (echo) {
      this.echo?.sent(nowUs, this.detectMult, this.#random(this));
    }
    return this.#effects(due ? this.#transmit(nowUs) : 'none', from, echo);
  }

  /**
   * Does what the owner wants.
   *
   * @throws RangeError when a parameter is one that no packet can carry
   */
  command(change: SessionCommand, nowUs: number): readonly SessionEffect[] {
    const from = this.state;
    const diagnostic = this.diagnostic;
    this.obey(change);
    if (change.type === 'learn' && this.remote.discriminator === 0) {
      this.remote.learn(change.discriminator, this.wanted.detectMult);
      this.lastReceivedUs = nowUs;
    }
    this.announce(nowUs);
    const changed = from !== this.state || diagnostic !== this.diagnostic || change.type === 'learn';
    return this.#effects(changed ? this.#transmit(nowUs) : 'none', from);
  }

  override get detectionDeadlineUs(): number {
    return this.#steady ? this.lastReceivedUs + this.toldDetectionTimeUs : super.detectionDeadlineUs;
  }

  /** When `handleTimeout` is next to be called; Infinity when only a packet or a command can bring news. */
  pollTimeout(): number {
    if (this.#steady) {
      return Math.min(this.detectionDeadlineUs, this.transmitDeadlineUs());
    }
    return Math.min(
      this.controlDeadlineUs(),
      this.echoFailureDeadlineUs(),
      this.transmitDeadlineUs(),
      this.echoDeadlineUs(),
      this.announceDeadlineUs(),
      this.verifyDeadlineUs(),
    );
  }

  /**
   * An Echo packet has come back: `bytes` is its payload.
   *
   * @returns false: it is none of this session's, or is here for the second time, and changes nothing
   */
  handleEcho(bytes: Uint8Array, nowUs: number): boolean {
    return this.echo?.received(bytes, nowUs) ?? false;
  }

  /** Fills in the packet that a `transmit` effect asks for. */
  fillPacket(packet: MutableControlPacket, final: boolean): void {
    fillControlPacket(packet, this, final);
  }

  /**
   * Writes the packet that a `transmit` effect asks for, once: its sequence number counts.
   *
   * @param bytes has room for MAX_CONTROL_PACKET_BYTES from `offset` on
   * @returns the number of bytes written
   */
  writeControlPacket(bytes: Uint8Array, offset: number, final: boolean): number {
    this.fillPacket(SCRATCH, final);
    const length = encodeControlPacket(SCRATCH, bytes, offset);
    const { authentication } = this.wanted;
    if (authentication === null || authentication.send === null || this.authenticator === null) {
      return length;
    }
    return this.authenticator.sign(bytes, offset, authentication.send, authentication.meticulous);
  }

  /** Writes the payload that a `transmit-echo` effect asks for, once, and returns its length. */
  writeEcho(bytes: Uint8Array, offset: number): number {
    return this.echo?.write(bytes, offset) ?? 0;
  }

  /** RFC 5880 §6.8.6, the rules of authentication; null: the packet is accepted. */
  #authenticate(packet: ControlPacket, bytes: Uint8Array, nowUs: number): DiscardReason | null {
    const { authentication } = this.wanted;
    if (authentication === null || this.authenticator === null) {
      return packet.authenticationPresent ? 'unexpected-authentication' : null;
    }
    const known = this.remote.discriminator !== 0;
    const detectionTimeUs = known ? this.detectionTimeUs : this.lostDetectionTimeUs;
    if (nowUs - this.lastReceivedUs >= 2 * detectionTimeUs) {
      this.authenticator.forgetSequence();
    }
    return this.authenticator.verify(packet, bytes, authentication);
  }

  /** A Final answers a Poll, without respect to the transmission timer and the role (§6.8.7). */
  #answer(): Transmission {
    if (this.keyMissing) {
      return 'none';
    }
    this.#packetSent();
    return 'final';
  }

  #packetSent(): void {
    if (this.demandActive) {
      this.demand.told();
    }
  }

  /** A packet that is no answer goes out: it starts the interval anew. */
  #transmit(nowUs: number): Transmission {
    if (!this.mayTransmit()) {
      return 'none';
    }
    this.lastSentUs = nowUs;
    this.lastSentMultiplier = this.wanted.detectMult;
    this.jitterDraw = this.#random(this);
    this.#packetSent();
    if (this.poll.active) {
      this.poll.pollSent(nowUs);
    }
    return 'periodic';
  }

  #effects(transmission: Transmission, from: SessionState, echo = false): readonly SessionEffect[] {
    const txUs = this.negotiatedTxIntervalUs;
    const rxUs = this.negotiatedRxIntervalUs;
    const detectionUs = this.detectionTimeUs;
    this.#steady = this.isSteady();
    const intervalChanged =
      txUs !== this.toldTransmitIntervalUs ||
      rxUs !== this.toldReceiveIntervalUs ||
      detectionUs !== this.toldDetectionTimeUs;
    if (!intervalChanged && from === this.state) {
      return steadyEffects(transmission, echo);
    }
    this.tellIntervals(txUs, rxUs, detectionUs);
    return changeEffects(transmission, echo, from, this.state, this.diagnostic, intervalChanged);
  }
}

/** No Poll, no Final, nothing to authenticate. */
function isPlain(packet: ControlPacket): boolean {
  return !packet.poll && !packet.final && !packet.authenticationPresent;
}

/** Filled and written in one go, so that one serves all sessions. */
const SCRATCH = createControlPacket();
