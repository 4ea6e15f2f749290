import type { XmlElement } from '../../lib/xml/xml-element.js';
import type { Filter } from '../config-service.js';
import { isContentMatch } from '../datastore/filter/filter-element.js';

/** The values of the keys of a single-hop session, as a filter has them. */
export interface PinnedSession {
  readonly interface: string;
  readonly destination: string;
}

const WAY = ['control-plane-protocols', 'control-plane-protocol', 'bfd', 'ip-sh', 'sessions'];

/**
 * The single-hop sessions that a filter asks for in the tree of ietf-routing, where it asks for nothing
 * else there: every branch of it leads to an entry whose keys it gives. Undefined when it does not.
 */
export function pinnedSessions(filter: Filter | undefined): readonly PinnedSession[] | undefined {
  if (filter?.type !== 'subtree') return undefined;
  let elements: readonly XmlElement[] = filter.element.children.filter(({ local }) => local === 'routing');
  for (const step of WAY) {
    const inside = elements.flatMap(({ children }) => children.filter((child) => !isKeyOf(step, child)));
    if (elements.some(({ children }) => children.length === 0)) return undefined;
    if (inside.some(({ local }) => local !== step)) return undefined;
    elements = inside;
  }
  const entries = elements.flatMap(({ children }) => children);
  if (entries.length === 0 || elements.some(({ children }) => children.length === 0)) return undefined;
  const pinned = entries.map((entry) => pin(entry));
  return pinned.every((session) => session !== undefined) ? pinned : undefined;
}

/** Which instance is meant may be told beside the way. */
function isKeyOf(step: string, child: XmlElement): boolean {
  return step === 'bfd' && (child.local === 'type' || child.local === 'name') && isContentMatch(child);
}

function pin(entry: XmlElement): PinnedSession | undefined {
  if (entry.local !== 'session') return undefined;
  const value = (name: string): string | undefined =>
    entry.children.find((child) => child.local === name && isContentMatch(child))?.text.trim();
  const [name, destination] = [value('interface'), value('dest-addr')];
  return name === undefined || destination === undefined ? undefined : { interface: name, destination };
}
