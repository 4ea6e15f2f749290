import type { WithDefaults } from '../../config-service.js';
import type { DataNode } from '../../yang/data-node.js';
import type { DataTree } from '../../yang/data-tree.js';
import type { SelectedNode, Selection } from './selection.js';

/**
 * The chosen part of `tree` as XML siblings.
 *
 * @param selection of this tree; `all` for everything
 * @param mode which defaults are written, of those that are in the tree (RFC 6243 §3)
 */
export function printSelection(
  tree: DataTree,
  selection: Selection | 'all',
  mode: WithDefaults = 'explicit',
): string {
  if (selection === 'all') return printTree(tree, mode);
  if (selection.isEmpty) return '';
  using result = copySelection(tree, selection);
  return printTree(result, mode);
}

/** All of `tree` as XML siblings, with the defaults that the mode wants. */
export function printTree(
  tree: DataTree,
  mode: WithDefaults,
  options: { readonly emptyContainers?: boolean } = {},
): string {
  return tree.print({ format: 'xml', defaults: PRINTED[mode], ...options });
}

/** What the printer calls the modes. */
const PRINTED = {
  explicit: 'explicit',
  'report-all': 'all',
  'report-all-tagged': 'all-tagged',
  trim: 'trim',
} as const;

/** The chosen part as a tree of its own, which the caller frees. List entries have all their keys. */
export function copySelection(tree: DataTree, selection: Selection): DataTree {
  const result = tree.context.emptyTree();
  for (const root of selection.roots()) copyNode(result, root, undefined);
  return result;
}

function copyNode(result: DataTree, selected: SelectedNode, parent: DataNode | undefined): void {
  const copy = result.insertCopy(selected.node, parent, { deep: selected.whole });
  for (const child of selected.children) if (!child.node.isKey) copyNode(result, child, copy);
}
