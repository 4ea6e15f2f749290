import { type Result, err, ok } from '../../lib/result.js';
import type { DataTree } from './data-tree.js';
import { clearErrors } from './error-list.js';
import type { Address } from './linear-memory.js';
import type { Native } from './native.js';
import { type NodeMetadata, readAttributes } from './node-metadata.js';
import type { DataKind, SchemaNode } from './schema-node.js';
import { YangCallError, type YangError } from './yang-error.js';

export type NodeKind = DataKind | 'opaque';

/** So many siblings are looked at faster than libyang is asked for its hash table. */
const SIBLINGS_LOOKED_AT = 40;

/**
 * A handle of a node: cheap to make, read from libyang's memory on demand. Valid until the node is
 * removed (also by validation) or its tree is freed.
 */
export class DataNode {
  readonly tree: DataTree;
  /** Identifies the node: two handles of one node have the same. */
  readonly pointer: Address;
  /** That of an opaque node is never known. */
  #knownSchema: SchemaNode | undefined;
  readonly #native: Native;

  /** Internal: nodes are found in a tree. */
  constructor(tree: DataTree, pointer: Address) {
    this.tree = tree;
    this.pointer = pointer;
    this.#native = tree.context.native;
  }

  get kind(): NodeKind {
    return this.#schema()?.dataKind ?? 'opaque';
  }

  get name(): string {
    return this.#schema()?.name ?? this.#text(this.#native.layout.opaque.name) ?? '';
  }

