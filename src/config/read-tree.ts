import { ok } from '../lib/result.js';
import type { Filter, Outcome, WithDefaults } from './config-service.js';
import { parseConfig } from './datastore/parse-config.js';
import { printSelection } from './datastore/filter/print-selection.js';
import type { Selection } from './datastore/filter/selection.js';
import { selectSubtree } from './datastore/filter/subtree-filter.js';
import { selectXpath } from './datastore/filter/xpath-filter.js';
import type { DataTree } from './yang/data-tree.js';

/** What a filter selects of a tree that has its defaults, as XML siblings; without a filter all of it. */
export function readTree(
  tree: DataTree,
  filter: Filter | undefined,
  mode: WithDefaults = 'explicit',
): Outcome<string> {
  if (filter === undefined) return ok(printSelection(tree, 'all', mode));
  const selected = selectFrom(tree, filter);
  return selected.ok ? ok(printSelection(tree, selected.value, mode)) : selected;
}

/** Whether a mode of RFC 6243 reports values that nobody set. */
export function reportsDefaults(mode: WithDefaults | undefined): boolean {
  return mode === 'report-all' || mode === 'report-all-tagged';
}

/**
 * Makes a configuration what reading it in a mode of RFC 6243 and writing that would make of it: with
 * `report-all` every default is set, with `trim` and `report-all-tagged` none is.
 */
export function convertDefaults(config: DataTree, mode: WithDefaults): void {
  if (mode === 'explicit') return;
  config.addDefaults();
  const text = printSelection(config, 'all', mode);
  const parsed = parseConfig(config.context, text, { validate: false });
  if (!parsed.ok) throw new Error(parsed.error.map(({ message }) => message).join('; '));
  using converted = parsed.value;
  config.replaceWith(converted);
}

/** What a filter chooses of a tree. */
export function selectFrom(tree: DataTree, filter: Filter, maxDepth?: number): Outcome<Selection> {
  return filter.type === 'subtree'
    ? selectSubtree(tree, filter.element, maxDepth)
    : selectXpath(tree, filter.select, filter.namespaces, maxDepth);
}
