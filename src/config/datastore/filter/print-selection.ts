import type { DataNode } from '../../yang/data-node.js';
import type { DataTree } from '../../yang/data-tree.js';
import type { SelectedNode, Selection } from './selection.js';

/**
 * The chosen part of `tree` as XML siblings, without the defaults that nobody set (RFC 6243 §2.3).
 *
 * @param selection of this tree; `all` for everything
 */
export function printSelection(tree: DataTree, selection: Selection | 'all'): string {
  if (selection === 'all') return tree.print({ format: 'xml', defaults: 'explicit' });
  if (selection.isEmpty) return '';
  using result = copySelection(tree, selection);
  return result.print({ format: 'xml', defaults: 'explicit' });
}

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
