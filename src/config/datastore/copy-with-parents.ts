import type { DataNode } from '../yang/data-node.js';
import type { DataTree } from '../yang/data-tree.js';

/**
 * Copies `node` (deep, or alone with its list keys) into a new tree, below copies of its parents with
 * their list keys. The caller frees the tree.
 */
export function copyWithParents(
  node: DataNode,
  options: { deep: boolean },
): { tree: DataTree; node: DataNode } {
  const tree = node.tree.context.emptyTree();
  const parent = copyParents(node.parent, tree);
  return { tree, node: tree.insertCopy(node, parent, options) };
}

function copyParents(node: DataNode | undefined, tree: DataTree): DataNode | undefined {
  return node === undefined
    ? undefined
    : tree.insertCopy(node, copyParents(node.parent, tree), { deep: false });
}
