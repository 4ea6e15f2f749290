import type { Address } from './linear-memory.js';
import type { SchemaStore } from './schema-store.js';

/** The statements that define nodes of data. */
export type DataKind = 'container' | 'list' | 'leaf' | 'leaf-list' | 'anydata' | 'anyxml';

/** The statements that define nodes of data or operations; choices and cases are looked through. */
export type SchemaKind = DataKind | 'rpc' | 'action' | 'notification';

/** That a node lies in a case of a choice; the numbers identify choice and case within the context. */
export interface ChoiceBranch {
  readonly choice: Address;
  readonly choiceName: string;
  readonly case: Address;
}

/**
 * A node of the compiled schema (RFC 7950 §4.2.2). There is one object for each in a context, good as
 * long as the context is.
 */
export class SchemaNode {
  /** Identifies the schema node within its context. */
  readonly pointer: Address;
  readonly kind: SchemaKind;
  /** What its instances are: an operation is the container of its parameters. */
  readonly dataKind: DataKind;
  readonly name: string;
  readonly moduleName: string;
  readonly namespace: string;
  /** `config true`. */
  readonly isConfig: boolean;
  readonly isKey: boolean;
  /** A container that has a meaning of its own (RFC 7950 §7.5.1). */
  readonly isPresence: boolean;
  /** A list or leaf-list with `ordered-by user`. */
  readonly isUserOrdered: boolean;
  readonly isMandatory: boolean;
  readonly #store: SchemaStore;
  #parent: SchemaNode | undefined | null = null;
  #children: readonly SchemaNode[] | undefined;
  #byName: ReadonlyMap<string, readonly SchemaNode[]> | undefined;
  #choices: readonly ChoiceBranch[] | undefined;
  #keys: readonly string[] | undefined;

  constructor(store: SchemaStore, pointer: Address) {
    const { memory, layout } = store.native;
    const { schema, constant } = layout;
    const flags = memory.u16(pointer + schema.flags);
    const module = store.moduleAt(memory.u32(pointer + schema.module));
    this.#store = store;
    this.pointer = pointer;
    this.kind = store.kindOf(memory.u16(pointer + schema.nodetype));
    this.dataKind = dataKindOf(this.kind);
    this.name = memory.text(memory.u32(pointer + schema.name)) ?? '';
    this.moduleName = module.name;
    this.namespace = module.namespace;
    this.isConfig = (flags & constant.LYS_CONFIG_W) !== 0;
    this.isKey = this.kind === 'leaf' && (flags & constant.LYS_KEY) !== 0;
    this.isPresence = this.kind === 'container' && (flags & constant.LYS_PRESENCE) !== 0;
    this.isUserOrdered =
      (this.kind === 'list' || this.kind === 'leaf-list') && (flags & constant.LYS_ORDBY_USER) !== 0;
    this.isMandatory = (flags & constant.LYS_MAND_TRUE) !== 0;
  }

  /** The node that instances of this one lie in; undefined at the top. */
  get parent(): SchemaNode | undefined {
    if (this.#parent === null) this.#parent = this.#readParent();
    return this.#parent;
  }

  /** What instances of this node may contain, in the order of the schema; of an operation its input. */
  get children(): readonly SchemaNode[] {
    this.#children ??= this.#store.below(this.pointer);
    return this.#children;
  }

  /** The choices between this node and its parent, the innermost first; none for most nodes. */
  get choices(): readonly ChoiceBranch[] {
    this.#choices ??= this.#readChoices();
    return this.#choices;
  }

  /** The names of the keys of a list, in the order of its `key` statement. */
  get keys(): readonly string[] {
    this.#keys ??=
      this.kind === 'list' ? this.children.filter(({ isKey }) => isKey).map(({ name }) => name) : [];
    return this.#keys;
  }

  /** The default values of a leaf or leaf-list, in canonical form. */
  get defaults(): readonly string[] {
    const { native } = this.#store;
    const values: string[] = [];
    for (;;) {
      const value = native.memory.text(native.call('yw_default', this.pointer, values.length));
      if (value === undefined) return values;
      values.push(value);
    }
  }

  /** The child of that name; of this node's own module unless another is named. */
  child(name: string, moduleName: string = this.moduleName): SchemaNode | undefined {
    for (const child of this.named(name)) if (child.moduleName === moduleName) return child;
    return undefined;
  }

  /** The children of that name, whichever modules they are of. */
  named(name: string): readonly SchemaNode[] {
    this.#byName ??= byName(this.children);
    return this.#byName.get(name) ?? NONE;
  }

  /** Whether an extension of another module stands here or, where it is handed down, above (RFC 7950 §7.19). */
  hasExtension(moduleName: string, name: string): boolean {
    const { native } = this.#store;
    return native.frame(
      (frame) =>
        native.call('yw_has_extension', this.pointer, frame.text(moduleName), frame.text(name)) !== 0,
    );
  }

  /** The data path without predicates: `/ietf-interfaces:interfaces/interface`. */
  path(): string {
    const { native } = this.#store;
    const { LYSC_PATH_DATA } = native.layout.constant;
    return native.takeText(native.call('lysc_path', this.pointer, LYSC_PATH_DATA, 0, 0)) ?? '';
  }

  #readParent(): SchemaNode | undefined {
    const { memory, layout } = this.#store.native;
    const above = memory.u32(this.pointer + layout.schema.parent);
    const parent = above === 0 ? 0 : this.#store.native.call('lysc_data_node', above);
    return parent === 0 ? undefined : this.#store.nodeAt(parent);
  }

  /** In the compiled schema a node of a choice lies in a case, also where the module leaves it out. */
  #readChoices(): readonly ChoiceBranch[] {
    const { memory, layout } = this.#store.native;
    const above = (at: Address): Address => memory.u32(at + layout.schema.parent);
    const parent = this.parent?.pointer ?? 0;
    const branches: ChoiceBranch[] = [];
    for (let at = above(this.pointer); at !== parent && at !== 0; at = above(above(at))) {
      const choice = above(at);
      const choiceName = memory.text(memory.u32(choice + layout.schema.name)) ?? '';
      branches.push({ choice, choiceName, case: at });
    }
    return branches;
  }
}

const NONE: readonly SchemaNode[] = [];

function dataKindOf(kind: SchemaKind): DataKind {
  return kind === 'rpc' || kind === 'action' || kind === 'notification' ? 'container' : kind;
}

/** Several have one name where modules add to what others define. */
function byName(nodes: readonly SchemaNode[]): ReadonlyMap<string, readonly SchemaNode[]> {
  const found = new Map<string, SchemaNode[]>();
  for (const node of nodes) found.set(node.name, [...(found.get(node.name) ?? []), node]);
  return found;
}
