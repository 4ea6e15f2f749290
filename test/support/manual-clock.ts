import type { CommitClock } from '../../src/config/commit/commit-clock.js';

/** A clock that stands still until the test moves it on. */
export class ManualClock implements CommitClock {
  #nowMs = 1_000_000;
  #alarm: { readonly atMs: number; readonly ring: () => void } | undefined;

  nowMs(): number {
    return this.#nowMs;
  }

  setAlarm(atMs: number | undefined, ring: () => void): void {
    this.#alarm = atMs === undefined ? undefined : { atMs, ring };
  }

  nextTurn(): Promise<void> {
    return Promise.resolve();
  }

  /** Lets time pass; an alarm that is due rings. */
  advance(ms: number): void {
    this.#nowMs += ms;
    if (this.#alarm === undefined || this.#alarm.atMs > this.#nowMs) return;
    const { ring } = this.#alarm;
    this.#alarm = undefined;
    ring();
  }
}
