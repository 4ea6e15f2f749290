import { connecting } from './connecting.mjs';
import { fiftySessions } from './fifty-sessions.mjs';
import { flaps } from './flaps.mjs';
import { growing } from './growing.mjs';
import { memoryGrowth } from './memory-growth.mjs';
import { readingState } from './reading-state.mjs';
import { smallGets } from './small-gets.mjs';

/** All subjects, in the order in which they are measured. @type {readonly import('../measure.mjs').Subject[]} */
export const SUBJECTS = [connecting, smallGets, growing, readingState, fiftySessions, memoryGrowth, flaps];
