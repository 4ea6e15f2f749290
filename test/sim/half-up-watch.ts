import { SessionState } from '../../src/bfd/packet/session-state.js';
import type { Pair } from './pair.js';

/**
 * Measures how long one side of a pair is Up while the other is not. That ends when either the side that
 * is Up hears of the other's state or nothing for its Detection Time, before which the other may have been
 * in Init for a Detection Time of its own; and packets under way when the state changed count as heard.
 */
export class HalfUpWatch {
  /** By how much the longest such time exceeds what is allowed. */
  excessUs = 0;
  /** How often one side has come Up or gone Down alone. */
  occasions = 0;
  readonly #pair: Pair;
  readonly #delaysUs: number;
  #sinceUs: number | null = null;
  #detectionUs: [number, number] = [0, 0];

  /** @param maxDelayUs the longest time that a packet is under way */
  constructor(pair: Pair, maxDelayUs: number) {
    this.#pair = pair;
    this.#delaysUs = 2 * maxDelayUs;
    for (const host of pair.hosts) {
      host.onStep = () => this.check();
    }
  }

  check(): void {
    const [left, right] = this.#pair.hosts;
    const { nowUs } = this.#pair.time;
    const before = this.#detectionUs;
    const now: [number, number] = [left.session.detectionTimeUs, right.session.detectionTimeUs];
    const half =
      (left.session.localState === SessionState.Up) !== (right.session.localState === SessionState.Up);
    if (this.#sinceUs !== null) {
      this.#detectionUs = [Math.max(before[0], now[0]), Math.max(before[1], now[1])];
      const allowedUs = this.#detectionUs[0] + this.#detectionUs[1] + this.#delaysUs + this.#pollWaitUs();
      this.excessUs = Math.max(this.excessUs, nowUs - this.#sinceUs - allowedUs);
    }
    if (!half) {
      this.#sinceUs = null;
      this.#detectionUs = now;
    } else if (this.#sinceUs === null) {
      this.occasions++;
      this.#sinceUs = nowUs;
      this.#detectionUs = [Math.max(before[0], now[0]), Math.max(before[1], now[1])];
    }
  }

  /** A side in Demand mode asks now and then alone whether the other is there. */
  #pollWaitUs(): number {
    return this.#pair.hosts
      .filter(({ parameters }) => parameters.demand)
      .reduce((sum, { parameters }) => sum + parameters.demandPollIntervalUs, 0);
  }
}
