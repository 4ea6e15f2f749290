/**
 * The Echo function (RFC 5880 §6.4, §6.8.5, §6.8.9) of the system that sends Echo packets: when the next
 * is due, which of those that come back are its own, and when too many have not.
 *
 * It has failed when Detect Mult intervals have passed, and as many packets have been sent, since the
 * first of them that is missing; what this system was too late to send is not missed.
 */
import { decodeEchoPacket, encodeEchoPacket, type EchoPacket } from '../packet/echo-packet.js';
import { jitterFactor } from './timing.js';

/** See the top of the file. All times are microseconds. */
export class EchoFunction {
  #active = false;
  readonly #discriminator: number;
  readonly #randomUint32: () => number;
  #tokenHigh = 0;
  #tokenLow = 0;
  /** The sequence number of the next packet, and that of the last one that came back. */
  #next = 0;
  #returned = 0;
  #lastSentUs = -Infinity;
  #jitterDraw = 0;
  /** When the time of the packets that are awaited began; NaN: none is. */
  #clockUs = Number.NaN;
  /** Packets sent since then, and when their number reached Detect Mult. */
  #sentSince = 0;
  #enoughSentUs = Infinity;

  /** @param randomUint32 random integers from 0 to 2^32 - 1 that nobody can foretell */
  constructor(discriminator: number, randomUint32: () => number) {
    this.#discriminator = discriminator;
    this.#randomUint32 = randomUint32;
  }

  get active(): boolean {
    return this.#active;
  }

  /** Starts with a new token and nothing awaited, or stops. */
  setActive(active: boolean): void {
    if (active && !this.#active) {
      this.#tokenHigh = this.#randomUint32() >>> 0;
      this.#tokenLow = this.#randomUint32() >>> 0;
      this.#next = this.#randomUint32() >>> 0;
      this.#returned = (this.#next - 1) >>> 0;
      this.#awaitNone();
    }
    this.#active = active;
  }

  /** When the next packet is due; Infinity while the function is not active. */
  transmitDeadlineUs(intervalUs: number, detectMult: number): number {
    return this.#active
      ? this.#lastSentUs + intervalUs * jitterFactor(detectMult, this.#jitterDraw)
      : Infinity;
  }

  /** When too many packets will be missing; Infinity while none is, or too few have been sent. */
  failureDeadlineUs(intervalUs: number, detectMult: number): number {
    if (!this.#active || Number.isNaN(this.#clockUs)) {
      return Infinity;
    }
    return Math.max(this.#clockUs + detectMult * intervalUs, this.#enoughSentUs + intervalUs);
  }

  /** A packet goes out; `write` fills it in. */
  sent(nowUs: number, detectMult: number, jitterDraw: number): void {
    this.#lastSentUs = nowUs;
    this.#jitterDraw = jitterDraw;
    if (Number.isNaN(this.#clockUs)) {
      this.#clockUs = nowUs;
    }
    this.#sentSince += 1;
    if (this.#sentSince >= detectMult && this.#enoughSentUs === Infinity) {
      this.#enoughSentUs = nowUs;
    }
  }

  /** Writes the next packet at `offset` of `bytes`, and returns its length. */
  write(bytes: Uint8Array, offset: number): number {
    SCRATCH.discriminator = this.#discriminator;
    SCRATCH.sequence = this.#next;
    SCRATCH.tokenHigh = this.#tokenHigh;
    SCRATCH.tokenLow = this.#tokenLow;
    this.#next = (this.#next + 1) >>> 0;
    return encodeEchoPacket(SCRATCH, bytes, offset);
  }

  /**
   * A packet has come in.
   *
   * @returns whether it is one of those that are awaited; none is twice
   */
  received(bytes: Uint8Array, nowUs: number): boolean {
    if (!this.#active || !decodeEchoPacket(bytes, SCRATCH)) {
      return false;
    }
    const awaited = (this.#next - 1 - this.#returned) >>> 0;
    const ahead = (SCRATCH.sequence - this.#returned) >>> 0;
    if (!this.#isMine(SCRATCH) || ahead === 0 || ahead > awaited) {
      return false;
    }
    this.#returned = SCRATCH.sequence;
    this.#awaitNone();
    if (ahead < awaited) {
      this.#clockUs = nowUs;
    }
    return true;
  }

  #isMine({ discriminator, tokenHigh, tokenLow }: EchoPacket): boolean {
    return (
      discriminator === this.#discriminator && tokenHigh === this.#tokenHigh && tokenLow === this.#tokenLow
    );
  }

  #awaitNone(): void {
    this.#clockUs = Number.NaN;
    this.#sentSince = 0;
    this.#enoughSentUs = Infinity;
  }
}

/** Filled and used in one go, so that one serves all sessions. */
const SCRATCH: EchoPacket = { discriminator: 0, sequence: 0, tokenHigh: 0, tokenLow: 0 };
