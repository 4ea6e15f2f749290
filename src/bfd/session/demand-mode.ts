/**
 * Demand mode on this system (RFC 5880 §6.6): the Demand bit as packets carry it, and whether the peer's
 * silence is to be taken for granted. They differ: the peer goes on sending until it has seen the bit,
 * and is silent until it has seen, and said by a Final that it has seen, that the bit is gone.
 */
export class DemandMode {
  /** The Demand bit of packets. */
  announced = false;
  /** The peer need not send: it is asked by Polls whether it is there. */
  silenceExpected = false;
  /** When silence was last to be expected no more; the Detection Time of asynchronous mode runs from it. */
  endedUs = -Infinity;

  /** A packet with the Demand bit goes out. */
  told(): void {
    this.silenceExpected = true;
  }

  /** The peer has answered the Poll that told of the Demand bit as it is now. */
  acknowledged(nowUs: number): void {
    if (!this.announced) {
      this.#end(nowUs);
    }
  }

  /** The session is not Up any more on both sides' word. */
  reset(nowUs: number): void {
    this.announced = false;
    this.#end(nowUs);
  }

  #end(nowUs: number): void {
    if (this.silenceExpected) {
      this.silenceExpected = false;
      this.endedUs = nowUs;
    }
  }
}

/** Of a session that has never wanted Demand mode: no packet has the bit, and no silence is expected. */
export const NEVER_IN_DEMAND = new DemandMode();
