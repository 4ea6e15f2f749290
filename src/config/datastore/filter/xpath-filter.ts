import { err, ok } from '../../../lib/result.js';
import type { Outcome } from '../../config-service.js';
import { invalidValue } from '../../errors/rpc-error.js';
import type { DataTree } from '../../yang/data-tree.js';
import { Selection } from './selection.js';
import { matchAnyNamespace } from './unprefixed-names.js';

/** The expressions that select the root of the document, and with it everything. */
const root = /^\s*[/.]\s*$/;

/**
 * What an XPath filter chooses (RFC 6241 §8.9): the nodes of its node set with all that is in them. Names
 * without a prefix are those of any namespace.
 * An expression that is no XPath, names an unknown prefix or yields anything but a node set is
 * refused with invalid-value.
 *
 * @param namespaces the prefixes that the expression may use
 * @param maxDepth see Selection
 */
export function selectXpath(
  tree: DataTree,
  select: string,
  namespaces: ReadonlyMap<string, string>,
  maxDepth?: number,
): Outcome<Selection> {
  const found = tree.xpath(matchAnyNamespace(select), { namespaces });
  if (!found.ok) {
    const reasons = found.error.map((error) => error.message).join(' ');
    return err([invalidValue(`The filter "${select}" does not select nodes: ${reasons}`)]);
  }
  const selection = new Selection(maxDepth);
  // libyang leaves the root out of its node sets: it is no node of the data.
  const chosen = root.test(select) ? tree.roots() : found.value;
  for (const node of chosen) selection.add(node);
  return ok(selection);
}
