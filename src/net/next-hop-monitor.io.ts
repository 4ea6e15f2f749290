import { monotonicUs } from './monotonic-clock.io.js';
import { NeighbourAsker } from './neighbour-asker.io.js';
import { NeighbourTable } from './neighbour-table.js';
import { RTM_GETLINK, RTM_GETNEIGH, RTMGRP_LINK, RTMGRP_NEIGH } from './netlink-message.js';
import type { NextHop } from './next-hop.js';
import { NextHops, type NextHopState } from './next-hops.js';
import { RtnetlinkFollower } from './rtnetlink-follower.io.js';

/**
 * Knows the link-layer addresses of the next hops that are held: follows the kernel's neighbour table from
 * the first one on, and has the kernel look for those that are not in it.
 */
export class NextHopMonitor {
  readonly #table = new NeighbourTable();
  readonly #nextHops = new NextHops(this.#table);
  readonly #changed: (state: NextHopState, usableChanged: boolean) => void;
  readonly #fatal: (error: unknown) => void;
  #follower: RtnetlinkFollower | null = null;
  #asker: NeighbourAsker | null = null;
  /** Whether the table is whole. */
  #known = false;
  #timer: NodeJS.Timeout | null = null;

  /**
   * @param changed is called when frames to a next hop that is held are addressed otherwise than before;
   *   never within a call of `hold`
   * @param fatal is told of an exception; it should end the process
   */
  constructor(
    changed: (state: NextHopState, usableChanged: boolean) => void,
    fatal: (error: unknown) => void,
  ) {
    this.#changed = changed;
    this.#fatal = fatal;
  }

  /**
   * The state is kept up to date until it is released as often as it was held.
   * @throws SystemCallError when there are no sockets to be had
   */
  hold(hop: NextHop): NextHopState {
    const state = this.#nextHops.hold(hop);
    this.#asker ??= new NeighbourAsker();
    this.#follower ??= this.#follow();
    this.#schedule(0);
    return state;
  }

  release(hop: NextHop): void {
    this.#nextHops.release(hop);
  }

  /** Null: nobody holds it. */
  get(hop: NextHop): NextHopState | null {
    return this.#nextHops.get(hop);
  }

  stop(): void {
    this.#follower?.stop();
    this.#follower = null;
    this.#known = false;
    this.#schedule(Infinity);
    this.#asker?.close();
    this.#asker = null;
  }

  #follow(): RtnetlinkFollower {
    const follower = new RtnetlinkFollower({
      groups: RTMGRP_LINK | RTMGRP_NEIGH,
      dumps: [RTM_GETLINK, RTM_GETNEIGH],
      reset: () => {
        this.#known = false;
        this.#table.reset();
      },
      apply: (news) => this.#table.apply(news),
      changed: () => {
        this.#known = true;
        this.#work();
      },
      fatal: this.#fatal,
    });
    follower.start();
    return follower;
  }

  #work(): void {
    if (this.#known) {
      for (const effect of this.#nextHops.handleTimeout(monotonicUs())) {
        if (effect.type === 'ask') {
          this.#asker?.ask(effect.hop, effect.interfaceIndex);
        } else {
          this.#changed(effect.state, effect.usableChanged);
        }
      }
      this.#schedule(this.#nextHops.pollTimeout() - monotonicUs());
    }
  }

  #schedule(delayUs: number): void {
    if (this.#timer !== null) {
      clearTimeout(this.#timer);
      this.#timer = null;
    }
    if (delayUs !== Infinity) {
      this.#timer = setTimeout(() => this.#attempt(), Math.max(0, Math.ceil(delayUs / 1000)));
    }
  }

  #attempt(): void {
    try {
      this.#timer = null;
      this.#work();
    } catch (error) {
      this.#fatal(error);
    }
  }
}
