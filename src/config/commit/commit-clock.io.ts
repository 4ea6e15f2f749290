import { setImmediate as nextTurn } from 'node:timers/promises';
import type { CommitClock } from './commit-clock.js';

/** Node's timers take no longer delay. */
const MAX_DELAY_MS = 2_147_483_647;

/** The monotonic clock of the process; its alarm keeps no process alive. */
export function systemCommitClock(): CommitClock {
  let timer: NodeJS.Timeout | undefined;
  const setAlarm = (atMs: number | undefined, ring: () => void): void => {
    clearTimeout(timer);
    timer = undefined;
    if (atMs === undefined) return;
    const delay = Math.max(0, Math.ceil(atMs - performance.now()));
    const next = delay > MAX_DELAY_MS ? () => setAlarm(atMs, ring) : ring;
    timer = setTimeout(next, Math.min(delay, MAX_DELAY_MS)).unref();
  };
  return { nowMs: () => performance.now(), setAlarm, nextTurn: () => nextTurn() };
}
