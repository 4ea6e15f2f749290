import type { HostAddress } from './host-address.js';
import type { InterfaceAddress, NetlinkNews } from './netlink-message.js';

/** A network interface of this host. */
export interface NetworkInterface {
  readonly index: number;
  readonly name: string;
  /** Switched on by the operator (IFF_UP). Says nothing of a carrier. */
  readonly up: boolean;
  /** Has but one neighbour (IFF_POINTOPOINT). */
  readonly pointToPoint: boolean;
  /** By their text, in the order in which they were added: the primary ones of a network first. */
  readonly addresses: ReadonlyMap<string, InterfaceAddress>;
}

/** What the host has, as far as sessions depend on it. */
export interface Interfaces {
  byName(name: string): NetworkInterface | null;
  /** True when an interface that is up has this local address. */
  hasAddress(address: HostAddress): boolean;
}

/** The interfaces of this host, kept by the news of rtnetlink. */
export class InterfaceTable implements Interfaces {
  readonly #byIndex = new Map<number, KnownInterface>();
  readonly #indexByName = new Map<string, number>();
  /** How many interfaces that are up have an address, by its text. */
  readonly #uses = new Map<string, number>();

  byName(name: string): NetworkInterface | null {
    const index = this.#indexByName.get(name);
    return index === undefined ? null : (this.#byIndex.get(index) ?? null);
  }

  hasAddress(address: HostAddress): boolean {
    return this.#uses.has(address.text);
  }

  /** False: what is told changes nothing. */
  apply(news: NetlinkNews): boolean {
    switch (news.type) {
      case 'link':
        return this.#applyLink(news);
      case 'link-gone':
        return this.#forget(news.index);
      case 'address':
        return this.#addAddress(news.index, news.address);
      case 'address-gone':
        return this.#removeAddress(news.index, news.address);
      case 'neighbour':
      case 'neighbour-gone':
      case 'done':
      case 'error':
      default:
        return false;
    }
  }

  /** Much is told of a link that does not matter here: its counters, its carrier. */
  #applyLink(news: Extract<NetlinkNews, { type: 'link' }>): boolean {
    const { index, name, up, pointToPoint } = news;
    const before = this.#byIndex.get(index);
    if (before?.name === name && before.up === up && before.pointToPoint === pointToPoint) {
      return false;
    }
    this.#forget(index);
    const now = { index, name, up, pointToPoint, addresses: before?.addresses ?? new Map() };
    this.#byIndex.set(index, now);
    this.#indexByName.set(name, index);
    this.#countAll(now, 1);
    return true;
  }

  #forget(index: number): boolean {
    const before = this.#byIndex.get(index);
    if (before === undefined) {
      return false;
    }
    this.#countAll(before, -1);
    this.#byIndex.delete(index);
    // The name may have gone to another interface in between.
    if (this.#indexByName.get(before.name) === index) {
      this.#indexByName.delete(before.name);
    }
    return true;
  }

  #addAddress(index: number, address: InterfaceAddress): boolean {
    const one = this.#byIndex.get(index);
    const name = addressName(address);
    if (one === undefined || one.addresses.has(name)) {
      return false;
    }
    one.addresses.set(name, address);
    this.#count(one, address, 1);
    return true;
  }

  #removeAddress(index: number, address: InterfaceAddress): boolean {
    const one = this.#byIndex.get(index);
    if (one?.addresses.delete(addressName(address)) !== true) {
      return false;
    }
    this.#count(one, address, -1);
    return true;
  }

  #countAll(one: KnownInterface, step: 1 | -1): void {
    one.addresses.forEach((address) => this.#count(one, address, step));
  }

  #count(one: KnownInterface, { local }: InterfaceAddress, step: 1 | -1): void {
    const uses = (this.#uses.get(local.text) ?? 0) + (one.up ? step : 0);
    if (uses === 0) {
      this.#uses.delete(local.text);
    } else {
      this.#uses.set(local.text, uses);
    }
  }
}

interface KnownInterface extends NetworkInterface {
  readonly addresses: Map<string, InterfaceAddress>;
}

function addressName({ local, peer, prefixLength }: InterfaceAddress): string {
  return `${local.text}/${prefixLength} ${peer.text}`;
}
