import type { DataNode } from '../../yang/data-node.js';
import type { DataTree } from '../../yang/data-tree.js';
import { existsExplicitly, isStructural } from '../node-existence.js';

/**
 * Takes the containers out of `cut` that exist only for what they contain and contain in `whole`, too,
 * nothing that somebody has set: where a depth has cut their content off, that cannot be seen any more.
 *
 * @param cut a part of `whole`, with nodes of its own
 */
export function dropHollow(cut: DataTree, whole: DataTree): void {
  for (const root of cut.roots()) visit(root, whole, undefined);
}

function visit(node: DataNode, whole: DataTree, parent: DataNode | undefined): void {
  const twin = whole.findSibling(parent, node);
  if (twin === undefined) return;
  for (const child of node.children()) if (!child.isKey) visit(child, whole, twin);
  if (isStructural(node) && node.firstChild === undefined && !existsExplicitly(twin)) node.remove();
}
