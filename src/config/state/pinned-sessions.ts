import type { XmlElement } from '../../lib/xml/xml-element.js';
import type { Filter } from '../config-service.js';
import { isContentMatch } from '../datastore/filter/filter-element.js';

/** A session, by the values of the keys of its entry as a filter has them. */
export interface PinnedSession {
  readonly type: 'ip-sh' | 'ip-mh';
  readonly keys: Readonly<Record<string, string>>;
}

const AROUND = ['control-plane-protocols', 'control-plane-protocol', 'bfd'];

/** The containers below `bfd` that have sessions, with the way to the entries and their keys. */
const LISTS = [
  { type: 'ip-sh', container: 'sessions', entry: 'session', keys: ['interface', 'dest-addr'] },
  {
    type: 'ip-mh',
    container: 'session-groups',
    entry: 'session-group',
    keys: ['source-addr', 'dest-addr'],
  },
] as const;

/**
 * The sessions that a filter asks for in the tree of ietf-routing, where it asks for nothing else there:
 * every branch of it leads to an entry whose keys it gives. Undefined when it does not.
 */
export function pinnedSessions(filter: Filter | undefined): readonly PinnedSession[] | undefined {
  if (filter?.type !== 'subtree') return undefined;
  let elements: readonly XmlElement[] = filter.element.children.filter(({ local }) => local === 'routing');
  for (const step of AROUND) {
    const inside = below(elements, (child) => isKeyOf(step, child));
    if (inside?.every(({ local }) => local === step) !== true) return undefined;
    elements = inside;
  }
  const types = below(elements);
  if (types === undefined || types.length === 0) return undefined;
  const pinned = types.map((element) => pinnedIn(element));
  return pinned.every((sessions) => sessions !== undefined) ? pinned.flat() : undefined;
}

function pinnedIn(element: XmlElement): readonly PinnedSession[] | undefined {
  const list = LISTS.find(({ type }) => type === element.local);
  const containers = list && below([element]);
  if (containers?.every(({ local }) => local === list?.container) !== true) return undefined;
  const pinned = below(containers)?.map((entry) => pin(entry, list));
  return pinned?.every((session) => session !== undefined) === true ? pinned : undefined;
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

function pin(entry: XmlElement, list: (typeof LISTS)[number] | undefined): PinnedSession | undefined {
  if (list === undefined || entry.local !== list.entry) return undefined;
  const keys: Record<string, string> = {};
  for (const name of list.keys) {
    const key = entry.children.find((child) => child.local === name && isContentMatch(child));
    if (key === undefined) return undefined;
    keys[name] = key.text.trim();
  }
  return { type: list.type, keys };
}
