import type { NamespacePair } from './netns.js';

export type AddressFamily = 'IPv4' | 'IPv6';

export const ADDRESS_FAMILIES = ['IPv4', 'IPv6'] as const;

/** The two addresses of a session: the engine's own on the left, its peer's on the right. */
export interface LinkEnds {
  readonly own: string;
  readonly peer: string;
}

/** What the addresses of a link begin with: a /24, and a /64. */
type Prefixes = Readonly<Record<AddressFamily, string>>;

const OF_ETH0: Prefixes = { IPv4: '192.0.2.', IPv6: '2001:db8::' };

/** Gives every session addresses of its own, so that many share a link and none hears of the others. */
export class LinkAddresses {
  readonly #pair: NamespacePair;
  readonly #interfaceName: string;
  readonly #prefixes: Prefixes;
  #made = 0;

  constructor(pair: NamespacePair, interfaceName = 'eth0', prefixes: Prefixes = OF_ETH0) {
    this.#pair = pair;
    this.#interfaceName = interfaceName;
    this.#prefixes = prefixes;
  }

  /** Adds a new pair of addresses to both ends of the link. */
  async add(family: AddressFamily): Promise<LinkEnds> {
    this.#made += 1;
    const ends = this.#ends(family, this.#made);
    for (const [side, address] of [
      [this.#pair.left, ends.own],
      [this.#pair.right, ends.peer],
    ] as const) {
      const detail = family === 'IPv4' ? [`${address}/24`] : [`${address}/64`, 'nodad'];
      await side.ip('address', 'add', ...detail, 'dev', this.#interfaceName);
    }
    return ends;
  }

  /** From now on nothing that the engine sends to this peer arrives there. */
  async silence({ peer }: LinkEnds): Promise<void> {
    const lost = [peer, 'lladdr', '02:00:00:00:00:01', 'dev', this.#interfaceName];
    await this.#pair.left.ip('neighbour', 'replace', ...lost, 'nud', 'permanent');
  }

  /** Ends the silence. */
  async speak({ peer }: LinkEnds): Promise<void> {
    await this.#pair.left.ip('neighbour', 'delete', peer, 'dev', this.#interfaceName);
  }

  #ends(family: AddressFamily, number: number): LinkEnds {
    const prefix = this.#prefixes[family];
    return family === 'IPv4'
      ? { own: `${prefix}${10 + number}`, peer: `${prefix}${110 + number}` }
      : { own: `${prefix}1:${number}`, peer: `${prefix}2:${number}` };
  }
}
