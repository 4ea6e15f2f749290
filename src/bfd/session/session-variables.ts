import type { Digest } from '../auth/authentication.js';
import type { AuthType } from '../auth/authentication.js';
import type { Authenticator } from '../auth/authenticator.js';
import { Diagnostic } from '../packet/diagnostic.js';
import { SessionState } from '../packet/session-state.js';
import { NEVER_IN_DEMAND } from './demand-mode.js';
import type { EchoFunction } from './echo-function.js';
import { LocalIntervals } from './local-intervals.js';
import { assertDiscriminator, assertParameters } from './parameters.js';
import type { SessionParameters } from './parameters.js';
import { PollSequence } from './poll-sequence.js';
import { RemoteVariables } from './remote-variables.js';
import { createRow, NUMBER, WORD, type SessionRow } from './session-rows.js';
import { SLOW_TX_INTERVAL_US } from './timing.js';

/** What a session is made from. */
export interface SessionOptions {
  /** bfd.LocalDiscr: unique among the sessions of this system, not zero. */
  readonly localDiscriminator: number;
  readonly parameters: SessionParameters;
  /** Random numbers, 0 ≤ r < 1, for the jitter of the session that it is given. */
  readonly random: (session: SessionVariables) => number;
  /** Random integers from 0 to 2^32 - 1 that nobody can foretell, for sequence numbers and tokens. */
  readonly randomUint32: () => number;
  /** For the authentication types that have one. */
  readonly digest: Digest;
  readonly nowUs: number;
  /** Where its numbers are kept; a row of its own when not given. */
  readonly row?: SessionRow;
}

