import { formatPrefix, parsePrefix } from '../../lib/ip-prefix.js';
import type { XmlElement } from '../../lib/xml/xml-element.js';
import { isContentMatch } from '../datastore/filter/filter-element.js';
import type { SingleStates } from './state-provider.js';

/** A session over IP, by the values of the keys of its entry as a filter has them. */
export interface PinnedSession {
  readonly type: 'ip-sh' | 'ip-mh';
  readonly keys: Readonly<Record<string, string>>;
}

/** Single sessions and tunnels, and summaries, that a filter asks for. */
export interface PinnedState extends Omit<SingleStates, 'sessions'> {
  readonly sessions: readonly PinnedSession[];
}

const AROUND = ['control-plane-protocols', 'control-plane-protocol', 'bfd'];

/** What there is below `bfd` of sessions and tunnels: the way to entries of lists, and the keys of these; summaries. */
const LISTS = [
  { type: 'ip-sh', way: ['ip-sh', 'sessions', 'session'], keys: ['interface', 'dest-addr'] },
  {
    type: 'ip-mh',
    way: ['ip-mh', 'session-groups', 'session-group'],
    keys: ['source-addr', 'dest-addr'],
  },
  { type: 'lsp-group', way: ['mpls', 'session-groups', 'session-group'], keys: ['mpls-fec'] },
  { type: 'tunnel', way: ['mpls', 'bgp-lsp', 'tunnels', 'tunnel'], keys: ['fec'] },
  {
    type: 'lsp-session',
    way: ['mpls', 'bgp-lsp', 'sessions', 'session'],
    keys: ['local-discriminator'],
  },
  { type: 'summary', way: ['summary'], keys: [] },
  { type: 'summary', way: ['ip-sh', 'summary'], keys: [] },
  { type: 'summary', way: ['ip-mh', 'summary'], keys: [] },
  { type: 'summary', way: ['mpls', 'summary'], keys: [] },
  { type: 'summary', way: ['mpls', 'bgp-lsp', 'sessions', 'summary'], keys: [] },
] as const;

type List = (typeof LISTS)[number];

interface Pin {
  readonly type: List['type'];
  /** Null: all entries. */
  readonly keys: Readonly<Record<string, string>> | null;
}

/** The lists that can be asked for as a whole: they have nothing of running in them. */
const WHOLE: ReadonlySet<List['type']> = new Set(['tunnel', 'lsp-session']);

/**
 * The sessions, tunnels and summaries that a filter asks for in the tree of ietf-routing, where it asks for
 * nothing else there: every branch of it leads to an entry whose keys it gives, to a summary, or to the list
 * of tunnels or that of the sessions of LSPs. Undefined when it does not.
 *
 * @param filter the element whose children are a subtree filter
 */
export function pinnedSessions(filter: XmlElement): PinnedState | undefined {
  let elements: readonly XmlElement[] = filter.children.filter(({ local }) => local === 'routing');
  for (const step of AROUND) {
    const inside = below(elements, (child) => isKeyOf(step, child));
    if (inside?.every(({ local }) => local === step) !== true) return undefined;
    elements = inside;
  }
  const types = below(elements);
  if (types === undefined || types.length === 0) return undefined;
  const pins = pinsIn(types, LISTS, 0);
  return pins && sorted(pins);
}

/** The entries that are pinned in elements at a depth of the way to lists. */
function pinsIn(
  elements: readonly XmlElement[],
  lists: readonly List[],
  depth: number,
): readonly Pin[] | undefined {
  const pins: Pin[] = [];
  for (const element of elements) {
    const fitting = lists.filter(({ way }) => way[depth] === element.local);
    const found = pinsOf(element, fitting, depth);
    if (found === undefined) return undefined;
    pins.push(...found);
  }
  return pins;
}

function pinsOf(element: XmlElement, lists: readonly List[], depth: number): readonly Pin[] | undefined {
  const [list] = lists;
  if (list === undefined) return undefined;
  if (depth === list.way.length - 1) {
    const pin = pinOf(element, list);
    return pin && [pin];
  }
  // In the container of the tunnels there is nothing else.
  if (list.type === 'tunnel' && depth === list.way.length - 2 && element.children.length === 0) {
    return [{ type: list.type, keys: null }];
  }
  const inside = below([element]);
  return inside && pinsIn(inside, lists, depth + 1);
}

/** What is inside of elements, less what is left out; undefined when there is nothing in one: it asks for all. */
function below(
  elements: readonly XmlElement[],
  isLeftOut: (child: XmlElement) => boolean = () => false,
): readonly XmlElement[] | undefined {
  if (elements.some(({ children }) => children.length === 0)) return undefined;
  return elements.flatMap(({ children }) => children.filter((child) => !isLeftOut(child)));
}

/** Which instance is meant may be told beside the way. */
function isKeyOf(step: string, child: XmlElement): boolean {
  return step === 'bfd' && (child.local === 'type' || child.local === 'name') && isContentMatch(child);
}

function pinOf(entry: XmlElement, { type, keys: names }: List): Pin | undefined {
  const keys: Record<string, string> = {};
  for (const name of names) {
    const key = entry.children.find((child) => child.local === name && isContentMatch(child));
    if (key === undefined) return WHOLE.has(type) ? { type, keys: null } : undefined;
    keys[name] = key.text.trim();
  }
  return { type, keys };
}

function sorted(pins: readonly Pin[]): PinnedState {
  const valuesOf = (type: List['type'], key: string): readonly string[] =>
    pins.filter((pin) => pin.type === type).map(({ keys }) => keys?.[key] ?? '');
  const isWhole = (type: List['type']): boolean => pins.some((pin) => pin.type === type && pin.keys === null);
  return {
    sessions: pins.flatMap(({ type, keys }) =>
      (type === 'ip-sh' || type === 'ip-mh') && keys !== null ? [{ type, keys }] : [],
    ),
    lspGroups: canonical(valuesOf('lsp-group', 'mpls-fec')),
    tunnels: isWhole('tunnel') ? 'all' : canonical(valuesOf('tunnel', 'fec')),
    summaries: pins.some(({ type }) => type === 'summary'),
    lspSessions: isWhole('lsp-session')
      ? 'all'
      : valuesOf('lsp-session', 'local-discriminator').map(Number).filter(Number.isInteger),
  };
}

/** The prefixes, as their keys have them; what is none is no key of anything. */
function canonical(prefixes: readonly string[]): readonly string[] {
  return prefixes.flatMap((text) => {
    const prefix = parsePrefix(text);
    return prefix.ok ? [formatPrefix(prefix.value)] : [];
  });
}