  /** Empty for an opaque node of a namespace that no module has. */
  get moduleName(): string {
    const schema = this.#schema();
    if (schema) return schema.moduleName;
    return this.#isOfXml
      ? (this.tree.context.moduleByNamespace(this.#opaqueModule)?.name ?? '')
      : this.#opaqueModule;
  }

  get namespace(): string {
    const schema = this.#schema();
    if (schema) return schema.namespace;
    return this.#isOfXml
      ? this.#opaqueModule
      : (this.tree.context.moduleByName(this.#opaqueModule)?.namespace ?? '');
  }

  /**
   * Of a leaf or leaf-list entry the canonical value (prefixes are names of modules), of an opaque node
   * the text that was read, of anydata and anyxml what is inside, else empty.
   */
  get value(): string {
    const { memory } = this.#native;
    const kind = this.kind;
    if (kind === 'anydata' || kind === 'anyxml') return this.#anyValue();
    if (kind === 'container' || kind === 'list') return '';
    const { canonical } = this.#native.layout.term;
    const cached = kind === 'opaque' ? 0 : memory.u32(this.#at() + canonical);
    return memory.text(cached || this.#native.call('yw_value', this.#at())) ?? '';
  }

  /** Whether the node is there by default, not because somebody put it there. */
  get isDefault(): boolean {
    const { node, constant } = this.#native.layout;
    return (this.#word(node.flags) & constant.LYD_DEFAULT) !== 0;
  }

  get isConfig(): boolean {
    return this.#schema()?.isConfig ?? false;
  }

  get isKey(): boolean {
    return this.#schema()?.isKey ?? false;
  }

  get isPresence(): boolean {
    return this.#schema()?.isPresence ?? false;
  }

  get isUserOrdered(): boolean {
    return this.#schema()?.isUserOrdered ?? false;
  }

  /**
   * Of a node of an edit: whether what is inside can be added as it is, since there is nothing that the schema
   * does not know, that is tagged as a default, that stands there twice or for several cases of a choice, or
   * that has attributes.
   */
  get isPlainInside(): boolean {
    return this.#native.call('yw_is_plain', this.#at()) !== 0;
  }

  get parent(): DataNode | undefined {
    return this.#nodeAt(this.#word(this.#native.layout.node.parent));
  }

  get nextSibling(): DataNode | undefined {
    return this.#nodeAt(this.#word(this.#native.layout.node.next));
  }

  /** libyang's `prev` goes round: that of the first sibling is the last, which has no `next`. */
  get previousSibling(): DataNode | undefined {
    const { node } = this.#native.layout;
    const previous = this.#word(node.prev);
    return this.#native.memory.u32(previous + node.next) === 0 ? undefined : this.#nodeAt(previous);
  }

  get firstChild(): DataNode | undefined {
    return this.#nodeAt(this.firstChildPointer);
  }

  /** Internal: 0 where there is no child. */
  get firstChildPointer(): Address {
    const { inner, opaque } = this.#native.layout;
    const kind = this.kind;
    if (kind === 'opaque') return this.#word(opaque.child);
    return kind === 'container' || kind === 'list' ? this.#word(inner.child) : 0;
  }

  /** The children in document order; a child may be removed while they are walked through. */
  children(): Iterable<DataNode> {
    return new Siblings(this.tree, this.firstChildPointer);
  }

  /** The (first) child of that name; of this node's own module unless another is named. */
  child(name: string, moduleName: string = this.moduleName): DataNode | undefined {
    const first = this.firstChildPointer;
    if (first === 0) return undefined;
    const schema = this.#schema()?.child(name, moduleName);
    const found = schema ? this.#firstInstance(first, schema) : undefined;
    if (found || !this.tree.mayHaveOpaque) return found;
    for (const child of this.children()) {
      if (child.kind === 'opaque' && child.name === name && child.moduleName === moduleName) return child;
    }
    return undefined;
  }

  /** The keys of a list entry with their values, in the order of the schema. */
  keys(): readonly { readonly name: string; readonly value: string }[] {
    const keys: { name: string; value: string }[] = [];
    if (this.kind !== 'list') return keys;
    for (const child of this.children()) {
      if (!child.isKey) break;
      keys.push({ name: child.name, value: child.value });
    }
    return keys;
  }

  /** Metadata (RFC 7952) such as `ietf-netconf:operation` and `yang:insert`; of opaque nodes all attributes. */
  metadata(): readonly NodeMetadata[] {
    return this.kind === 'opaque'
      ? readAttributes(this.tree.context, this.#at())
      : this.tree.metadataOf(this.#at());
  }

  /**
   * The markup inside a container or list entry: what was explicitly set, in the namespace of this node.
   *
   * @returns undefined where that does not tell all: there is metadata inside, or anydata
   */
  contentXml(): string | undefined {
    const printed = this.#native.frame((frame) => {
      const text = frame.words(0);
      const result = this.#call('yw_print_new', this.#at(), text);
      if (result === this.#native.layout.constant.LY_ENOT) return undefined;
      this.tree.context.check(`print ${this.name}`, result);
      return this.#native.takeText(this.#native.memory.u32(text)) ?? '';
    });
    // There is no such character in attributes.
    return printed?.slice(printed.indexOf('>') + 1, Math.max(0, printed.lastIndexOf('</')));
  }

  /** Puts metadata on the node; prefixes in name and value are names of modules. */
  addMetadata(name: string, value: string): void {
    const { context } = this.tree;
    this.#native.frame((frame) => {
      const meta = [0, frame.text(name), frame.text(value), 0, 0] as const;
      const result = this.#call('lyd_new_meta', context.pointer, this.#at(), ...meta);
      context.check(`add metadata ${name}`, result);
    });
  }

  /** The path with all keys, prefixes are names of modules: `/ietf-interfaces:interfaces/interface[name='a']`. */
  path(): string {
    const { LYD_PATH_STD } = this.#native.layout.constant;
    return this.#native.takeText(this.#native.call('lyd_path', this.#at(), LYD_PATH_STD, 0, 0)) ?? '';
  }

  /** @throws {Error} for an opaque node, which has none */
  schema(): SchemaNode {
    const schema = this.#schema();
    if (!schema) throw new Error(`the opaque node ${this.name} has no schema`);
    return schema;
  }

  /** Gives a leaf another value, in the form that `value` has; it is explicit then. */
  setValue(value: string): Result<void, readonly YangError[]> {
    const { LY_EEXIST, LY_ENOT } = this.#native.layout.constant;
    const result = this.#native.frame((frame) =>
      this.#call('lyd_change_term', this.#at(), frame.text(value)),
    );
    const isSet = result === 0 || result === LY_EEXIST || result === LY_ENOT;
    return isSet ? ok() : err(this.tree.context.errors(result, 'value'));
  }

  /**
   * Gives this leaf and another one of the same schema node each the value of the other; this one is
   * explicit then. Costs nothing but that, whatever the type: nothing is read or copied.
   */
  exchangeValue(other: DataNode): void {
    if (this.kind !== 'leaf' || this.isKey || this.schema() !== other.schema()) {
      throw new YangCallError(`${this.name} cannot exchange its value with ${other.name}`, []);
    }
    this.#native.call('yw_exchange_values', this.pointer, other.pointer);
  }

  /** Takes the node with all below it out of its tree and frees it. A list key goes only with its entry. */
  remove(): void {
    this.#leave();
    this.#native.call('lyd_free_tree', this.pointer);
  }

  /** Takes the node with all below it out of its tree, into one of its own, which the caller frees. */
  detach(): DataTree {
    this.#leave();
    this.#native.call('lyd_unlink_tree', this.pointer);
    return this.tree.context.adopt(this.pointer, this.tree.mayHaveOpaque);
  }

  /** A copy of this node alone, an entry with its keys, as a tree that the caller frees. */
  copyAlone(): DataTree {
    return this.#native.frame((frame) => {
      const copy = frame.words(0);
      this.tree.context.check(`copy ${this.name}`, this.#call('lyd_dup_single', this.#at(), 0, 0, copy));
      return this.tree.context.adopt(this.#native.memory.u32(copy), this.tree.mayHaveOpaque);
    });
  }

  /** Moves a node of the same tree below this one, as the last of its kind. */
  insertChild(node: DataNode): void {
    this.#move(node, 'lyd_insert_child', this.#at(), node.pointer);
  }

  /** Moves this node before another entry of the same user-ordered list or leaf-list. */
  insertBefore(sibling: DataNode): void {
    sibling.#move(this, 'lyd_insert_before', sibling.pointer, this.#at());
  }

  /** Moves this node behind another entry of the same user-ordered list or leaf-list. */
  insertAfter(sibling: DataNode): void {
    sibling.#move(this, 'lyd_insert_after', sibling.pointer, this.#at());
  }

  // Methods, not getters: V8 looks up a private getter anew each time that it is asked, optimized or not.

  /** The address, as long as the tree lives. */
  #at(): Address {
    this.tree.expectAlive();
    return this.pointer;
  }

  #schema(): SchemaNode | undefined {
    this.tree.expectAlive();
    if (this.#knownSchema !== undefined) return this.#knownSchema;
    const pointer = this.#word(this.#native.layout.node.schema);
    if (pointer !== 0) this.#knownSchema = this.tree.context.schemas.nodeAt(pointer);
    return this.#knownSchema;
  }

  get #isOfXml(): boolean {
    const { opaque, constant } = this.#native.layout;
    return this.#word(opaque.format) === constant.LY_VALUE_XML;
  }

  /** What an opaque node says of its module: a namespace in XML, a name in JSON. */
  get #opaqueModule(): string {
    return this.#text(this.#native.layout.opaque.module) ?? '';
  }

  #word(member: number): number {
    return this.#native.memory.u32(this.#at() + member);
  }

  #text(member: number): string | undefined {
    return this.#native.memory.text(this.#word(member));
  }

