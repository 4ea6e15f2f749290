/**
 * One BFD session, RFC 5880, as a pure machine: packets, time and randomness come in as arguments, effects
 * come out. All times are absolute microseconds of one monotonic clock.
 *
 * Of the RFC's errata, 5205 (Detection Time expiry sets the diagnostic in Down too) is followed, and 7240
 * (bfd.LocalDiag is not reset when a session comes Up). 2530 and 7082 concern authentication, and are
 * followed there.
 */
import type { Digest } from '../auth/authentication.js';
import { Authenticator } from '../auth/authenticator.js';
import { encodeControlPacket, createControlPacket } from '../packet/control-packet.js';
import type { ControlPacket, MutableControlPacket } from '../packet/control-packet.js';
import type { DiscardReason } from '../packet/discard-reason.js';
import { Diagnostic } from '../packet/diagnostic.js';
import { SessionState } from '../packet/session-state.js';
import { fillControlPacket } from './control-packet-contents.js';
import { EchoFunction } from './echo-function.js';
import { changeEffects, discardEffects, NOTHING_NEW, steadyEffects } from './effects.js';
import type { SessionEffect, Transmission } from './effects.js';
import { assertParameters } from './parameters.js';
import type { SessionCommand, SessionParameters } from './parameters.js';
import { POLL_CONTENTS, POLL_DEMAND, POLL_RX, POLL_TX, POLL_VERIFY } from './poll-sequence.js';
import { SessionDeadlines } from './session-deadlines.js';
import type { SessionOptions } from './session-variables.js';
import { nextState } from './state-table.js';
import { ToldContents } from './told-contents.js';

/** See the top of the file. */
export class Session extends SessionDeadlines {
  readonly #random: () => number;
  readonly #randomUint32: () => number;
  readonly #digest: Digest;
  readonly #told = new ToldContents();
  /** Most packets and deadlines meet a steady session: for those there is a short way. */
  #steady = false;
  /** What the shell was last told by `interval-changed`, to tell it of changes alone. */
  #reportedTxUs: number;
  #reportedRxUs: number;
  #reportedDetectionUs: number;

  /** @throws RangeError when a parameter or the discriminator is one that no packet can carry */
  constructor(options: SessionOptions) {
    super(options);
    this.#random = options.random;
    this.#randomUint32 = options.randomUint32;
    this.#digest = options.digest;
    this.#useParameters();
    this.#reportedTxUs = this.negotiatedTxIntervalUs;
    this.#reportedRxUs = this.negotiatedRxIntervalUs;
    this.#reportedDetectionUs = this.detectionTimeUs;
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
      this.#acknowledge(this.poll.finalReceived(nowUs), nowUs);
    }
    if (from !== SessionState.AdminDown && !this.heldDown) {
      this.#step(packet.state);
    }
    this.#announce(nowUs);
    if (this.negotiatedTxIntervalUs < this.#reportedTxUs) {
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
      this.#missPackets(nowUs);
    } else if (nowUs >= this.echoFailureDeadlineUs()) {
      this.#goDown(SessionState.Down, Diagnostic.EchoFunctionFailed);
    }
    if (nowUs >= this.verifyDeadlineUs()) {
      this.#requestVerification();
    }
    this.#announce(nowUs);
    const changed = from !== this.state || diagnostic !== this.diagnostic;
    const due = changed || nowUs >= this.transmitDeadlineUs();
    const echo = nowUs >= this.echoDeadlineUs();
    if (echo) {
      this.echo?.sent(nowUs, this.detectMult, this.#random());
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
    this.#obey(change);
    this.#announce(nowUs);
    const changed = from !== this.state || diagnostic !== this.diagnostic;
    return this.#effects(changed ? this.#transmit(nowUs) : 'none', from);
  }

  override get detectionDeadlineUs(): number {
    return this.#steady ? this.lastReceivedUs + this.#reportedDetectionUs : super.detectionDeadlineUs;
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

  #acknowledge(changes: number, nowUs: number): void {
    this.intervals.acknowledge(changes);
    if (changes & POLL_DEMAND) {
      this.demand.acknowledged(nowUs);
    }
  }

  #step(received: SessionState): void {
    const next = nextState(this.state, received);
    if (next === SessionState.Down && this.state !== SessionState.Down) {
      this.#goDown(SessionState.Down, Diagnostic.NeighborSignaledSessionDown);
    }
    this.state = next;
  }

