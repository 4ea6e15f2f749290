import type { Arena } from './arena.io.js';
import { SOCKADDR_LL_SIZE, writeLinkAddress } from './link-address.js';
import { ETH_P_IP, ETH_P_IPV6, ETH_P_MPLS_UC } from './linux-constants.js';
import type { NextHopMonitor } from './next-hop-monitor.io.js';
import { nextHopName, type NextHop } from './next-hop.js';
import type { NextHopState } from './next-hops.js';

/** What a frame can carry, by what the kernel calls it. */
const ETHER_TYPES = { labelled: ETH_P_MPLS_UC, ipv4: ETH_P_IP, ipv6: ETH_P_IPV6 } as const;
export type FrameContent = keyof typeof ETHER_TYPES;

const CONTENTS = ['labelled', 'ipv4', 'ipv6'] as const;
const ADDRESS_SIZE = 32;
const SLOT_SIZE = CONTENTS.length * ADDRESS_SIZE;

/** What the addresses of so many next hops need of an arena. */
export function hopAddressesSize(hops: number): number {
  return hops * SLOT_SIZE;
}

/** The bytes of an address. */
export const HOP_ADDRESS_SIZE = SOCKADDR_LL_SIZE;

/** Frames to one next hop: where they go, for all channels that have it. */
export interface HopAddress {
  readonly state: NextHopState;
  /** Where the struct sockaddr_ll for this content lies in the arena. */
  offset(content: FrameContent): number;
}

/**
 * The link-layer addresses that frames are sent to, written once for each next hop however many channels
 * send there, and again when they change.
 */
export class HopAddresses {
  readonly #arena: Arena;
  readonly #monitor: NextHopMonitor;
  readonly #slots = new Map<string, Slot>();
  readonly #free: number[] = [];

  constructor(arena: Arena, monitor: NextHopMonitor) {
    this.#arena = arena;
    this.#monitor = monitor;
  }

  /** One channel more that sends there; holds the next hop. */
  take(hop: NextHop): HopAddress {
    const name = nextHopName(hop);
    const known = this.#slots.get(name);
    if (known !== undefined) {
      known.users += 1;
      return known;
    }
    const slot = new Slot(this.#monitor.hold(hop), this.#free.pop() ?? this.#arena.reserve(SLOT_SIZE));
    this.#slots.set(name, slot);
    this.#write(slot);
    return slot;
  }

  /** One channel less. Nothing that is sent there may still wait. */
  release({ state: { hop } }: HopAddress): void {
    const name = nextHopName(hop);
    const slot = this.#slots.get(name);
    if (slot === undefined) {
      return;
    }
    slot.users -= 1;
    if (slot.users === 0) {
      this.#slots.delete(name);
      this.#free.push(slot.at);
      this.#monitor.release(hop);
    }
  }

  /** The next hop's address is another. */
  changed({ hop }: NextHopState): void {
    const slot = this.#slots.get(nextHopName(hop));
    if (slot !== undefined) {
      this.#write(slot);
    }
  }

  /** Writes where frames to a next hop go to another place in the arena. */
  writeAt(offset: number, { interfaceIndex, linkAddress }: NextHopState, content: FrameContent): void {
    const address = linkAddress ?? NO_ADDRESS;
    writeLinkAddress(this.#arena.view, offset, ETHER_TYPES[content], interfaceIndex, address);
  }

  #write(slot: Slot): void {
    for (const content of CONTENTS) {
      this.writeAt(slot.offset(content), slot.state, content);
    }
  }
}

const NO_ADDRESS = new Uint8Array(0);

class Slot implements HopAddress {
  readonly state: NextHopState;
  readonly at: number;
  users = 1;

  constructor(state: NextHopState, at: number) {
    this.state = state;
    this.at = at;
  }

  offset(content: FrameContent): number {
    return this.at + CONTENTS.indexOf(content) * ADDRESS_SIZE;
  }
}