  #nodeAt(pointer: Address): DataNode | undefined {
    return pointer === 0 ? undefined : new DataNode(this.tree, pointer);
  }

  #anyValue(): string {
    return this.#native.frame((frame) => {
      const text = frame.words(0);
      this.tree.context.check('print anydata', this.#call('lyd_any_value_str', this.#at(), text));
      return this.#native.takeText(this.#native.memory.u32(text)) ?? '';
    });
  }

  #firstInstance(siblings: Address, schema: SchemaNode): DataNode | undefined {
    const { memory, layout } = this.#native;
    let at = siblings;
    for (let seen = 0; seen < SIBLINGS_LOOKED_AT; seen += 1) {
      if (at === 0) return undefined;
      if (memory.u32(at + layout.node.schema) === schema.pointer) return this.#nodeAt(at);
      at = memory.u32(at + layout.node.next);
    }
    return this.#native.frame((frame) => {
      const match = frame.words(0);
      this.#call('lyd_find_sibling_val', siblings, schema.pointer, 0, 0, match);
      return this.#nodeAt(memory.u32(match));
    });
  }

  #leave(): void {
    if (this.isKey && this.parent)
      throw new YangCallError(`the key ${this.name} cannot be removed alone`, []);
    this.tree.leaving(this.#at());
  }

  #move(node: DataNode, name: string, ...args: number[]): void {
    if (node.tree !== this.tree) throw new Error('only nodes of the same tree are moved; copy it');
    this.tree.leaving(node.#at());
    const result = this.#call(name, ...args);
    this.tree.settle(node.pointer);
    this.tree.context.check(`move ${node.name}`, result);
  }

  #call(name: string, ...args: number[]): number {
    clearErrors(this.#native, this.tree.context.pointer);
    return this.#native.call(name, ...args);
  }
}

/** A node and those behind it. It costs less than a generator: V8 makes nothing of it where it is walked through. */
class Siblings implements IterableIterator<DataNode, void, undefined> {
  readonly #tree: DataTree;
  #next: Address;

  constructor(tree: DataTree, first: Address) {
    this.#tree = tree;
    this.#next = first;
  }

  [Symbol.iterator](): this {
    return this;
  }

  next(): IteratorResult<DataNode, void> {
    const at = this.#next;
    if (at === 0) return { done: true, value: undefined };
    const { memory, layout } = this.#tree.context.native;
    this.#next = memory.u32(at + layout.node.next);
    return { done: false, value: new DataNode(this.#tree, at) };
  }
}
