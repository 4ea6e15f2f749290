import type { DataNode } from '../yang/data-node.js';
import type { DataTree } from '../yang/data-tree.js';
import type { SchemaNode } from '../yang/schema-node.js';
import type { SchemaAnalysis } from './schema-analysis.js';
import type { TouchedEntry } from './touched-nodes.js';

/** A node of the source is there with everything in it. */
const WHOLE = Symbol('whole');

/**
 * Copies parts of a tree into a tree of its own, which the caller frees: of modules everything outside
 * lists, and lists that have to be whole; of entries of other lists those that are asked for, in the same
 * way. Two excerpts of the same parts differ where the two trees do.
 */
export class Excerpt {
  readonly tree: DataTree;
  readonly #source: DataTree;
  readonly #analysis: SchemaAnalysis;
  /** The paths of the entries that were asked for. */
  readonly #asked = new Set<string>();
  readonly #counterparts = new Map<number, DataNode>();
  readonly #copies = new Map<number, DataNode | typeof WHOLE>();

  constructor(source: DataTree, analysis: SchemaAnalysis) {
    this.#source = source;
    this.#analysis = analysis;
    this.tree = source.context.emptyTree();
  }

  addModules(names: ReadonlySet<string>): void {
    for (const root of this.#source.roots()) {
      if (names.has(root.moduleName) && !this.#analysis.isPartial(root.schema())) {
        this.#copyOutsideLists(root, undefined);
      }
    }
  }

  /**
   * Adds an entry where it exists, and the entries around it. Those around have to be added before.
   * @param like the same entry of another tree, by which it is found faster
   * @returns the entry in the source
   */
  addEntry({ chain, whole }: TouchedEntry, like?: DataNode): DataNode | undefined {
    const path = chain.at(-1) ?? '';
    this.#asked.add(path);
    const node = like === undefined ? this.#source.find(path) : this.#counterpart(like);
    if (node === undefined) this.#addAround(chain);
    else if (this.#addEntriesAround(node)) this.#addNode(node, whole);
    return node;
  }

  /** Adds the entries that an entry lies in; answers whether it can be added by itself then. */
  #addEntriesAround(node: DataNode): boolean {
    const { parent } = node;
    if (parent === undefined) return true;
    return (
      this.#addEntriesAround(parent) &&
      (!this.#analysis.isPartial(parent.schema()) || this.#addNode(parent, false))
    );
  }

  /** The same for an entry that is not there. */
  #addAround(chain: readonly string[]): void {
    for (const path of chain.slice(0, -1)) {
      const around = this.#source.find(path);
      if (around === undefined || !this.#addNode(around, false)) return;
    }
  }

  /** The node of the source that a node of another tree denotes. */
  #counterpart(like: DataNode): DataNode | undefined {
    const above = like.parent;
    if (above === undefined) return this.#source.findSibling(undefined, like);
    let parent = this.#counterparts.get(above.pointer);
    if (parent === undefined) {
      parent = this.#counterpart(above);
      if (parent === undefined) return undefined;
      this.#counterparts.set(above.pointer, parent);
    }
    return this.#source.findSibling(parent, like);
  }

  /** The references of what is here whose targets are not, as entries. */
  missingTargets(): readonly TouchedEntry[] {
    const missing = new Map<string, TouchedEntry>();
    for (const root of this.tree.roots()) this.#collectTargets(root, missing);
    return [...missing.values()];
  }

  /** Whether an entry of a list that is in no other is here, or has been looked for in vain. */
  #hasEntry(list: SchemaNode, path: string): boolean {
    return this.#analysis.isPartial(list) ? this.#asked.has(path) : this.tree.find(path) !== undefined;
  }

  /** Answers whether entries inside of it can be added one by one. */
  #addNode(node: DataNode, whole: boolean): boolean {
    const known = this.#copies.get(node.pointer);
    if (known !== undefined) return known !== WHOLE;
    const parent = node.parent === undefined ? undefined : this.#place(node.parent);
    if (parent === WHOLE) return false;
    if (!whole) {
      this.#copyOutsideLists(node, parent);
      return true;
    }
    this.tree.insertCopy(node, parent, { deep: true, flags: true });
    this.#copies.set(node.pointer, WHOLE);
    return false;
  }

  /** Where the copy of what is in a node goes. */
  #place(node: DataNode): DataNode | typeof WHOLE {
    const known = this.#copies.get(node.pointer);
    if (known !== undefined) return known;
    const parent = node.parent === undefined ? undefined : this.#place(node.parent);
    const place = parent === WHOLE ? WHOLE : this.#placeIn(parent, node);
    this.#copies.set(node.pointer, place);
    return place;
  }

  #placeIn(parent: DataNode | undefined, node: DataNode): DataNode | typeof WHOLE {
    const existing = this.tree.findSibling(parent, node);
    if (existing === undefined) return this.tree.insertCopy(node, parent, { deep: false, flags: true });
    // It was copied with what is around it.
    return node.kind === 'container' && this.#analysis.hasParts(node.schema()) ? existing : WHOLE;
  }

  #copyOutsideLists(node: DataNode, parent: DataNode | undefined): void {
    const copy = this.tree.insertOutsideLists(node, parent);
    this.#copies.set(node.pointer, this.#analysis.hasParts(node.schema()) ? copy : WHOLE);
  }

  #collectTargets(node: DataNode, missing: Map<string, TouchedEntry>): void {
    if (!this.#analysis.mayRefer(node.schema())) return;
    const reference = this.#analysis.referenceOf(node.schema());
    if (reference !== undefined) {
      const { value } = node;
      const path = `${reference.path}[${reference.key}=${value.includes("'") ? `"${value}"` : `'${value}'`}]`;
      const isNamed = !(value.includes("'") && value.includes('"'));
      if (isNamed && !missing.has(path) && !this.#hasEntry(reference.list, path)) {
        missing.set(path, { chain: [path], whole: false });
      }
    }
    for (const child of node.children()) this.#collectTargets(child, missing);
  }
}
