import type { InterfaceAddress, NetlinkNews } from './netlink-message.js';

/** A network interface of this host. */
export interface NetworkInterface {
  readonly index: number;
  readonly name: string;
  /** Switched on by the operator (IFF_UP). Says nothing of a carrier. */
  readonly up: boolean;
  /** Has but one neighbour (IFF_POINTOPOINT). */
  readonly pointToPoint: boolean;
  /** In the order in which they were added: the primary ones of a network first. */
  readonly addresses: readonly InterfaceAddress[];
}

/** What the host has, as far as sessions depend on it. */
export interface Interfaces {
  byName(name: string): NetworkInterface | null;
  /** True when an interface that is up has this local address. */
  hasAddress(address: number): boolean;
}

/** The interfaces of this host, kept by the news of rtnetlink. */
export class InterfaceTable implements Interfaces {
  readonly #byIndex = new Map<number, NetworkInterface>();
  readonly #indexByName = new Map<string, number>();
  /** How many interfaces that are up have an address. */
  readonly #uses = new Map<number, number>();

  byName(name: string): NetworkInterface | null {
    const index = this.#indexByName.get(name);
    return index === undefined ? null : (this.#byIndex.get(index) ?? null);
  }

  hasAddress(address: number): boolean {
    return this.#uses.has(address);
  }

  apply(news: NetlinkNews): void {
    switch (news.type) {
      case 'link': {
        const { index, name, up, pointToPoint } = news;
        const addresses = this.#byIndex.get(index)?.addresses ?? [];
        this.#set(index, { index, name, up, pointToPoint, addresses });
        break;
      }
      case 'link-gone':
        this.#set(news.index, null);
        break;
      case 'address':
      case 'address-gone':
        this.#applyAddress(news.index, news.address, news.type === 'address');
        break;
      case 'done':
      case 'error':
        break;
    }
  }

  #applyAddress(index: number, address: InterfaceAddress, present: boolean): void {
    const one = this.#byIndex.get(index);
    if (one === undefined || one.addresses.some((own) => isSame(own, address)) === present) {
      return;
    }
    const addresses = present
      ? [...one.addresses, address]
      : one.addresses.filter((own) => !isSame(own, address));
    this.#set(index, { ...one, addresses });
  }

  #set(index: number, now: NetworkInterface | null): void {
    const before = this.#byIndex.get(index);
    if (before !== undefined) {
      this.#count(before, -1);
      this.#byIndex.delete(index);
      // The name may have gone to another interface in between.
      if (this.#indexByName.get(before.name) === index) {
        this.#indexByName.delete(before.name);
      }
    }
    if (now !== null) {
      this.#count(now, 1);
      this.#byIndex.set(index, now);
      this.#indexByName.set(now.name, index);
    }
  }

  #count(one: NetworkInterface, step: 1 | -1): void {
    for (const { local } of one.up ? one.addresses : []) {
      const uses = (this.#uses.get(local) ?? 0) + step;
      if (uses === 0) {
        this.#uses.delete(local);
      } else {
        this.#uses.set(local, uses);
      }
    }
  }
}

function isSame(a: InterfaceAddress, b: InterfaceAddress): boolean {
  return a.local === b.local && a.peer === b.peer && a.prefixLength === b.prefixLength;
}
