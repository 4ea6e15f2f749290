/**
 * One BFD session in asynchronous mode, RFC 5880, as a pure machine: packets, time and randomness come in
 * as arguments, effects come out. All times are absolute microseconds of one monotonic clock.
 *
 * Of the RFC's errata, 5205 (Detection Time expiry sets the diagnostic in Down too) is followed, and 7240
 * (bfd.LocalDiag is not reset when a session comes Up). 2530 and 7082 concern authentication.
 */
import { encodeControlPacket, createControlPacket } from '../packet/control-packet.js';
import type { ControlPacket, MutableControlPacket } from '../packet/control-packet.js';
import { Diagnostic } from '../packet/diagnostic.js';
import { SessionState } from '../packet/session-state.js';
import { changeEffects, steadyEffects, UNEXPECTED_AUTHENTICATION } from './effects.js';
import type { SessionEffect, Transmission } from './effects.js';
import { assertParameters } from './parameters.js';
import type { SessionCommand, SessionParameters } from './parameters.js';
import { POLL_CONTENTS, POLL_RX, POLL_TX } from './poll-sequence.js';
import { SessionVariables } from './session-variables.js';
import type { SessionOptions } from './session-variables.js';
import { nextState } from './state-table.js';

/** See the top of the file. */
export class Session extends SessionVariables {
  readonly #random: () => number;
  /** What the shell was last told by `interval-changed`, to tell it of changes alone. */
  #reportedTxUs: number;
  #reportedRxUs: number;
  #reportedDetectionUs: number;

  /** @throws RangeError when a parameter or the discriminator is one that no packet can carry */
  constructor(options: SessionOptions) {
    super(options);
    this.#random = options.random;
    this.#reportedTxUs = this.negotiatedTxIntervalUs;
    this.#reportedRxUs = this.negotiatedRxIntervalUs;
    this.#reportedDetectionUs = this.detectionTimeUs;
  }

  /**
   * A packet that has passed `decodeControlPacket` and been found to be this session's (RFC 5880 §6.8.6,
   * from authentication on).
   */
  handlePacket(packet: ControlPacket, nowUs: number): readonly SessionEffect[] {
    if (packet.authenticationPresent) {
      return UNEXPECTED_AUTHENTICATION;
    }
    const from = this.state;
    this.remote.update(packet);
    if (packet.final) {
      this.intervals.acknowledge(this.poll.finalReceived(nowUs));
    }
    // In AdminDown the packet is discarded here, and not answered. That the peer is there is known all
    // the same, so that its discriminator is not forgotten while it goes on sending (§6.8.1).
    this.lastReceivedUs = nowUs;
    if (from === SessionState.AdminDown) {
      this.#announce(nowUs);
      return this.#effects('none', from);
    }
    if (!this.held) {
      this.#step(packet.state);
    }
    this.#announce(nowUs);
    if (packet.poll) {
      return this.#effects('final', from);
    }
    return this.#effects(from === this.state ? 'none' : this.#transmit(nowUs), from);
  }

  /** To be called at `pollTimeout()` or later; earlier it does nothing. */
  handleTimeout(nowUs: number): readonly SessionEffect[] {
    const from = this.state;
    const diagnostic = this.diagnostic;
    if (nowUs >= this.detectionDeadlineUs) {
      this.#loseRemote();
    }
    this.#announce(nowUs);
    const changed = from !== this.state || diagnostic !== this.diagnostic;
    const due = changed || nowUs >= this.transmitDeadlineUs();
    return this.#effects(due ? this.#transmit(nowUs) : 'none', from);
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

  /** When `handleTimeout` is next to be called; Infinity when only a packet or a command can bring news. */
  pollTimeout(): number {
    return Math.min(this.detectionDeadlineUs, this.transmitDeadlineUs(), this.announceDeadlineUs());
  }

  /** Fills in the packet that a `transmit` effect asks for, RFC 5880 §6.8.7. */
  fillPacket(packet: MutableControlPacket, final: boolean): void {
    packet.diagnostic = this.diagnostic;
    packet.state = this.state;
    // §6.5: never both.
    packet.poll = this.poll.active && !final;
    packet.final = final;
    packet.controlPlaneIndependent = false;
    packet.authenticationPresent = false;
    packet.demand = false;
    packet.multipoint = false;
    packet.detectMult = this.wanted.detectMult;
    packet.myDiscriminator = this.localDiscriminator;
    packet.yourDiscriminator = this.remote.discriminator;
    packet.desiredMinTxIntervalUs = this.intervals.announcedTxUs;
    packet.requiredMinRxIntervalUs = this.intervals.announcedRxUs;
    packet.requiredMinEchoRxIntervalUs = 0;
  }

  /**
   * Writes the packet that a `transmit` effect asks for.
   *
   * @returns the number of bytes written
   */
  writeControlPacket(bytes: Uint8Array, offset: number, final: boolean): number {
    this.fillPacket(SCRATCH, final);
    return encodeControlPacket(SCRATCH, bytes, offset);
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
    if (parameters.detectMult !== before.detectMult && this.remoteDemandActive()) {
      this.poll.request(POLL_CONTENTS);
    }
    if (parameters.adminDown && !before.adminDown) {
      this.#goDown(SessionState.AdminDown, Diagnostic.AdministrativelyDown);
    } else if (!parameters.adminDown) {
      this.#enable();
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

  /** A Detection Time has passed in silence. A session held Down for a better reason keeps that one. */
  #loseRemote(): void {
    this.remote.forget();
    this.poll.cancel();
    if (this.state !== SessionState.AdminDown && !this.held) {
      this.#goDown(SessionState.Down, Diagnostic.ControlDetectionTimeExpired);
    }
  }

  /**
   * Brings what packets say in line with parameters and state, by a Poll Sequence when there is a peer to
   * poll; while an earlier sequence has not ended for certain, later (RFC 5880 §6.8.3).
   */
  #announce(nowUs: number): void {
    const txUs = this.targetTxUs();
    const rxUs = this.wanted.requiredMinRxIntervalUs;
    const up = this.state === SessionState.Up;
    if (!this.intervals.announces(txUs, rxUs) && nowUs >= this.poll.openFromUs) {
      const changes = this.intervals.announce(txUs, rxUs, up);
      if (this.remote.discriminator !== 0) {
        this.poll.request(changes);
      }
    }
    if (!up) {
      this.intervals.acknowledge(POLL_TX | POLL_RX);
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
    if (this.poll.active) {
      this.poll.pollSent(nowUs);
    }
    return 'periodic';
  }

  #effects(transmission: Transmission, from: SessionState): readonly SessionEffect[] {
    const txUs = this.negotiatedTxIntervalUs;
    const rxUs = this.negotiatedRxIntervalUs;
    const detectionUs = this.detectionTimeUs;
    const intervalChanged =
      txUs !== this.#reportedTxUs || rxUs !== this.#reportedRxUs || detectionUs !== this.#reportedDetectionUs;
    if (!intervalChanged && from === this.state) {
      return steadyEffects(transmission);
    }
    this.#reportedTxUs = txUs;
    this.#reportedRxUs = rxUs;
    this.#reportedDetectionUs = detectionUs;
    return changeEffects(transmission, from, this.state, this.diagnostic, intervalChanged);
  }
}

/** Filled and written in one go, so that one serves all sessions. */
const SCRATCH = createControlPacket();
