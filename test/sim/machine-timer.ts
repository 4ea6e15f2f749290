import type { VirtualTime } from './virtual-time.js';

/** Wakes a machine at its deadlines: one event at a time, however often the deadline is looked at. */
export class MachineTimer {
  readonly #time: VirtualTime;
  readonly #deadline: () => number;
  readonly #wake: () => void;
  #wakeUs = Infinity;

  /** @param deadline absolute microseconds, or Infinity */
  constructor(time: VirtualTime, deadline: () => number, wake: () => void) {
    this.#time = time;
    this.#deadline = deadline;
    this.#wake = wake;
  }

  /** To be called after anything has happened to the machine. */
  schedule(): void {
    const deadline = this.#deadline();
    if (deadline >= this.#wakeUs) return;
    this.#wakeUs = deadline;
    this.#time.at(deadline, 'timer', () => this.#ring(deadline));
  }

  /** An alarm that an earlier one has overtaken, or whose deadline has moved, finds nothing to do. */
  #ring(wakeUs: number): void {
    if (wakeUs !== this.#wakeUs) return;
    this.#wakeUs = Infinity;
    if (this.#deadline() <= this.#time.nowUs) this.#wake();
    this.schedule();
  }
}
