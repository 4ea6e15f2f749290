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
/** The Demand bit has changed. */
export const POLL_DEMAND = 8;
/** Nothing has changed; the peer is to show that it is there. */
export const POLL_VERIFY = 16;

/** See the top of the file. */
export class PollSequence {
  /** The changes that the sequence under way tells. */
  #waiting = 0;
  /** Those for the sequence that follows it. */
  #scheduled = 0;
  /** Null between two sequences, which is most of the time and takes no memory. */
  #firstPollUs: number | null = null;
  #lastPollUs: number | null = null;
  #clockUs: number | null = null;
  #ambiguousUntilUs: number | null = null;

  /** Whether packets carry the Poll bit. */
  get active(): boolean {
    return this.#waiting !== 0;
  }

  /** From when on a change may be announced: Infinity while a Final is awaited, else microseconds. */
  get openFromUs(): number {
    return this.#sent() ? Infinity : (this.#ambiguousUntilUs ?? -Infinity);
  }

  /** When `begin` has something to begin; Infinity: not before a Final, or never. */
  get beginDeadlineUs(): number {
    return this.#scheduled === 0 ? Infinity : this.openFromUs;
  }

  /**
   * When the peer's time to answer began: with the first Poll; Infinity before it has been sent. It
   * begins anew when Polls come to be sent faster, as otherwise that could cut the time short.
   */
  get clockUs(): number {
    return this.#clockUs ?? Infinity;
  }

  /** Asks for a sequence that tells these changes, begun by `begin`. */
  request(changes: number): void {
    this.#scheduled |= changes;
  }

  /** Begins what has been asked for, or adds it to what no packet has been sent of, if it is time. */
  begin(nowUs: number): void {
    if (this.#scheduled !== 0 && nowUs >= this.openFromUs) {
      this.#waiting |= this.#scheduled;
      this.#scheduled = 0;
    }
  }

  /** A packet with the Poll bit goes out. */
  pollSent(nowUs: number): void {
    this.#firstPollUs ??= nowUs;
    this.#clockUs ??= nowUs;
    this.#lastPollUs = nowUs;
  }

  /** Polls will be sent faster from now on: the peer's time to answer begins with the next. */
  restartClock(): void {
    this.#clockUs = null;
  }

  /**
   * A packet with the Final bit has come in.
   *
   * @returns the changes that it acknowledges: none before a Poll has been sent that it could answer
   */
  finalReceived(nowUs: number): number {
    if (this.#firstPollUs === null || this.#lastPollUs === null) {
      return 0;
    }
    const acknowledged = this.#waiting;
    this.#ambiguousUntilUs = this.#lastPollUs + (nowUs - this.#firstPollUs);
    this.#end();
    return acknowledged;
  }

  /** Gives up the sequence, and what was to follow it: the session has failed, or its peer is gone. */
  cancel(): void {
    this.#ambiguousUntilUs = null;
    this.#scheduled = 0;
    this.#end();
  }

  #sent(): boolean {
    return this.#firstPollUs !== null;
  }

  #end(): void {
    this.#waiting = 0;
    this.#firstPollUs = null;
    this.#lastPollUs = null;
    this.#clockUs = null;
  }
}
