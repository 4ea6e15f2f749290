/** Changes of timers at random, on either end of the sessions of `PATHS`. */
import * as fc from 'fast-check';
import { PATHS } from './engine-and-frr.js';

/** How many random changes of timers are made; 1,000 take some minutes. */
export const CHANGES = Number(process.env['BFD_AGENT_TEST_TIMER_CHANGES'] ?? 60);
export const SEED = Number(process.env['BFD_AGENT_TEST_SEED'] ?? 5880);

/** The timers of an end in milliseconds. */
export interface Timers {
  readonly tx: number;
  readonly rx: number;
  readonly mult: number;
}

/** What sessions begin with. */
export const FIRST_TIMERS: Timers = { tx: 100, rx: 100, mult: 3 };

/** One change, and what it is waited for afterwards. */
export const aTimerChange = fc.record({
  at: fc.nat({ max: PATHS.length - 1 }),
  byEngine: fc.boolean(),
  timers: fc.record({
    tx: fc.integer({ min: 60, max: 400 }),
    rx: fc.integer({ min: 60, max: 400 }),
    mult: fc.integer({ min: 3, max: 6 }),
  }),
  // Some follow at once, in the midst of the Poll Sequence of the change before.
  pauseMs: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 500 })),
});
