import type { DataNode } from '../../yang/data-node.js';
import type { DataTree } from '../../yang/data-tree.js';

/** Counts the moments from which handles of nodes may be void; one for all places of a target. */
interface Generation {
  count: number;
}

/**
 * A place in the target: the top level, or the inside of the node that corresponds to a node of
 * another tree (the edit's). It is found again after every removal, since undoing one makes new nodes.
 */
export class Place {
  readonly #target: DataTree;
  readonly #generation: Generation;
  #found: { readonly node: DataNode; readonly generation: number } | undefined;
  /** The place that `like` is in; both are undefined for the top level. */
  readonly outer: Place | undefined;
  readonly like: DataNode | undefined;

  private constructor(
    target: DataTree,
    generation: Generation,
    outer: Place | undefined,
    like: DataNode | undefined,
  ) {
    this.#target = target;
    this.#generation = generation;
    this.outer = outer;
    this.like = like;
  }

  static topLevel(target: DataTree): Place {
    return new Place(target, { count: 0 }, undefined, undefined);
  }

  /** The inside of what corresponds to `like` here. */
  inside(like: DataNode): Place {
    return new Place(this.#target, this.#generation, this, like);
  }

  get isTopLevel(): boolean {
    return this.like === undefined;
  }

  /** The node whose inside this is; undefined at top level and when it does not exist. */
  node(): DataNode | undefined {
    if (this.#found?.generation === this.#generation.count) return this.#found.node;
    const node = this.like === undefined ? undefined : this.outer?.find(this.like);
    this.#found = node === undefined ? undefined : { node, generation: this.#generation.count };
    return node;
  }

  /** To be called when nodes of the target have been removed. */
  forgetNodes(): void {
    this.#generation.count += 1;
  }

  /**
   * The node here that `like` denotes: same schema node, and same keys or leaf-list value. An opaque node
   * denotes the leaf of its name.
   */
  find(like: DataNode): DataNode | undefined {
    const parent = this.node();
    if (parent === undefined && !this.isTopLevel) return undefined;
    if (like.kind === 'list' || like.kind === 'leaf-list') return this.#target.findSibling(parent, like);
    const { name, moduleName } = like;
    if (parent !== undefined) return parent.child(name, moduleName);
    return this.#target.roots().find((node) => node.name === name && node.moduleName === moduleName);
  }

  /** The nodes that are here now. */
  children(): readonly DataNode[] {
    if (this.isTopLevel) return this.#target.roots();
    return [...(this.node()?.children() ?? [])];
  }
}
