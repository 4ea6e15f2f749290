/**
 * A ping of a FEC that the operator asks for, RFC 8029 §4.3 and §4.6: requests at an interval, and who
 * answered each, with what and after how long. A pure machine; all times are absolute microseconds of one
 * monotonic clock.
 */
import type { LspPingMessage } from './message.js';
import { ReplyMode } from './codepoints.js';

/** What the operator asks for. */
export interface OnDemandPingOptions {
  /** Tells this ping from all others of the system: a random number that no session's discriminator is. */
  readonly sendersHandle: number;
  /** 1 or more. */
  readonly count: number;
  readonly intervalUs: number;
  /** How long an answer may take. */
  readonly timeoutUs: number;
  readonly replyMode: typeof ReplyMode.DoNotReply | typeof ReplyMode.ReplyUdp;
}

/** An answer. */
export interface OnDemandPingReply {
  readonly sequenceNumber: number;
  /** Canonical text of the address that it came from. */
  readonly from: string;
  readonly returnCode: number;
  readonly returnSubcode: number;
  readonly roundTripUs: number;
}

/** What a ping asks of its shell. */
export type OnDemandPingEffect =
  | { readonly type: 'send-echo-request'; readonly sequenceNumber: number }
  /** Nothing comes after this. */
  | { readonly type: 'finished' };

/** See the top of the file. */
export class OnDemandPing {
  readonly #options: OnDemandPingOptions;
  /** When each request was sent; the first has sequence number 1. */
  readonly #sentUs: number[] = [];
  readonly #replies = new Map<number, OnDemandPingReply>();
  #nextUs: number;
  #finished = false;

  constructor(options: OnDemandPingOptions, nowUs: number) {
    this.#options = options;
    this.#nextUs = nowUs;
  }

  /** How many requests have been sent. */
  get sent(): number {
    return this.#sentUs.length;
  }

  /** The answers, in the order of the requests; an answer that came too late is among them all the same. */
  get replies(): readonly OnDemandPingReply[] {
    return [...this.#replies.values()].toSorted((left, right) => left.sequenceNumber - right.sequenceNumber);
  }

  /**
   * An echo reply with this ping's handle has come in.
   *
   * @param from canonical text of its source address
   * @returns what is to be done; nothing for a second answer, or one to a request that was not sent
   */
  handleReply(reply: LspPingMessage, from: string, nowUs: number): readonly OnDemandPingEffect[] {
    const { sequenceNumber, returnCode, returnSubcode } = reply.header;
    const sentUs = this.#sentUs[sequenceNumber - 1];
    if (sentUs === undefined || this.#finished || this.#replies.has(sequenceNumber)) {
      return [];
    }
    const roundTripUs = nowUs - sentUs;
    this.#replies.set(sequenceNumber, { sequenceNumber, from, returnCode, returnSubcode, roundTripUs });
    return this.#finishIfDone(nowUs);
  }

  /** To be called at `pollTimeout()` or later; earlier it does nothing. */
  handleTimeout(nowUs: number): readonly OnDemandPingEffect[] {
    if (this.#finished || nowUs < this.pollTimeout()) {
      return [];
    }
    if (this.sent === this.#options.count) {
      return this.#finishIfDone(nowUs);
    }
    this.#sentUs.push(nowUs);
    this.#nextUs = nowUs + this.#options.intervalUs;
    return [{ type: 'send-echo-request', sequenceNumber: this.sent }, ...this.#finishIfDone(nowUs)];
  }

  /** When `handleTimeout` is next to be called; Infinity when the ping has finished. */
  pollTimeout(): number {
    if (this.#finished) {
      return Infinity;
    }
    return this.sent < this.#options.count ? this.#nextUs : this.#lastAnswerUs();
  }

  /** Until when the last request can be answered. Where no answer is wanted, none is waited for. */
  #lastAnswerUs(): number {
    const lastSentUs = this.#sentUs.at(-1) ?? -Infinity;
    return this.#options.replyMode === ReplyMode.DoNotReply
      ? lastSentUs
      : lastSentUs + this.#options.timeoutUs;
  }

  #finishIfDone(nowUs: number): readonly OnDemandPingEffect[] {
    const allSent = this.sent === this.#options.count;
    const allAnswered = this.#replies.size === this.#options.count;
    this.#finished = allSent && (allAnswered || nowUs >= this.#lastAnswerUs());
    return this.#finished ? [{ type: 'finished' }] : [];
  }
}
