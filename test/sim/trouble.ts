import * as fc from 'fast-check';
import { incidents, storm } from './arbitraries.js';
import { HalfUpWatch } from './half-up-watch.js';
import { SECOND, type Pair } from './pair.js';
import type { SessionHost } from './session-host.js';
import type { LinkConditions } from './virtual-link.js';

/** A bad network, and what happens to the two systems meanwhile. */
export interface Trouble {
  readonly forward: LinkConditions;
  readonly backward: LinkConditions;
  readonly happenings: readonly {
    readonly afterUs: number;
    readonly side: 'left' | 'right';
    readonly happen: (host: SessionHost) => void;
  }[];
}

export const trouble: fc.Arbitrary<Trouble> = fc.record({
  forward: storm,
  backward: storm,
  happenings: incidents,
});

/** Lets a pair go through it; the network stays as bad. */
export function goThrough(pair: Pair, { forward, backward, happenings }: Trouble): void {
  pair.link.forward = forward;
  pair.link.backward = backward;
  for (const { afterUs, side, happen } of happenings) {
    pair.time.runFor(afterUs);
    happen(pair[side]);
  }
}

/** What was seen of a pair that was half up meanwhile, and for some time after. */
export function halfUpDuring(pair: Pair, troubles: Trouble): HalfUpWatch {
  const watch = new HalfUpWatch(pair, Math.max(troubles.forward.maxDelayUs, troubles.backward.maxDelayUs));
  goThrough(pair, troubles);
  pair.time.runFor(20 * SECOND);
  watch.check();
  return watch;
}