  #obey(change: SessionCommand): void {
    switch (change.type) {
      case 'set-parameters':
        this.#setParameters(change.parameters);
        break;
      case 'verify':
        this.verifyWanted = this.demand.silenceExpected;
        break;
      case 'forwarding-plane-reset':
        if (this.state !== SessionState.AdminDown) {
          this.#goDown(SessionState.Down, Diagnostic.ForwardingPlaneReset);
        }
        break;
      case 'concatenated-path-down':
        this.diagnostic = change.diagnostic;
        break;
      case 'admin-down':
        this.wanted = { ...this.wanted, adminDown: true };
        this.#goDown(SessionState.AdminDown, change.diagnostic ?? Diagnostic.AdministrativelyDown);
        break;
      case 'admin-up':
        this.wanted = { ...this.wanted, adminDown: false };
        this.#enable();
        break;
      case 'path-down':
        this.held = true;
        if (this.state !== SessionState.AdminDown) {
          this.#goDown(SessionState.Down, change.diagnostic ?? Diagnostic.PathDown);
        }
        break;
      case 'path-up':
        this.held = false;
        break;
    }
  }

  #setParameters(parameters: SessionParameters): void {
    assertParameters(parameters);
    const before = this.wanted;
    this.wanted = parameters;
    this.#useParameters();
    if (parameters.detectMult < before.detectMult) {
      this.poll.restartClock();
    }
    if (parameters.adminDown && !before.adminDown) {
      this.#goDown(SessionState.AdminDown, Diagnostic.AdministrativelyDown);
    } else if (!parameters.adminDown) {
      this.#enable();
      if (this.keyMissing && this.state !== SessionState.Down) {
        this.#goDown(SessionState.Down, Diagnostic.AdministrativelyDown);
      }
    }
  }

  /** Makes what the parameters ask for the first time. */
  #useParameters(): void {
    if (this.wanted.desiredMinEchoTxIntervalUs !== 0) {
      this.echo ??= new EchoFunction(this.localDiscriminator, this.#randomUint32);
    }
    if (this.wanted.authentication !== null) {
      this.authenticator ??= new Authenticator(this.#digest, this.#randomUint32());
    }
  }

  #enable(): void {
    if (this.state === SessionState.AdminDown) {
      this.state = SessionState.Down;
    }
  }

  /** A Poll Sequence of the session that was asks nothing any more: what waited is in force when not Up. */
  #goDown(state: typeof SessionState.Down | typeof SessionState.AdminDown, diagnostic: Diagnostic): void {
    if (this.state === SessionState.Up) {
      this.poll.cancel();
    }
    this.state = state;
    this.diagnostic = diagnostic;
  }

  /**
   * Control packets have been missing for a Detection Time. A peer that answers no Poll may yet be heard
   * otherwise, and is known then.
   */
  #missPackets(nowUs: number): void {
    this.lostDetectionTimeUs = this.detectionTimeUs;
    if (nowUs >= this.lastReceivedUs + this.detectionTimeUs) {
      this.remote.forget();
    }
    this.poll.cancel();
    // A session held Down for a better reason keeps that one.
    if (this.state !== SessionState.AdminDown && !this.heldDown) {
      this.#goDown(SessionState.Down, Diagnostic.ControlDetectionTimeExpired);
    }
  }

  #requestVerification(): void {
    this.verifyWanted = false;
    this.poll.request(POLL_VERIFY);
  }

  /**
   * Brings what packets say in line with parameters and state, by a Poll Sequence when there is a peer to
   * poll; while an earlier sequence has not ended for certain, later (RFC 5880 §6.8.3).
   */
  #announce(nowUs: number): void {
    this.echo?.setActive(this.targetEcho());
    const up = this.state === SessionState.Up;
    if (nowUs >= this.poll.openFromUs) {
      this.#announceChanges(up);
    }
    if (!up) {
      this.intervals.acknowledge(POLL_TX | POLL_RX);
      this.demand.reset(nowUs);
      this.verifyWanted = false;
    }
    if (this.#told.update(this) && (this.remoteDemandActive() || this.demandActive)) {
      this.poll.request(POLL_CONTENTS);
    }
    this.poll.begin(nowUs);
  }

  #announceChanges(up: boolean): void {
    const demand = this.targetDemand();
    let changes = this.intervals.announce(this.targetTxUs(), this.targetRxUs(), up);
    if (demand !== this.demand.announced) {
      this.demand.announced = demand;
      changes |= POLL_DEMAND;
    }
    if (this.remote.discriminator !== 0) {
      this.poll.request(changes);
    }
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
    this.jitterDraw = this.#random();
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
      txUs !== this.#reportedTxUs || rxUs !== this.#reportedRxUs || detectionUs !== this.#reportedDetectionUs;
    if (!intervalChanged && from === this.state) {
      return steadyEffects(transmission, echo);
    }
    this.#reportedTxUs = txUs;
    this.#reportedRxUs = rxUs;
    this.#reportedDetectionUs = detectionUs;
    return changeEffects(transmission, echo, from, this.state, this.diagnostic, intervalChanged);
  }
}

/** No Poll, no Final, nothing to authenticate. */
function isPlain(packet: ControlPacket): boolean {
  return !packet.poll && !packet.final && !packet.authenticationPresent;
}

/** Filled and written in one go, so that one serves all sessions. */
const SCRATCH = createControlPacket();
