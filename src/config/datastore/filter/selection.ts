import type { DataNode } from '../../yang/data-node.js';

/** A chosen node: all of it, or only some of its children (and, of a list entry, its keys). */
export interface SelectedNode {
  readonly node: DataNode;
  readonly whole: boolean;
  /** The chosen children of a node that is not chosen whole. */
  readonly children: readonly SelectedNode[];
}

interface Branch {
  readonly node: DataNode;
  whole: boolean;
  readonly children: Map<number, Branch>;
}

/** A set of nodes of one tree: subtrees, and what leads to them. Good as long as the tree is unchanged. */
export class Selection {
  readonly #roots = new Map<number, Branch>();
  readonly #maxDepth: number | undefined;

  /** @param maxDepth how many levels of each node are chosen, from 1; all unless given */
  constructor(maxDepth?: number) {
    this.#maxDepth = maxDepth;
  }

  /** Whether nodes are chosen with all that is in them, however deep. */
  get isDeep(): boolean {
    return this.#maxDepth === undefined;
  }

  /** Chooses `node` with all that is in it, down to the greatest depth. */
  add(node: DataNode): void {
    if (this.#maxDepth !== undefined) return this.#addLevels(node, this.#maxDepth);
    const branch = this.#open(node);
    branch.whole = true;
    branch.children.clear();
  }

  /** Chooses also what `other`, a selection of the same tree, chooses. */
  addAll(other: Selection): void {
    const visit = (selected: SelectedNode): void => {
      if (selected.whole) this.add(selected.node);
      else selected.children.forEach(visit);
    };
    other.roots().forEach(visit);
  }

  get isEmpty(): boolean {
    return this.#roots.size === 0;
  }

  /** The chosen top-level nodes. Siblings are in document order. */
  roots(): readonly SelectedNode[] {
    return inOrder(this.#roots);
  }

  #addLevels(node: DataNode, levels: number): void {
    this.#open(node);
    if (levels > 1) for (const child of node.children()) this.#addLevels(child, levels - 1);
  }

  #open(node: DataNode): Branch {
    const parent = node.parent === undefined ? undefined : this.#open(node.parent);
    if (parent?.whole === true) return { node, whole: true, children: new Map() };
    const siblings = parent?.children ?? this.#roots;
    const known = siblings.get(node.pointer);
    if (known !== undefined) return known;
    const branch = { node, whole: false, children: new Map<number, Branch>() };
    siblings.set(node.pointer, branch);
    return branch;
  }
}

/**
 * Where nothing is user-ordered libyang itself puts copies in order; elsewhere the siblings are gone
 * through, since nodes may have been chosen in any order.
 */
function inOrder(branches: ReadonlyMap<number, Branch>): readonly SelectedNode[] {
  const chosen = [...branches.values()];
  const first = chosen[0];
  const ordered =
    chosen.length > 1 && chosen.some(({ node }) => node.isUserOrdered || node.kind === 'opaque');
  const inTree = ordered && first !== undefined ? siblingsOf(first.node) : undefined;
  const sorted = inTree?.flatMap((node) => branches.get(node.pointer) ?? []) ?? chosen;
  return sorted.map(({ node, whole, children }) => ({ node, whole, children: inOrder(children) }));
}

function siblingsOf(node: DataNode): readonly DataNode[] {
  return node.parent === undefined ? node.tree.roots() : [...node.parent.children()];
}
