/**
 * The next hops that somebody depends on, without any I/O. Whoever sends frames past the kernel's routing
 * has to see to the kernel's neighbour table himself: nobody else has the kernel look for the neighbour,
 * and nobody else has it look again whether the neighbour is still there (RFC 4861 §7.3 and, for IPv4,
 * Linux: arp(7)). Times are microseconds of a monotonic clock.
 */
import { sameBytes, type NeighbourTable } from './neighbour-table.js';
import { nextHopName, type NextHop } from './next-hop.js';

/** The kernel is asked to confirm an address that may be out of date at most so often. */
export const CONFIRM_INTERVAL_US = 30_000_000;
/** A neighbour that does not answer is asked for again after this time, then after twice as long… */
const FIRST_RETRY_US = 1_000_000;
/** …up to this. */
const LAST_RETRY_US = 4_000_000;
/** Who has been asked for so often in vain does not answer. */
const PATIENCE = 3;
/** An address that the kernel has thrown away is used on for this time, while it is asked for. */
export const GRACE_US = 4_000_000;
/** At most so many are asked for at a time, and others so much later. */
export const ASKS_PER_ROUND = 32;
export const ROUND_US = 20_000;

/** Room for a link-layer address in a struct sockaddr_ll. */
export const LINK_ADDRESS_MAX = 8;

/** A next hop as it is. */
export interface NextHopState {
  readonly hop: NextHop;
  /** 0 while there is no such interface. */
  readonly interfaceIndex: number;
  /** Null while it is not known; usable exactly when it is. */
  readonly linkAddress: Uint8Array | null;
  /** Null: the next hop is usable. */
  readonly obstacle: string | null;
}

/** What is to be done. */
export type NextHopEffect =
  /** Have the kernel look for the neighbour. */
  | { readonly type: 'ask'; readonly hop: NextHop; readonly interfaceIndex: number }
  /** Frames to it are addressed otherwise than before, or cannot be sent, or can again. */
  | { readonly type: 'changed'; readonly state: NextHopState; readonly usableChanged: boolean };

type Entry = { -readonly [Name in keyof NextHopState]: NextHopState[Name] } & {
  holders: number;
  /** When the kernel was last asked; how often since an address was known. */
  askedAtUs: number;
  asks: number;
  /** When it is asked next; Infinity: there is no need. */
  askAtUs: number;
  /** When the address ceases to be used, as the kernel has it no longer; Infinity: it has. */
  expiresAtUs: number;
};

/** See the top of the file. */
export class NextHops {
  readonly #table: NeighbourTable;
  readonly #entries = new Map<string, Entry>();
  /** No round of questions before. */
  #nextRoundUs = -Infinity;

  constructor(table: NeighbourTable) {
    this.#table = table;
  }

  /** Adds a holder; to be followed by `handleTimeout`. The state is kept up to date while it is held. */
  hold(hop: NextHop): NextHopState {
    const name = nextHopName(hop);
    const entry = this.#entries.get(name) ?? createEntry(hop);
    this.#entries.set(name, entry);
    entry.holders += 1;
    return entry;
  }

  /** One holder less. */
  release(hop: NextHop): void {
    const name = nextHopName(hop);
    const entry = this.#entries.get(name);
    if (entry !== undefined) {
      entry.holders -= 1;
      if (entry.holders === 0) {
        this.#entries.delete(name);
      }
    }
  }

  /** Null: nobody holds it. */
  get(hop: NextHop): NextHopState | null {
    return this.#entries.get(nextHopName(hop)) ?? null;
  }

  /** To be called when the table has changed, when something is held, and when `pollTimeout` says. */
  handleTimeout(nowUs: number): readonly NextHopEffect[] {
    const effects: NextHopEffect[] = [];
    for (const entry of this.#entries.values()) {
      this.#evaluate(entry, nowUs, effects);
    }
    if (nowUs >= this.#nextRoundUs) {
      this.#ask(nowUs, effects);
    }
    return effects;
  }

