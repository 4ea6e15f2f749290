import type { Clock } from './clock.js';

/** The longest delay of a timer of Node. */
const LONGEST_MS = 2 ** 31 - 1;

/** The clock of the system. Its timers do not keep the process alive. */
export const systemClock: Clock = {
  nowMs: () => Date.now(),
  at(timeMs, run) {
    let timer: NodeJS.Timeout;
    const wait = (): void => {
      const left = timeMs - Date.now();
      if (left <= 0) run();
      else timer = setTimeout(wait, Math.min(left, LONGEST_MS)).unref();
    };
    timer = setTimeout(wait, 0).unref();
    return () => clearTimeout(timer);
  },
};
