/** Work on thousands of tunnels and sessions is done some at a time, so that those that run are not held up. */

/** How many are dealt with in one go; others wait for the next. */
export const SLICE = 32;
/** Between two of them packets are received and sent. */
export const SLICE_GAP_US = 1000;

/** Takes the first {@link SLICE} of a set out of it. */
export function takeSlice<T>(from: Set<T>): T[] {
  const taken: T[] = [];
  for (const one of from) {
    if (taken.length === SLICE) {
      break;
    }
    from.delete(one);
    taken.push(one);
  }
  return taken;
}
