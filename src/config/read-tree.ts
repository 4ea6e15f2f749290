import { ok } from '../lib/result.js';
import type { Filter, Outcome } from './config-service.js';
import { printSelection } from './datastore/filter/print-selection.js';
import type { Selection } from './datastore/filter/selection.js';
import { selectSubtree } from './datastore/filter/subtree-filter.js';
import { selectXpath } from './datastore/filter/xpath-filter.js';
import type { DataTree } from './yang/data-tree.js';

/** What a filter selects of a tree, as XML siblings; without one all of it. */
export function readTree(tree: DataTree, filter: Filter | undefined): Outcome<string> {
  if (filter === undefined) return ok(printSelection(tree, 'all'));
  const selected = selectNodes(tree, filter);
  return selected.ok ? ok(printSelection(tree, selected.value)) : selected;
}

/** What a filter selects of a tree; an XPath expression that cannot be evaluated is an error. */
export function selectNodes(tree: DataTree, filter: Filter): Outcome<Selection> {
  return filter.type === 'subtree'
    ? selectSubtree(tree, filter.element)
    : selectXpath(tree, filter.select, filter.namespaces);
}