  /** When `handleTimeout` is next to be called; Infinity: only changes bring work. */
  pollTimeout(): number {
    let nextUs = Infinity;
    for (const { askAtUs, expiresAtUs, linkAddress } of this.#entries.values()) {
      const expiryUs = linkAddress === null ? Infinity : expiresAtUs;
      nextUs = Math.min(nextUs, Math.max(askAtUs, this.#nextRoundUs), expiryUs);
    }
    return nextUs;
  }

  #evaluate(entry: Entry, nowUs: number, effects: NextHopEffect[]): void {
    const { interfaceIndex, linkAddress } = entry;
    const { interfaceName } = entry.hop;
    const link = this.#table.link(interfaceName);
    if (link?.running === true) {
      this.#evaluateNeighbour(entry, link.index, nowUs);
    } else {
      const reason = link === null ? 'does not exist' : link.up ? 'has no carrier' : 'is down';
      lose(entry, `interface ${interfaceName} ${reason}`);
      entry.interfaceIndex = link?.index ?? 0;
      entry.askAtUs = Infinity;
      entry.asks = 0;
    }
    const usableChanged = (linkAddress === null) !== (entry.linkAddress === null);
    const moved = entry.linkAddress !== null && interfaceIndex !== entry.interfaceIndex;
    if (usableChanged || moved || !sameBytes(linkAddress, entry.linkAddress)) {
      effects.push({ type: 'changed', state: entry, usableChanged });
    }
  }

  #evaluateNeighbour(entry: Entry, linkIndex: number, nowUs: number): void {
    const { address, interfaceName } = entry.hop;
    if (entry.interfaceIndex !== linkIndex) {
      // Another link of the same name.
      lose(entry, '');
      entry.interfaceIndex = linkIndex;
    }
    const neighbour = this.#table.neighbour(linkIndex, address);
    const linkAddress = neighbour?.linkAddress ?? null;
    if (linkAddress !== null && linkAddress.length <= LINK_ADDRESS_MAX) {
      entry.linkAddress = linkAddress;
      entry.obstacle = null;
      entry.expiresAtUs = Infinity;
      entry.asks = 0;
      entry.askAtUs =
        neighbour?.state === 'confirmed' ? Infinity : Math.max(entry.askedAtUs + CONFIRM_INTERVAL_US, nowUs);
      return;
    }
    entry.expiresAtUs = Math.min(entry.expiresAtUs, nowUs + GRACE_US);
    if (entry.linkAddress === null || neighbour?.state === 'failed' || entry.expiresAtUs <= nowUs) {
      const silent = neighbour?.state === 'failed' || entry.asks >= PATIENCE;
      const reason = silent ? 'does not answer' : 'is being looked for';
      lose(entry, `${address.text} ${reason} on interface ${interfaceName}`);
    }
    entry.askAtUs = entry.askedAtUs + retryUs(entry.asks);
  }

  #ask(nowUs: number, effects: NextHopEffect[]): void {
    let asked = 0;
    for (const entry of this.#entries.values()) {
      if (entry.askAtUs <= nowUs && asked < ASKS_PER_ROUND) {
        asked += 1;
        entry.asks += 1;
        entry.askedAtUs = nowUs;
        entry.askAtUs =
          entry.linkAddress !== null && entry.expiresAtUs === Infinity
            ? nowUs + CONFIRM_INTERVAL_US
            : nowUs + retryUs(entry.asks);
        effects.push({ type: 'ask', hop: entry.hop, interfaceIndex: entry.interfaceIndex });
      }
    }
    this.#nextRoundUs = asked === 0 ? -Infinity : nowUs + ROUND_US;
  }
}

function createEntry(hop: NextHop): Entry {
  return {
    hop,
    interfaceIndex: 0,
    linkAddress: null,
    obstacle: 'the neighbours of this host are not known yet',
    holders: 0,
    askedAtUs: -Infinity,
    asks: 0,
    askAtUs: Infinity,
    expiresAtUs: Infinity,
  };
}

function lose(entry: Entry, obstacle: string): void {
  entry.linkAddress = null;
  entry.obstacle = obstacle;
  entry.expiresAtUs = Infinity;
}

/** Who was never asked for is asked for at once. */
function retryUs(asks: number): number {
  return asks === 0 ? 0 : Math.min(FIRST_RETRY_US * 2 ** (asks - 1), LAST_RETRY_US);
}
