import { confineNextProgram } from '../net/confinement.io.js';
import { requestRealTimePriority } from '../net/real-time.io.js';
import { runNodeAgain } from './node-again.io.js';

/**
 * What the engine cannot have by itself, as it is too late when its first line runs: Node has threads by
 * then, and capabilities and priority are each thread's own. So the engine starts in two steps. The
 * first gets the priority, gives up all capabilities but CAP_NET_RAW and runs Node again in the same
 * process, with the flags that the engine needs; all threads of the second begin with what that left.
 */

/** In the middle, so that an operator can place other programs above and below. */
const REAL_TIME_PRIORITY = 50;
/** Tells the second step what the first one found: `priority`, or why there is none. */
const FOUND = 'BFD_AGENT_ENGINE_LAUNCHED';
const PRIORITY = 'priority';

/**
 * Measured: no pause for helper threads, no late compaction; little room for young objects, of which few
 * outlive a look, so that none takes 2 ms; so much for old ones that running needs no look through them.
 * What was compiled for a fall is lost with the forms of objects that only a fall makes, so these are kept.
 */
const NODE_FLAGS = [
  '--single-threaded-gc',
  '--no-memory-reducer',
  '--retain-maps-for-n-gc=1000000',
  '--max-semi-space-size=1',
  '--initial-old-space-size=64',
  '--max-old-space-size=256',
];

/** How the engine was launched. */
export interface Launch {
  /** Null where it has not been granted. */
  readonly realTimePriority: number | null;
  /** Why not. */
  readonly priorityObstacle: string | null;
}

/**
 * Answers how the engine was launched; in the first step it does not return.
 * @throws SystemCallError when the system does not allow the second step
 */
export function launchEngine(): Launch {
  const found = process.env[FOUND];
  if (found === undefined) {
    process.env[FOUND] = requestRealTimePriority(REAL_TIME_PRIORITY) ?? PRIORITY;
    confineNextProgram();
    runNodeAgain(NODE_FLAGS);
  }
  return found === PRIORITY
    ? { realTimePriority: REAL_TIME_PRIORITY, priorityObstacle: null }
    : { realTimePriority: null, priorityObstacle: found };
}
