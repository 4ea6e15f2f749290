import { runNodeAgain } from './node-again.io.js';

/**
 * The flags of Node that keep the agent small. They hold from the first line on, and the settings of the
 * allocator in the C library from before that: so the agent starts in two steps, and the first one only
 * runs Node again in the same process.
 */

/**
 * Measured with 10,000 sessions, commits being as fast: short-lived objects get a place of 3 × 4 MB rather
 * than 3 × 16 MB, which fills up whatever is done and never becomes empty again; two helper threads rather than
 * four leave behind half as much of what compiling libyang needs for a moment. Old objects are looked through
 * as soon as there are a third more of them, which keeps what a large commit leaves behind from adding up.
 *
 * What has been compiled knows the forms of objects, and is lost with them. Most objects of the agent live as
 * long as a request: their forms are kept though none is there at the moment, and nothing is cleared away for
 * the sole reason that nothing is being done.
 */
const NODE_FLAGS = [
  '--max-semi-space-size=4',
  '--v8-pool-size=2',
  '--heap-growing-percent=30',
  '--retain-maps-for-n-gc=1000000',
  '--no-memory-reducer',
];

/**
 * From how many bytes on memory goes back to the system as soon as it is free (glibc). By itself that limit
 * rises with what is freed, and one large reply leaves ten times its size behind, in pieces.
 */
const GLIBC_SETTINGS = { MALLOC_MMAP_THRESHOLD_: '262144' };

/**
 * Sees to it that this process runs with the settings above: in the first step it does not return.
 * What is given by the environment or the command line of Node otherwise stays, but for these flags.
 * @throws SystemCallError when the system does not allow the second step
 */
export function launchAgent(): void {
  if (NODE_FLAGS.every((flag) => process.execArgv.includes(flag))) return;
  for (const [name, value] of Object.entries(GLIBC_SETTINGS)) process.env[name] ??= value;
  runNodeAgain(NODE_FLAGS);
}
