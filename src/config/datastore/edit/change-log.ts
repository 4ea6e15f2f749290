import type { DataNode } from '../../yang/data-node.js';
import type { DataTree } from '../../yang/data-tree.js';
import type { Place } from './place.js';
import { stripEditAttributes } from './strip-attributes.js';

/** Told of every node that has been added or moved, has another value, or is about to be removed. */
export type ChangeListener = (node: DataNode) => void;

/**
 * The only one that changes the target during an edit. Every change is remembered with what takes it
 * back, so that undoing costs what the edit has touched, whatever the size of the target.
 */
export class ChangeLog implements Disposable {
  readonly #target: DataTree;
  readonly #undo: (() => void)[] = [];
  /** What the changes have taken away, and copies of what is to be found again: for undoing. */
  readonly #saved: DataTree[] = [];
  readonly #onChange: ChangeListener;

  constructor(target: DataTree, onChange: ChangeListener = () => undefined) {
    this.#target = target;
    this.#onChange = onChange;
  }

  /** Whether there is nothing to take back. */
  get isEmpty(): boolean {
    return this.#undo.length === 0;
  }

  /**
   * Adds a copy of `like` to `place`, which has to exist. A user-ordered entry becomes the last one.
   * `like` must live as long as this log.
   */
  insert(place: Place, like: DataNode, options: { deep: boolean }): void {
    const node = this.#target.insertCopy(like, place.node(), options);
    stripEditAttributes(node);
    this.#onChange(node);
    this.#undo.push(() => {
      this.#existing(place, like).remove();
      place.forgetNodes();
    });
  }

  /**
   * Adds `edit` itself, a container or entry of the edit with all that is in it, to `place`, which has to exist:
   * there may be much in it.
   */
  insertWhole(place: Place, edit: DataNode): void {
    stripEditAttributes(edit);
    const node = this.#target.insertMoved(edit, place.node());
    this.#onChange(node);
    this.#undo.push(() => {
      // What has been removed since is kept, so that `edit` still tells which entry it was.
      this.#existing(place, edit).remove();
      place.forgetNodes();
    });
  }

  /** Removes `node`, a node of `place`, with all that is in it. */
  remove(place: Place, node: DataNode): void {
    this.#onChange(node);
    const next = this.#copyFollowing(node);
    const saved = this.#keep(node.detach());
    place.forgetNodes();
    this.#undo.push(() => {
      const back = this.#target.insertCopy(saved, place.node(), { deep: true });
      if (next !== undefined) back.insertBefore(this.#existing(place, next));
    });
  }

  /** Gives an explicit leaf of `place` the value of `like`, which has the earlier one for as long as this log lives. */
  setValue(place: Place, node: DataNode, like: DataNode): void {
    node.exchangeValue(like);
    this.#onChange(node);
    this.#undo.push(() => this.#existing(place, like).exchangeValue(like));
  }

  /** Moves a user-ordered entry of `place` before or behind another one of the same list. */
  move(place: Place, node: DataNode, where: 'before' | 'after', reference: DataNode): void {
    this.#onChange(node);
    const like = this.#copy(node);
    const next = this.#copyFollowing(node);
    if (where === 'before') node.insertBefore(reference);
    else node.insertAfter(reference);
    this.#undo.push(() => {
      const moved = this.#existing(place, like);
      if (next !== undefined) moved.insertBefore(this.#existing(place, next));
      else moveToEnd(moved);
    });
  }

  /** Takes back every change, the last one first. */
  undo(): void {
    for (let step = this.#undo.pop(); step !== undefined; step = this.#undo.pop()) step();
  }

  /** Frees what was kept for undoing; the changes stay. */
  [Symbol.dispose](): void {
    for (const tree of this.#saved) tree.free();
    this.#saved.length = 0;
    this.#undo.length = 0;
  }

  /** The one node at the top of a tree, which lives as long as this log. */
  #keep(tree: DataTree): DataNode {
    this.#saved.push(tree);
    const [node] = tree.roots();
    if (node === undefined) throw new Error('nothing was saved of an edited node');
    return node;
  }

  /** A copy of a node alone, an entry with its keys. */
  #copy(node: DataNode): DataNode {
    return this.#keep(node.copyAlone());
  }

  #copyFollowing(node: DataNode): DataNode | undefined {
    const next = node.isUserOrdered ? followingEntry(node) : undefined;
    return next === undefined ? undefined : this.#copy(next);
  }

  #existing(place: Place, like: DataNode): DataNode {
    const node = place.find(like);
    if (node === undefined) throw new Error(`an edited node is lost: ${like.path()}`);
    return node;
  }
}

/** The entry behind this one in its list or leaf-list. */
export function followingEntry(node: DataNode): DataNode | undefined {
  const next = node.nextSibling;
  return next !== undefined && isSameList(node, next) ? next : undefined;
}

/** The entry before this one in its list or leaf-list. */
export function precedingEntry(node: DataNode): DataNode | undefined {
  const previous = node.previousSibling;
  return previous !== undefined && isSameList(node, previous) ? previous : undefined;
}

function isSameList(one: DataNode, other: DataNode): boolean {
  return one.name === other.name && one.moduleName === other.moduleName;
}

function moveToEnd(node: DataNode): void {
  let last = followingEntry(node);
  for (let next = last; next !== undefined; next = followingEntry(next)) last = next;
  if (last !== undefined) node.insertAfter(last);
}
