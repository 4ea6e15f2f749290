/**
 * The Poll Sequence of RFC 5880 §6.5 as its initiator sees it. Which changes wait for the Final is a bit
 * mask. A Final does not say which Poll it answers, so §6.8.3 allows a further change only in a sequence
 * of its own, begun when no Final of the former can be on its way any more. Of the ways offered there
 * this takes the second: a round trip has passed since the last Poll was sent. The round trip is known:
 * it is at most the time from the first Poll to the Final.
 */

/** bfd.DesiredMinTxInterval has changed. */
export const POLL_TX = 1;
/** bfd.RequiredMinRxInterval has changed. */
export const POLL_RX = 2;
/** Other contents have changed while Demand mode is active (RFC 5880 §6.6). */
export const POLL_CONTENTS = 4;

/** See the top of the file. */
export class PollSequence {
  /** The changes that the sequence under way tells. */
  #waiting = 0;
  /** Those for the sequence that follows it. */
  #scheduled = 0;
  #firstPollUs = Number.NaN;
  #lastPollUs = Number.NaN;
  #ambiguousUntilUs = -Infinity;

  /** Whether packets carry the Poll bit. */
  get active(): boolean {
    return this.#waiting !== 0;
  }

  /** From when on a change may be announced: Infinity while a Final is awaited, else microseconds. */
  get openFromUs(): number {
    return this.#sent() ? Infinity : this.#ambiguousUntilUs;
  }

  /** Begins a sequence, adds to one of which no packet has been sent, or has another follow it. */
  request(changes: number): void {
    if (this.#sent()) {
      this.#scheduled |= changes;
    } else {
      this.#waiting |= changes;
    }
  }

  /** A packet with the Poll bit goes out. */
  pollSent(nowUs: number): void {
    if (!this.#sent()) {
      this.#firstPollUs = nowUs;
    }
    this.#lastPollUs = nowUs;
  }

  /**
   * A packet with the Final bit has come in.
   *
   * @returns the changes that it acknowledges: none before a Poll has been sent that it could answer
   */
  finalReceived(nowUs: number): number {
    if (!this.#sent()) {
      return 0;
    }
    const acknowledged = this.#waiting;
    this.#ambiguousUntilUs = this.#lastPollUs + (nowUs - this.#firstPollUs);
    this.#begin(this.#scheduled);
    return acknowledged;
  }

  /** Gives the sequence up: the session has failed, or its peer is gone. */
  cancel(): void {
    this.#ambiguousUntilUs = -Infinity;
    this.#begin(0);
  }

  #sent(): boolean {
    return !Number.isNaN(this.#firstPollUs);
  }

  #begin(changes: number): void {
    this.#waiting = changes;
    this.#scheduled = 0;
    this.#firstPollUs = Number.NaN;
    this.#lastPollUs = Number.NaN;
  }
}
