import { type Result, err, ok } from '../../lib/result.js';
import { DataNode } from './data-node.js';
import { clearErrors } from './error-list.js';
import type { Address } from './linear-memory.js';
import type { Native } from './native.js';
import { type PrintOptions, printOptionBits } from './print-options.js';
import { readMetadata, type NodeMetadata } from './node-metadata.js';
import type { SchemaNode } from './schema-node.js';
import type { YangContext } from './yang-context.js';
import { YangCallError, type YangError } from './yang-error.js';
import { type XPathOptions, evaluateXPath } from './xpath.js';

/** LYD_IMPLICIT_NO_STATE of libyang's tree_data.h: nothing is added that is state. */
const NO_STATE = 1;

/**
 * Data: a forest of top-level nodes and all below them. The tree owns its nodes: free() frees them, and
 * every handle of one (DataNode) is void then. Whoever gets a tree from a function frees it.
 */
export class DataTree implements Disposable {
  readonly context: YangContext;
  readonly #native: Native;
  readonly #onFree: () => void;
  /** The first top-level node, 0 when there is none. */
  #first: Address;
  #mayHaveOpaque: boolean;
  #metadata: Map<Address, readonly NodeMetadata[]> | undefined;
  #alive = true;

  /** Internal: trees are made by a context, or by another tree. */
  constructor(context: YangContext, first: Address, mayHaveOpaque: boolean, onFree: () => void) {
    this.context = context;
    this.#mayHaveOpaque = mayHaveOpaque;
    this.#native = context.native;
    this.#first = first;
    this.#onFree = onFree;
  }

  /** Internal: the address of the first top-level node. */
  get first(): Address {
    this.expectAlive();
    return this.#first;
  }

  /** Internal: whether it is worth looking for opaque nodes. */
  get mayHaveOpaque(): boolean {
    return this.#mayHaveOpaque;
  }

