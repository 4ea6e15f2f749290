import { performance } from 'node:perf_hooks';

/** Microseconds on a clock that only goes forward; where it begins means nothing. */
export function monotonicUs(): number {
  return Math.floor(performance.now() * 1000);
}