/**
 * What a session knows: the state variables of RFC 5880 §6.8.1, to read for everybody and to write for the
 * session itself, and the intervals that follow from them.
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
  /** One for all sessions as long as Demand mode has never been wanted of them: it does not change. */
  protected demand = NEVER_IN_DEMAND;
  /** Null while Echo packets have never been wanted. */
  protected echo: EchoFunction | null = null;
  /** Control packets were asked for at the pace of the Echo function when the session was last Up. */
  protected slowedByEcho = false;
  /** Null while authentication has never been in use. */
  protected authenticator: Authenticator | null = null;
  /** A Poll Sequence is to verify the path as soon as one can begin. */
  protected verifyWanted = false;
  readonly #numbers: Float64Array;
  readonly #words: Int32Array;
  readonly #at: number;

  /** @throws RangeError when a parameter or the discriminator is one that no packet can carry */
  constructor(options: SessionOptions) {
    assertDiscriminator(options.localDiscriminator);
    assertParameters(options.parameters);
    this.localDiscriminator = options.localDiscriminator;
    this.wanted = options.parameters;
    const { block, at } = options.row ?? createRow();
    this.#numbers = block.numbers;
    this.#words = block.words;
    this.#at = at;
    this.#setNumber(NUMBER.createdUs, options.nowUs);
    this.lastReceivedUs = -Infinity;
    this.lastSentUs = -Infinity;
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

  /** Whether the Demand bit is set in packets. */
  get demandActive(): boolean {
    return this.demand.announced && this.bothUp;
  }

  /** Whether Echo packets are sent. */
  get echoActive(): boolean {
    return this.echo?.active ?? false;
  }

  /** The interval of this system's Echo packets without jitter, RFC 5880 §6.8.9. */
  get echoTxIntervalUs(): number {
    return Math.max(this.wanted.desiredMinEchoTxIntervalUs, this.remote.requiredMinEchoRxIntervalUs);
  }

  /** The Auth Type of the packets that are accepted from the peer; null: they are not authenticated. */
  get remoteAuthType(): AuthType | null {
    return this.wanted.authentication === null ? null : (this.authenticator?.acceptedType ?? null);
  }

  /** Whether the session is held Down because there is no key to send with. */
  get keyMissing(): boolean {
    return this.wanted.authentication !== null && this.wanted.authentication.send === null;
  }

  /** RFC 5880 §6.8.4, for the mode that the session is in; zero while the peer is silent. */
  get detectionTimeUs(): number {
    return this.demand.silenceExpected
      ? this.remoteDetectionTimeUs
      : this.remote.detectMult * this.negotiatedRxIntervalUs;
  }

  /**
   * The Detection Time that the peer allows this system, as far as this system knows: how long a session
   * that is to be removed goes on in AdminDown, so that the peer learns of it (RFC 5880 §6.8.16).
   */
  get remoteDetectionTimeUs(): number {
    return this.wanted.detectMult * this.negotiatedTxIntervalUs;
  }

  protected get createdUs(): number {
    return this.#number(NUMBER.createdUs);
  }

  protected get lastReceivedUs(): number {
    return this.#number(NUMBER.lastReceivedUs);
  }

  protected set lastReceivedUs(timeUs: number) {
    this.#setNumber(NUMBER.lastReceivedUs, timeUs);
  }

  /** The Detection Time of the peer that was last lost. */
  protected get lostDetectionTimeUs(): number {
    return this.#number(NUMBER.lostDetectionTimeUs);
  }

  protected set lostDetectionTimeUs(timeUs: number) {
    this.#setNumber(NUMBER.lostDetectionTimeUs, timeUs);
  }

  protected get lastSentUs(): number {
    return this.#number(NUMBER.lastSentUs);
  }

  protected set lastSentUs(timeUs: number) {
    this.#setNumber(NUMBER.lastSentUs, timeUs);
  }

  /** The random number of the transmit interval that runs. */
  protected get jitterDraw(): number {
    return this.#number(NUMBER.jitterDraw);
  }

  protected set jitterDraw(draw: number) {
    this.#setNumber(NUMBER.jitterDraw, draw);
  }

  /** The multiplier that the last packet carried. */
  protected get lastSentMultiplier(): number {
    return this.#words[2 * this.#at + WORD.lastSentMultiplier] ?? 0;
  }

  protected set lastSentMultiplier(multiplier: number) {
    this.#words[2 * this.#at + WORD.lastSentMultiplier] = multiplier;
  }

  /** What the shell was last told by `interval-changed`, to tell it of changes alone. */
  protected get toldTransmitIntervalUs(): number {
    return this.#number(NUMBER.transmitIntervalUs);
  }

  protected get toldReceiveIntervalUs(): number {
    return (this.#words[2 * this.#at + WORD.receiveIntervalUs] ?? 0) >>> 0;
  }

  protected get toldDetectionTimeUs(): number {
    return this.#number(NUMBER.detectionTimeUs);
  }

  protected tellIntervals(transmitUs: number, receiveUs: number, detectionUs: number): void {
    this.#setNumber(NUMBER.transmitIntervalUs, transmitUs);
    this.#words[2 * this.#at + WORD.receiveIntervalUs] = receiveUs;
    this.#setNumber(NUMBER.detectionTimeUs, detectionUs);
  }

  /** Whether the session is held Down, which RFC 5880 §6.2 permits. */
  protected get heldDown(): boolean {
    return this.held || this.keyMissing;
  }

  /** Whether both systems perceive the session to be Up. */
  protected get bothUp(): boolean {
    return this.state === SessionState.Up && this.remote.state === SessionState.Up;
  }

  /** bfd.DesiredMinTxInterval as it is to be, RFC 5880 §6.8.3. */
  protected targetTxUs(): number {
    const desired = this.wanted.desiredMinTxIntervalUs;
    return this.state === SessionState.Up ? desired : Math.max(desired, SLOW_TX_INTERVAL_US);
  }

  #number(index: number): number {
    return this.#numbers[this.#at + index] ?? 0;
  }

  #setNumber(index: number, value: number): void {
    this.#numbers[this.#at + index] = value;
  }
}
