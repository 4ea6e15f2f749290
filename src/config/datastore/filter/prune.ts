import type { DataNode } from '../../yang/data-node.js';
import type { DataTree } from '../../yang/data-tree.js';

/** Takes all out of a tree but the nodes that are `wanted`, and what leads to them with its list keys. */
export function prune(tree: DataTree, wanted: (node: DataNode) => boolean): void {
  for (const root of tree.roots()) pruneNode(root, wanted);
}

/** Answers whether something is left. */
function pruneNode(node: DataNode, wanted: (node: DataNode) => boolean): boolean {
  let isLeft = wanted(node);
  for (const child of node.children()) {
    if (!child.isKey && pruneNode(child, wanted)) isLeft = true;
  }
  if (!isLeft) node.remove();
  return isLeft;
}