  /** Internal: @throws {Error} when the tree has been freed */
  expectAlive(): void {
    if (!this.#alive) throw new Error('the tree has been freed');
  }

  /** Metadata that is read stays known: for a tree that changes no more and is gone through several times. */
  keepMetadata(): void {
    this.#metadata ??= new Map();
  }

  /** Internal: the metadata of a node that has a schema. */
  metadataOf(node: Address): readonly NodeMetadata[] {
    if (this.#metadata === undefined) return readMetadata(this.context, node);
    const known = this.#metadata.get(node) ?? readMetadata(this.context, node);
    this.#metadata.set(node, known);
    return known;
  }

  /** The top-level nodes, in document order. */
  roots(): readonly DataNode[] {
    const { memory, layout } = this.#native;
    const found: DataNode[] = [];
    for (let at = this.first; at !== 0; at = memory.u32(at + layout.node.next))
      found.push(new DataNode(this, at));
    return found;
  }

  isEmpty(): boolean {
    return this.first === 0;
  }

  /**
   * The node at a path with a predicate for every list: `/ietf-interfaces:interfaces/interface[name='a']`.
   *
   * @throws {YangCallError} when the path is none of the schema or leaves open which node is meant
   */
  find(path: string): DataNode | undefined {
    if (this.first === 0) return undefined;
    const { LY_ENOTFOUND, LY_EINCOMPLETE } = this.#native.layout.constant;
    return this.#native.frame((frame) => {
      const match = frame.words(0);
      const result = this.#call('lyd_find_path', this.first, frame.text(path), 0, match);
      if (result === LY_ENOTFOUND || result === LY_EINCOMPLETE) return undefined;
      this.context.check(`find ${path}`, result);
      return new DataNode(this, this.#native.memory.u32(match));
    });
  }

  /** The nodes that an XPath 1.0 expression selects, in document order. It must evaluate to a node set. */
  xpath(expression: string, options: XPathOptions = {}): Result<readonly DataNode[], readonly YangError[]> {
    return evaluateXPath(this, expression, options);
  }

  /**
   * Makes the node at a path with all parents that are missing, or gives an existing leaf another value.
   *
   * @param path as for `find`
   * @param value of a leaf or leaf-list entry; prefixes in it are module names
   * @throws {YangCallError} when path or value do not fit the schema
   */
  create(path: string, value?: string): DataNode {
    const { LYD_NEW_PATH_UPDATE } = this.#native.layout.constant;
    return this.#native.frame((frame) => {
      const [top, made] = [frame.words(0), frame.words(0)];
      const target = [this.first, this.context.pointer, frame.text(path), frame.text(value)] as const;
      const result = this.#call('lyd_new_path2', ...target, 0, 0, LYD_NEW_PATH_UPDATE, top, made);
      this.context.check(`create ${path}`, result);
      const { memory } = this.#native;
      this.settle(memory.u32(top));
      const node = memory.u32(made) === 0 ? this.find(path) : new DataNode(this, memory.u32(made));
      if (!node) throw new Error(`${path} is missing after its creation`);
      return node;
    });
  }

  /**
   * Adds a copy of a node of this or another tree of the context.
   *
   * @param parent a node of this tree, where the schema has such children; undefined for the top level
   * @param options.deep with all below it; otherwise alone, a list entry with its keys
   * @param options.flags with what validation has found out about it; otherwise it is new
   * @throws {YangCallError} when the node does not belong there
   */
  insertCopy(
    node: DataNode,
    parent: DataNode | undefined,
    options: { readonly deep: boolean; readonly flags?: boolean },
  ): DataNode {
    const { constant } = this.#native.layout;
    this.#expectPlace(node, parent);
    return this.#native.frame((frame) => {
      const copy = frame.words(0);
      const how =
        (options.deep ? constant.LYD_DUP_RECURSIVE : 0) | (options.flags ? constant.LYD_DUP_WITH_FLAGS : 0);
      const result = this.#call('lyd_dup_single', node.pointer, parent?.pointer ?? 0, how, copy);
      this.context.check(`copy ${node.name}`, result);
      const made = this.#native.memory.u32(copy);
      this.#mayHaveOpaque ||= node.tree.mayHaveOpaque;
      if (!parent) this.#insertTop(made);
      return new DataNode(this, made);
    });
  }

  /**
   * Takes a node with all that is in it, which must not be opaque, out of another tree of the context and adds it
   * here. Handles of it remain good, and go by this tree.
   *
   * @param parent as for `insertCopy`
   * @throws {YangCallError} when the node does not belong there
   */
  insertMoved(node: DataNode, parent: DataNode | undefined): DataNode {
    this.#expectPlace(node, parent);
    node.tree.leaving(node.pointer);
    this.context.check(`take out ${node.name}`, this.#call('lyd_unlink_tree', node.pointer));
    if (parent)
      this.context.check(`move ${node.name}`, this.#call('lyd_insert_child', parent.pointer, node.pointer));
    else this.#insertTop(node.pointer);
    return new DataNode(this, node.pointer);
  }

  /**
   * Adds a copy of a node of another tree of the context, with what validation has found out about it, and with
   * everything in it but the entries of lists that SchemaAnalysis tells apart.
   *
   * @param parent as for `insertCopy`
   */
  insertOutsideLists(node: DataNode, parent: DataNode | undefined): DataNode {
    this.#expectPlace(node, parent);
    return this.#native.frame((frame) => {
      const copy = frame.words(0);
      const result = this.#call('yw_copy_outside_lists', node.pointer, parent?.pointer ?? 0, copy);
      this.context.check(`copy ${node.name}`, result);
      const made = this.#native.memory.u32(copy);
      if (!parent) this.#insertTop(made);
      return new DataNode(this, made);
    });
  }

  /**
   * In the children of `parent`, or at the top level, the node that `like` denotes: of the same schema
   * node, with the same keys or leaf-list value. Hashed, so quick in long lists.
   *
   * @param like a node of any tree of the context
   */
  findSibling(parent: DataNode | undefined, like: DataNode): DataNode | undefined {
    const siblings = parent ? parent.firstChildPointer : this.first;
    const { LY_ENOTFOUND } = this.#native.layout.constant;
    if (siblings === 0) return undefined;
    return this.#native.frame((frame) => {
      const match = frame.words(0);
      const result = this.#call('lyd_find_sibling_first', siblings, like.pointer, match);
      if (result === LY_ENOTFOUND) return undefined;
      this.context.check(`find ${like.name}`, result);
      return new DataNode(this, this.#native.memory.u32(match));
    });
  }

  /**
   * The entry of a list in `parent` that has the keys of some predicates: `[name='a'][type='b']`. Hashed as well.
   *
   * @returns errors where they are not predicates for all keys with values that these can have
   */
  findEntry(
    parent: DataNode,
    list: SchemaNode,
    predicates: string,
  ): Result<DataNode | undefined, readonly YangError[]> {
    const { LY_ENOTFOUND } = this.#native.layout.constant;
    const siblings = parent.firstChildPointer;
    if (siblings === 0) return ok(undefined);
    return this.#native.frame((frame) => {
      const match = frame.words(0);
      const keys = frame.text(predicates);
      const result = this.#call('lyd_find_sibling_val', siblings, list.pointer, keys, 0, match);
      if (result === LY_ENOTFOUND) return ok(undefined);
      if (result !== 0) return err(this.context.errors(result, 'value'));
      return ok(new DataNode(this, this.#native.memory.u32(match)));
    });
  }

  /**
   * Checks the whole tree against all constraints of the schema and adds what is there by default.
   * Nodes whose `when` has become false, or whose case has been superseded, are removed.
   *
   * @param options.configOnly state data is an error, and none is added
   * @returns all errors, not only the first
   */
  validate(options: { readonly configOnly?: boolean } = {}): Result<void, readonly YangError[]> {
    const { LYD_VALIDATE_NO_STATE, LYD_VALIDATE_MULTI_ERROR } = this.#native.layout.constant;
    const how = LYD_VALIDATE_MULTI_ERROR | (options.configOnly ? LYD_VALIDATE_NO_STATE : 0);
    const result = this.#onFirst('lyd_validate_all', this.context.pointer, how, 0);
    return result === 0 ? ok() : err(this.context.errors(result, 'validation'));
  }

  /** Adds the configuration that is there by default, without checking anything. */
  addDefaults(): void {
    const result = this.#onFirst('lyd_new_implicit_all', this.context.pointer, NO_STATE, 0);
    this.context.check('add defaults', result);
  }

  /**
   * Checks the data of one module (those in its top-level nodes), and adds what is there by default. The
   * rest of the tree is only looked at where constraints of that module lead there. As `validate` else.
   *
   * @returns whether nodes were added or removed
   */
  validateModule(moduleName: string): Result<{ readonly hasChanged: boolean }, readonly YangError[]> {
    const { LYD_VALIDATE_NO_STATE, LYD_VALIDATE_MULTI_ERROR } = this.#native.layout.constant;
    const module = this.context.schemas.implementedAt(moduleName);
    const how = LYD_VALIDATE_MULTI_ERROR | LYD_VALIDATE_NO_STATE;
    return this.#native.frame((frame) => {
      const diff = frame.words(0);
      const result = this.#onFirst('lyd_validate_module', module, how, diff);
      const changes = this.#native.memory.u32(diff);
      if (changes !== 0) this.#native.call('lyd_free_siblings', changes);
      return result === 0
        ? ok({ hasChanged: changes !== 0 })
        : err(this.context.errors(result, 'validation'));
    });
  }

  /**
   * Takes over from `validated`, a part of an equal tree, what validation has found out about nodes: they
   * are no longer new, and a `when` that held may remove them once it no longer does.
   */
  settleAs(validated: DataTree): void {
    this.#native.call('yw_settle', validated.first, this.first);
  }

  /**
   * What makes `to` out of this tree, in libyang's form: nodes with metadata such as `yang:operation`.
   * Without `defaults` nodes that are there by default do not count. Empty when nothing differs.
   */
  diff(to: DataTree, options: { readonly defaults?: boolean } = {}): DataTree {
    const how = options.defaults ? this.#native.layout.constant.LYD_DIFF_DEFAULTS : 0;
    return this.#native.frame((frame) => {
      const diff = frame.words(0);
      this.context.check('compare trees', this.#call('lyd_diff_siblings', this.first, to.first, how, diff));
      return this.context.adopt(this.#native.memory.u32(diff), this.mayHaveOpaque || to.mayHaveOpaque);
    });
  }

  /**
   * Does to this tree what a diff says.
   *
   * @throws {YangCallError} when the diff was made from another tree; this one may be half changed then
   */
  applyDiff(diff: DataTree): void {
    this.context.check('apply a diff', this.#onFirst('lyd_diff_apply_all', diff.first));
  }

  /** Adds what the other tree has; its explicit values win. The result needs to be validated. */
  merge(other: DataTree): void {
    this.context.check('merge trees', this.#onFirst('lyd_merge_siblings', other.first, 0));
    this.#mayHaveOpaque ||= other.mayHaveOpaque;
  }

  /** A copy with nodes of its own. */
  duplicate(): DataTree {
    const { LYD_DUP_RECURSIVE, LYD_DUP_WITH_FLAGS } = this.#native.layout.constant;
    if (this.first === 0) return this.context.emptyTree();
    return this.#native.frame((frame) => {
      const copy = frame.words(0);
      const how = LYD_DUP_RECURSIVE | LYD_DUP_WITH_FLAGS;
      this.context.check('copy a tree', this.#call('lyd_dup_siblings', this.first, 0, how, copy));
      return this.context.adopt(this.#native.memory.u32(copy), this.mayHaveOpaque);
    });
  }

  /** Frees the nodes of this tree and takes over those of another, which is empty then. */
  replaceWith(other: DataTree): void {
    if (other === this) return;
    const taken = other.first;
    this.#native.call('lyd_free_siblings', this.first);
    this.#first = taken;
    this.#mayHaveOpaque = other.mayHaveOpaque;
    other.#first = 0;
  }

  /** The tree as text. */
  print(options: PrintOptions): string {
    const { LYD_XML, LYD_JSON } = this.#native.layout.constant;
    if (this.first === 0) return options.format === 'xml' ? '' : '{}';
    const format = options.format === 'xml' ? LYD_XML : LYD_JSON;
    return this.#native.frame((frame) => {
      const text = frame.words(0);
      const how = printOptionBits(this.#native.layout, options);
      this.context.check('print a tree', this.#call('yw_print', text, this.first, format, how));
      return this.#native.takeText(this.#native.memory.u32(text)) ?? '';
    });
  }

  /** Frees all nodes. More than once does nothing. */
  free(): void {
    if (!this.#alive) return;
    this.#alive = false;
    this.#onFree();
    if (this.#first !== 0 && !this.#native.crashed) this.#native.call('lyd_free_siblings', this.#first);
    this.#first = 0;
  }

  [Symbol.dispose](): void {
    this.free();
  }

  /** Internal: a node is about to leave its place: if it is the first of the tree, the next one is now. */
  leaving(node: Address): void {
    if (node === this.first) this.#first = this.#native.memory.u32(node + this.#native.layout.node.next);
  }

  /** Internal: nodes have been added or moved; `made` is one of them, or 0. */
  settle(made: Address): void {
    const { memory, layout } = this.#native;
    const isTop = made !== 0 && memory.u32(made + layout.node.parent) === 0;
    const known = this.#first === 0 && isTop ? made : this.#first;
    this.#first = known === 0 ? 0 : this.#native.call('lyd_first_sibling', known);
  }

  /** Calls a function whose first parameter is the address of the first node, which it may change. */
  #onFirst(name: string, ...args: number[]): number {
    return this.#native.frame((frame) => {
      const first = frame.words(this.first);
      const result = this.#call(name, first, ...args);
      this.#first = this.#native.memory.u32(first);
      return result;
    });
  }

  #expectPlace(node: DataNode, parent: DataNode | undefined): void {
    if (node.tree.context !== this.context || (parent && parent.tree !== this)) {
      throw new Error('the nodes are of different trees or contexts');
    }
    if (node.kind === 'opaque' || parent?.kind === 'opaque') return;
    if (node.schema().parent === parent?.schema()) return;
    throw new YangCallError(
      `${node.name} does not belong ${parent ? `into ${parent.name}` : 'at the top'}`,
      [],
    );
  }

  #call(name: string, ...args: number[]): number {
    clearErrors(this.#native, this.context.pointer);
    return this.#native.call(name, ...args);
  }

  #insertTop(node: Address): void {
    const result = this.#native.frame((frame) => {
      const first = frame.words(0);
      const inserted = this.#call('lyd_insert_sibling', this.first, node, first);
      if (inserted === 0) this.#first = this.#native.memory.u32(first);
      return inserted;
    });
    if (result === 0) return;
    const errors = this.context.errors(result, 'value');
    this.#native.call('lyd_free_tree', node);
    throw new YangCallError('libyang did not insert a node', errors);
  }
}
