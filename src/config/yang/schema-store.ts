import type { Address } from './linear-memory.js';
import type { Native } from './native.js';
import { type SchemaKind, SchemaNode } from './schema-node.js';
import { type YangModuleInfo, readModules } from './yang-module-info.js';

/** An annotation that a module defines (RFC 7952). */
export interface Annotation {
  readonly moduleName: string;
  readonly namespace: string;
  readonly name: string;
  /** One that libyang keeps for itself, and that is no data. */
  readonly isInternal: boolean;
}

const RECENT_NODES = 1024;

/** The compiled modules and schema nodes of one context, read when first asked for and then kept. */
export class SchemaStore {
  readonly native: Native;
  readonly #context: Address;
  readonly #kinds: ReadonlyMap<number, SchemaKind>;
  readonly #nodes = new Map<Address, SchemaNode>();
  /** Those asked for last, by their addresses: an array is quicker than a map. */
  readonly #recent: (SchemaNode | undefined)[] = Array.from({ length: RECENT_NODES }, () => undefined);
  readonly #byNamespace = new Map<string, YangModuleInfo>();
  readonly #byName = new Map<string, YangModuleInfo>();
  readonly #annotations = new Map<Address, Annotation>();
  #modules: ReadonlyMap<Address, YangModuleInfo> | undefined;

  constructor(native: Native, context: Address) {
    const { constant } = native.layout;
    this.native = native;
    this.#context = context;
    this.#kinds = new Map<number, SchemaKind>([
      [constant.LYS_CONTAINER, 'container'],
      [constant.LYS_LIST, 'list'],
      [constant.LYS_LEAF, 'leaf'],
      [constant.LYS_LEAFLIST, 'leaf-list'],
      [constant.LYS_ANYDATA, 'anydata'],
      [constant.LYS_ANYXML, 'anyxml'],
      [constant.LYS_RPC, 'rpc'],
      [constant.LYS_ACTION, 'action'],
      [constant.LYS_NOTIF, 'notification'],
    ]);
  }

  /** To be called when libyang has compiled the context anew: everything may lie elsewhere. */
  forget(): void {
    this.#nodes.clear();
    this.#recent.fill(undefined);
    this.#byNamespace.clear();
    this.#byName.clear();
    this.#annotations.clear();
    this.#modules = undefined;
  }

  /** All modules, by their addresses. */
  modules(): ReadonlyMap<Address, YangModuleInfo> {
    if (this.#modules) return this.#modules;
    this.#modules = readModules(this.native, this.#context);
    for (const module of this.#modules.values()) {
      if (module.implemented) this.#byNamespace.set(module.namespace, module);
      if (module.implemented || this.#byName.get(module.name)?.implemented !== true) {
        this.#byName.set(module.name, module);
      }
    }
    return this.#modules;
  }

  moduleAt(pointer: Address): YangModuleInfo {
    const module = this.modules().get(pointer);
    if (!module) throw new Error(`no module of this context at ${pointer}`);
    return module;
  }

  /** The implemented module of a namespace. */
  moduleByNamespace(namespace: string): YangModuleInfo | undefined {
    this.modules();
    return this.#byNamespace.get(namespace);
  }

  /** The implemented module of that name, else an imported one. */
  moduleByName(name: string): YangModuleInfo | undefined {
    this.modules();
    return this.#byName.get(name);
  }

  /** The address of an implemented module. */
  addressOf(name: string): Address | undefined {
    return [...this.modules()].find(([, module]) => module.implemented && module.name === name)?.[0];
  }

  /** The one object for the schema node at an address. */
  nodeAt(pointer: Address): SchemaNode {
    const place = (pointer >>> 3) % RECENT_NODES;
    const recent = this.#recent[place];
    if (recent?.pointer === pointer) return recent;
    const node = this.#nodes.get(pointer) ?? this.#readNode(pointer);
    this.#recent[place] = node;
    return node;
  }

  /** What all instances of an annotation have in common; `meta` is one of them. */
  annotationOf(meta: Address): Annotation {
    const { memory, layout } = this.native;
    const pointer = memory.u32(meta + layout.meta.annotation);
    const known = this.#annotations.get(pointer);
    if (known) return known;
    const { name: moduleName, namespace } = this.moduleAt(memory.u32(pointer + layout.annotation.module));
    const name = memory.text(memory.u32(meta + layout.meta.name)) ?? '';
    const isInternal = this.native.call('lyd_meta_is_internal', meta) !== 0;
    const made = { moduleName, namespace, name, isInternal };
    this.#annotations.set(pointer, made);
    return made;
  }

  /** What a schema node contains: data nodes, also those in choices, actions and notifications. */
  below(parent: Address): readonly SchemaNode[] {
    return this.#following(parent, 0);
  }

  /** The address of the implemented module of that name. */
  implementedAt(moduleName: string): Address {
    for (const [at, { name, implemented }] of this.modules()) {
      if (name === moduleName && implemented) return at;
    }
    throw new Error(`the module ${moduleName} is not implemented`);
  }

  /** What an implemented module has at its top: data nodes, rpcs and notifications. */
  rootsOf(moduleName: string): readonly SchemaNode[] {
    for (const [at, { name, implemented }] of this.modules()) {
      const compiled = this.native.memory.u32(at + this.native.layout.module.compiled);
      if (name === moduleName && implemented) return this.#following(0, compiled);
    }
    return [];
  }

  /** What a value of `lysc_node.nodetype` stands for. */
  kindOf(nodetype: number): SchemaKind {
    const kind = this.#kinds.get(nodetype);
    if (!kind) throw new Error(`unexpected type of schema node ${nodetype}`);
    return kind;
  }

  #readNode(pointer: Address): SchemaNode {
    const made = new SchemaNode(this, pointer);
    this.#nodes.set(pointer, made);
    return made;
  }

  #following(parent: Address, module: Address): readonly SchemaNode[] {
    const nodes: SchemaNode[] = [];
    let at = this.native.call('lys_getnext', 0, parent, module, 0);
    for (; at !== 0; at = this.native.call('lys_getnext', at, parent, module, 0)) nodes.push(this.nodeAt(at));
    return nodes;
  }
}
