import type { Clock } from '../../src/netconf/notify/clock.js';

/** A clock that stands still until the test lets time pass. */
export class VirtualClock implements Clock {
  #nowMs: number;
  readonly #alarms = new Set<{ readonly timeMs: number; readonly run: () => void }>();

  constructor(nowMs: number) {
    this.#nowMs = nowMs;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  at(timeMs: number, run: () => void): () => void {
    const alarm = { timeMs, run };
    this.#alarms.add(alarm);
    return () => {
      this.#alarms.delete(alarm);
    };
  }

  /** How many alarms are set. */
  get pending(): number {
    return this.#alarms.size;
  }

  /** Lets time pass; what is due runs. */
  pass(milliseconds: number): void {
    this.#nowMs += milliseconds;
    for (const alarm of this.#alarms) {
      if (alarm.timeMs > this.#nowMs || !this.#alarms.delete(alarm)) continue;
      alarm.run();
    }
  }
}
