import { Diagnostic } from '../packet/diagnostic.js';
import { SessionState } from '../packet/session-state.js';
import { LocalIntervals } from './local-intervals.js';
import { assertDiscriminator, assertParameters } from './parameters.js';
import type { SessionParameters } from './parameters.js';
import { PollSequence } from './poll-sequence.js';
import { RemoteVariables } from './remote-variables.js';
import { jitterFactor, SLOW_TX_INTERVAL_US } from './timing.js';

/** What a session is made from. */
export interface SessionOptions {
  /** bfd.LocalDiscr: unique among the sessions of this system, not zero. */
  readonly localDiscriminator: number;
  readonly parameters: SessionParameters;
  /** Random numbers, 0 ≤ r < 1, for jitter. */
  readonly random: () => number;
  readonly nowUs: number;
}

/**
 * What a session knows: the state variables of RFC 5880 §6.8.1, to read for everybody and to write for the
 * session itself, and the intervals and deadlines that follow from them. No deadline is stored, so that a
 * change of any variable moves what depends on it without further ado (§6.8.3: changes of timing
 * parameters "MUST be effected immediately" but for those that wait for a Final).
 */
export abstract class SessionVariables {
  readonly localDiscriminator: number;
  protected wanted: SessionParameters;
  protected state: SessionState = SessionState.Down;
  protected diagnostic: number = Diagnostic.None;
  /** Held in Down, because the path below has failed. */
  protected held = false;
  protected readonly remote = new RemoteVariables();
  protected readonly intervals: LocalIntervals;
  protected readonly poll = new PollSequence();
  protected readonly createdUs: number;
  protected lastReceivedUs = -Infinity;
  protected lastSentUs = -Infinity;
  /** The random number of the transmit interval that runs, and the multiplier that its packet carried. */
  protected jitterDraw = 0;
  protected lastSentMultiplier = 0;

  /** @throws RangeError when a parameter or the discriminator is one that no packet can carry */
  constructor(options: SessionOptions) {
    assertDiscriminator(options.localDiscriminator);
    assertParameters(options.parameters);
    this.localDiscriminator = options.localDiscriminator;
    this.wanted = options.parameters;
    this.createdUs = options.nowUs;
    if (options.parameters.adminDown) {
      this.state = SessionState.AdminDown;
      this.diagnostic = Diagnostic.AdministrativelyDown;
    }
    this.intervals = new LocalIntervals(this.targetTxUs(), options.parameters.requiredMinRxIntervalUs);
  }

  /** bfd.SessionState. */
  get localState(): SessionState {
    return this.state;
  }

  /** bfd.RemoteSessionState; Down while the peer is silent. */
  get remoteState(): SessionState {
    return this.remote.state;
  }

  /** bfd.LocalDiag: why the state last changed for the worse. */
  get localDiagnostic(): number {
    return this.diagnostic;
  }

  /** The diagnostic that the peer last sent, 0 to 31. */
  get remoteDiagnostic(): number {
    return this.remote.diagnostic;
  }

  /** bfd.RemoteDiscr; zero while the peer is silent. */
  get remoteDiscriminator(): number {
    return this.remote.discriminator;
  }

  /** The peer's Detect Mult; zero while it is silent. */
  get remoteMultiplier(): number {
    return this.remote.detectMult;
  }

  /** The peer's Desired Min TX Interval; zero while it is silent. */
  get remoteDesiredMinTxIntervalUs(): number {
    return this.remote.desiredMinTxIntervalUs;
  }

  /** bfd.RemoteMinRxInterval; one while the peer is silent. */
  get remoteMinRxIntervalUs(): number {
    return this.remote.requiredMinRxIntervalUs;
  }

  /** The peer's Required Min Echo RX Interval; zero: it loops back no Echo packet. */
  get remoteMinEchoRxIntervalUs(): number {
    return this.remote.requiredMinEchoRxIntervalUs;
  }

  /** bfd.RemoteDemandMode. */
  get remoteDemand(): boolean {
    return this.remote.demand;
  }

