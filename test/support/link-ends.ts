import type { NamespacePair } from './netns.js';

export type AddressFamily = 'IPv4' | 'IPv6';

export const ADDRESS_FAMILIES = ['IPv4', 'IPv6'] as const;

/** The two addresses of a session: the engine's own on the left, its peer's on the right. */
export interface LinkEnds {
  readonly own: string;
  readonly peer: string;
}

/** Gives every session addresses of its own, so that many share a link and none hears of the others. */
export class LinkAddresses {
  readonly #pair: NamespacePair;
  readonly #interfaceName: string;
  readonly #first: number;
  #made = 0;

  /** @param first 1 to 100: where to begin to count, for a second link of the same pair */
  constructor(pair: NamespacePair, interfaceName = 'eth0', first = 1) {
    this.#pair = pair;
    this.#interfaceName = interfaceName;
    this.#first = first;
  }

  /** Adds a new pair of addresses to both ends of the link. */
  async add(family: AddressFamily): Promise<LinkEnds> {
    const number = this.#first + this.#made;
    this.#made += 1;
    const ends = endsOf(family, number);
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
}

function endsOf(family: AddressFamily, number: number): LinkEnds {
  return family === 'IPv4'
    ? { own: `192.0.2.${10 + number}`, peer: `192.0.2.${110 + number}` }
    : { own: `2001:db8::1:${number}`, peer: `2001:db8::2:${number}` };
}
