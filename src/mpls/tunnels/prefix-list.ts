/**
 * Ordered prefix lists, as routers have them to pick routes: entries in the order of their index, the first
 * that matches decides, and whoever reaches the end is denied.
 */
import { addressBits, prefixContains } from '../../lib/ip-prefix.js';
import type { IpPrefix } from '../../lib/ip-prefix.js';

/** An entry. Without either bound it matches its prefix alone, with one also what is longer. */
export interface PrefixListEntry {
  /** Its place among the entries, lowest first. */
  readonly index: number;
  readonly action: 'permit' | 'deny';
  readonly prefix: IpPrefix;
  /** The shortest length that matches; null: that of the prefix. */
  readonly greaterEqual: number | null;
  /** The longest length that matches; null: any with `greaterEqual`, that of the prefix without. */
  readonly lessEqual: number | null;
}

/** A prefix list, ready to be asked. */
export class PrefixList {
  readonly name: string;
  readonly #entries: readonly PrefixListEntry[];

  /** @param entries in any order */
  constructor(name: string, entries: readonly PrefixListEntry[]) {
    this.name = name;
    this.#entries = entries.toSorted((left, right) => left.index - right.index);
  }

  /** Whether the list permits a route. */
  permits(route: IpPrefix): boolean {
    return this.#entries.find((entry) => entryMatches(entry, route))?.action === 'permit';
  }
}

function entryMatches({ prefix, greaterEqual, lessEqual }: PrefixListEntry, route: IpPrefix): boolean {
  const shortest = greaterEqual ?? prefix.length;
  const longest = lessEqual ?? (greaterEqual === null ? prefix.length : addressBits(prefix.family));
  return prefixContains(prefix, route) && route.length >= shortest && route.length <= longest;
}