  /** The parameters as last commanded. */
  get parameters(): SessionParameters {
    return this.wanted;
  }

  /** bfd.DetectMult. */
  get detectMult(): number {
    return this.wanted.detectMult;
  }

  /** bfd.DesiredMinTxInterval as packets carry it now. */
  get desiredMinTxIntervalUs(): number {
    return this.intervals.announcedTxUs;
  }

  /** bfd.RequiredMinRxInterval as packets carry it now. */
  get requiredMinRxIntervalUs(): number {
    return this.intervals.announcedRxUs;
  }

  /** Whether a Poll Sequence is under way. */
  get polling(): boolean {
    return this.poll.active;
  }

  /** Whether the path is known to have failed, by `path-down`. */
  get pathDown(): boolean {
    return this.held;
  }

  /** The interval of this system's packets without jitter, RFC 5880 §6.8.7. */
  get negotiatedTxIntervalUs(): number {
    return Math.max(this.intervals.effectiveTxUs, this.remote.requiredMinRxIntervalUs);
  }

  /** The interval of the peer's packets without jitter, RFC 5880 §6.8.4. */
  get negotiatedRxIntervalUs(): number {
    return Math.max(this.intervals.effectiveRxUs, this.remote.desiredMinTxIntervalUs);
  }

  /** RFC 5880 §6.8.4; zero while the peer is silent. */
  get detectionTimeUs(): number {
    return this.remote.detectMult * this.negotiatedRxIntervalUs;
  }

  /**
   * The Detection Time that the peer allows this system, as far as this system knows: how long a session
   * that is to be removed goes on in AdminDown, so that the peer learns of it (RFC 5880 §6.8.16).
   */
  get remoteDetectionTimeUs(): number {
    return this.wanted.detectMult * this.negotiatedTxIntervalUs;
  }

  /**
   * When a Detection Time will have passed in silence (RFC 5880 §6.8.4); Infinity while the peer is not
   * known. In Down and AdminDown that costs the peer's discriminator alone.
   */
  get detectionDeadlineUs(): number {
    return this.remote.discriminator === 0 ? Infinity : this.lastReceivedUs + this.detectionTimeUs;
  }

  /** bfd.DesiredMinTxInterval as it is to be, RFC 5880 §6.8.3. */
  protected targetTxUs(): number {
    const desired = this.wanted.desiredMinTxIntervalUs;
    return this.state === SessionState.Up ? desired : Math.max(desired, SLOW_TX_INTERVAL_US);
  }

  /** When a change of intervals that waits for an earlier one can be announced. */
  protected announceDeadlineUs(): number {
    const settled = this.intervals.announces(this.targetTxUs(), this.wanted.requiredMinRxIntervalUs);
    return settled ? Infinity : this.poll.openFromUs;
  }

  /** When the next periodic packet is due, RFC 5880 §6.8.7. */
  protected transmitDeadlineUs(): number {
    if (!this.transmitsPeriodically()) {
      return Infinity;
    }
    // The peer counts with the multiplier of the last packet, or with the present one, if a Final told it.
    const multiplier = Math.min(this.wanted.detectMult, this.lastSentMultiplier);
    const factor = jitterFactor(multiplier, this.jitterDraw);
    return Math.max(this.createdUs, this.lastSentUs + this.negotiatedTxIntervalUs * factor);
  }

  /** RFC 5880 §6.8.7: a passive system sends nothing, but for a Final, to a peer that it does not know. */
  protected mayTransmit(): boolean {
    return this.wanted.role === 'active' || this.remote.discriminator !== 0;
  }

  /** RFC 5880 §6.8: "Demand mode is active" on the remote system. */
  protected remoteDemandActive(): boolean {
    const up = SessionState.Up;
    return this.remote.demand && this.state === up && this.remote.state === up;
  }

  private transmitsPeriodically(): boolean {
    return (
      this.mayTransmit() &&
      this.remote.requiredMinRxIntervalUs !== 0 &&
      (this.poll.active || !this.remoteDemandActive())
    );
  }
}
