import type { HostAddress } from './host-address.js';
import type { NetlinkNews } from './netlink-message.js';
import type { NeighbourNews, NeighbourState } from './netlink-neighbour.js';

/** A link, as far as frames that leave by it depend on it. */
export interface Link {
  readonly index: number;
  readonly name: string;
  readonly up: boolean;
  /** There is a carrier. */
  readonly running: boolean;
}

/** What the kernel knows of a neighbour. */
export interface Neighbour {
  readonly state: NeighbourState;
  /** Null while it is not known. */
  readonly linkAddress: Uint8Array | null;
}

/** The links and neighbours of this host, kept by the news of rtnetlink. */
export class NeighbourTable {
  readonly #links = new Map<number, Link>();
  readonly #indexByName = new Map<string, number>();
  /** By the index of the link, then by the text of the address. */
  readonly #neighbours = new Map<number, Map<string, Neighbour>>();

  /** Forgets all. */
  reset(): void {
    this.#links.clear();
    this.#indexByName.clear();
    this.#neighbours.clear();
  }

  link(name: string): Link | null {
    const index = this.#indexByName.get(name);
    return index === undefined ? null : (this.#links.get(index) ?? null);
  }

  neighbour(linkIndex: number, address: HostAddress): Neighbour | null {
    return this.#neighbours.get(linkIndex)?.get(address.text) ?? null;
  }

  /** False: what is told changes nothing. */
  apply(news: NetlinkNews): boolean {
    switch (news.type) {
      case 'link':
        return this.#setLink(news);
      case 'link-gone':
        return this.#forgetLink(news.index);
      case 'neighbour':
        return this.#setNeighbour(news);
      case 'neighbour-gone':
        return this.#neighbours.get(news.index)?.delete(news.address.text) ?? false;
      case 'address':
      case 'address-gone':
      case 'done':
      case 'error':
      default:
        return false;
    }
  }

  #setLink({ index, name, up, running }: Link): boolean {
    const before = this.#links.get(index);
    if (before?.name === name && before.up === up && before.running === running) {
      return false;
    }
    this.#forgetName(before);
    this.#links.set(index, { index, name, up, running });
    this.#indexByName.set(name, index);
    return true;
  }

  #forgetLink(index: number): boolean {
    this.#forgetName(this.#links.get(index));
    this.#neighbours.delete(index);
    return this.#links.delete(index);
  }

  /** The name may have gone to another link in between. */
  #forgetName(link: Link | undefined): void {
    if (link !== undefined && this.#indexByName.get(link.name) === link.index) {
      this.#indexByName.delete(link.name);
    }
  }

  #setNeighbour({
    index,
    address,
    state,
    linkAddress,
  }: Extract<NeighbourNews, { type: 'neighbour' }>): boolean {
    const ofLink = this.#neighbours.get(index) ?? new Map<string, Neighbour>();
    this.#neighbours.set(index, ofLink);
    const before = ofLink.get(address.text);
    if (before?.state === state && sameBytes(before.linkAddress, linkAddress)) {
      return false;
    }
    ofLink.set(address.text, { state, linkAddress });
    return true;
  }
}

/** Whether two link-layer addresses, or their absence, are the same. */
export function sameBytes(left: Uint8Array | null, right: Uint8Array | null): boolean {
  if (left === null || right === null) {
    return left === right;
  }
  return left.length === right.length && left.every((byte, index) => byte === right[index]);
}
