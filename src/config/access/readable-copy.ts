import { isStructural } from '../datastore/node-existence.js';
import type { DataNode } from '../yang/data-node.js';
import type { DataTree } from '../yang/data-tree.js';
import type { DataAccess } from './data-access.js';

/**
 * The part of a tree that a user may read (RFC 8341 §3.2.4), as a tree of its own, which the caller frees.
 * What may not be read is left out with all that is in it; so is an entry with a key that may not be read.
 * Only where a rule permits by its path something inside of what may not be read, the nodes that lead
 * there are shown, entries with their keys alone.
 *
 * @param wanted which of the top-level nodes are of interest
 */
export function readableCopy(
  tree: DataTree,
  access: DataAccess,
  wanted: (root: DataNode) => boolean,
): DataTree {
  const copy = tree.context.emptyTree();
  const walk = new ReadWalk(copy, access);
  for (const root of tree.roots()) if (wanted(root)) walk.visit(root, () => undefined, 0, 1);
  return copy;
}

class ReadWalk {
  readonly #copy: DataTree;
  readonly #access: DataAccess;

  constructor(copy: DataTree, access: DataAccess) {
    this.#copy = copy;
    this.#access = access;
  }

  /**
   * @param parent makes the copy of the parent, when there is something to put into it
   * @param barrier depth of the nearest node above that may not be read; 0 where there is none
   */
  visit(node: DataNode, parent: () => DataNode | undefined, barrier: number, depth: number): void {
    if (node.kind === 'opaque') return;
    const coverage = this.#access.coverage('read', node.schema());
    if (coverage === 'none') return;
    if (coverage === 'all' && barrier === 0) {
      this.#copy.insertCopy(node, parent(), { deep: true });
      return;
    }
    const { action, path } = this.#access.verdict('read', node);
    const shown = action === 'permit' && (barrier === 0 || (path?.length ?? 0) > barrier);
    if (this.#access.isUniform('read', node.schema())) {
      if (shown) this.#copy.insertCopy(node, parent(), { deep: true });
      return;
    }
    if (shown && !this.#keysReadable(node)) return;
    let made: DataNode | undefined;
    const make = (): DataNode => {
      made ??= this.#copy.insertCopy(node, parent(), { deep: false });
      return made;
    };
    // A container that exists only for what it contains would tell of that.
    if (shown && !isStructural(node)) make();
    const isInner = node.kind === 'container' || node.kind === 'list';
    if (!isInner) return;
    for (const child of node.children()) {
      if (!child.isKey) this.visit(child, make, shown ? 0 : depth, depth + 1);
    }
  }

  #keysReadable(node: DataNode): boolean {
    if (node.kind !== 'list') return true;
    for (const child of node.children()) {
      if (!child.isKey) break;
      if (!this.#access.permits('read', child)) return false;
    }
    return true;
  }
}
