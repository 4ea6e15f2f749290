import type { Filter } from '../config-service.js';
import { matchesName } from '../datastore/filter/filter-element.js';

/** Namespace and name of a top-level node. */
export interface RootName {
  readonly namespace: string;
  readonly root: string;
}

/**
 * Whether a filter can select anything below a top-level node; when in doubt it says yes. With it only
 * the state that is asked for is collected.
 */
export function touches(filter: Filter | undefined, { namespace, root }: RootName): boolean {
  if (filter === undefined) return true;
  if (filter.type === 'xpath') return xpathTouches(filter.select, filter.namespaces, namespace);
  return filter.element.children.some((child) => matchesName(child, { name: root, namespace }));
}

/**
 * A path reaches a top-level node only through its name with a prefix, or through a wildcard, an axis, an
 * abbreviation or a name that needs none.
 */
function xpathTouches(select: string, namespaces: ReadonlyMap<string, string>, namespace: string): boolean {
  const withoutStrings = select.replaceAll(/"[^"]*"|'[^']*'/gu, '');
  const branches = withoutStrings.split('|');
  const plain = branches.every((branch) => /^\s*\/\s*[\p{L}_][\p{L}\p{N}_.-]*\s*:(?!:)/u.test(branch));
  if (!plain || /\/\/|\*|::|\.\.|(?:node|deref)\s*\(/u.test(withoutStrings)) return true;
  if (/\/\s*[\p{L}_][\p{L}\p{N}_.-]*(?![\p{L}\p{N}_.-]|\s*:)/u.test(withoutStrings)) return true;
  for (const [, prefix] of withoutStrings.matchAll(/(?<![\p{L}\p{N}_.-])([\p{L}_][\p{L}\p{N}_.-]*)\s*:/gu)) {
    if (prefix === undefined || (namespaces.get(prefix) ?? namespace) === namespace) return true;
  }
  return false;
}
