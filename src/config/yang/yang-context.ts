import { type Result, err, ok } from '../../lib/result.js';
import { DataTree } from './data-tree.js';
import { withDefaultAttribute } from './default-attribute.js';
import { type Phase, clearErrors, hasErrors, readErrors } from './error-list.js';
import type { Address } from './linear-memory.js';
import type { ModuleSource } from './module-source.js';
import type { Native } from './native.js';
import { type ParseOptions, parseOptionBits } from './parse-options.js';
import type { SchemaNode } from './schema-node.js';
import { SchemaStore } from './schema-store.js';
import { YangCallError, type YangError } from './yang-error.js';
import type { YangModuleInfo } from './yang-module-info.js';

/** A module to implement, at its newest revision unless another is named. */
export interface ModuleRequest {
  readonly name: string;
  readonly revision?: string;
  /** The features to enable; `['*']` for all. */
  readonly features: readonly string[];
}

/** A set of compiled YANG modules: the schema that data trees follow (the "context" of libyang). */
export class YangContext {
  /** Internal: the instance that this context lies in. */
  readonly native: Native;
  /** Internal: its schema nodes and modules. */
  readonly schemas: SchemaStore;
  readonly #source: ModuleSource;
  readonly #announce: (pointer: Address, alive: boolean) => void;
  readonly #trees = new Set<DataTree>();
  /** 0 when disposed. */
  #pointer: Address;

  /** Internal: contexts are made by `Libyang.createContext`. */
  constructor(native: Native, source: ModuleSource, announce: (pointer: Address, alive: boolean) => void) {
    this.native = native;
    this.#source = source;
    this.#announce = announce;
    this.#pointer = newContext(native);
    this.schemas = new SchemaStore(native, this.#pointer);
    announce(this.#pointer, true);
    native.call('yw_release_internal', this.#pointer);
    native.call('yw_use_imports', this.#pointer);
    this.check('register types', native.call('yw_use_types', this.#pointer));
  }

  /** Internal: the address of libyang's context. */
  get pointer(): Address {
    if (this.#pointer === 0) throw new Error('the context has been disposed');
    return this.#pointer;
  }

  /**
   * Loads modules with all that they import, implements and compiles them. Once per context; after an
   * error the context is only good to be disposed.
   */
  implement(modules: readonly ModuleRequest[]): Result<void, readonly YangError[]> {
    clearErrors(this.native, this.pointer);
    const { LY_ENOTFOUND } = this.native.layout.constant;
    for (const module of modules) {
      if (!this.#load(module)) return err(this.errors(LY_ENOTFOUND, 'validation'));
    }
    const compiled = this.native.call('ly_ctx_compile', this.pointer);
    this.schemas.forget();
    return compiled === 0 ? ok() : err(this.errors(compiled, 'validation'));
  }

  /** All modules, imported ones included. */
  modules(): readonly YangModuleInfo[] {
    return [...this.schemas.modules().values()];
  }

  /** The implemented module of a namespace. */
  moduleByNamespace(namespace: string): YangModuleInfo | undefined {
    return this.schemas.moduleByNamespace(namespace);
  }

  /** The implemented module of that name, else an imported one. */
  moduleByName(name: string): YangModuleInfo | undefined {
    return this.schemas.moduleByName(name);
  }

  /**
   * The YANG text of a module or submodule: as its source has it, or printed for those that libyang has
   * inside; the newest unless a revision is named.
   */
  source(name: string, revision?: string): string | undefined {
    return this.#source.find(name, revision) ?? this.printSchema(name, revision, 'yang');
  }

  /** A module of this context in YANG, in YIN or as a tree diagram (RFC 8340). */
  printSchema(
    name: string,
    revision: string | undefined,
    format: 'yang' | 'yin' | 'tree',
  ): string | undefined {
    const { LYS_OUT_YANG, LYS_OUT_YIN, LYS_OUT_TREE } = this.native.layout.constant;
    return this.native.frame((frame) => {
      const arguments_ = [this.pointer, frame.text(name)] as const;
      const module =
        revision === undefined
          ? this.native.call('ly_ctx_get_module_latest', ...arguments_)
          : this.native.call('ly_ctx_get_module', ...arguments_, frame.text(revision));
      if (module === 0) return undefined;
      const printed = frame.words(0);
      const kind = { yang: LYS_OUT_YANG, yin: LYS_OUT_YIN, tree: LYS_OUT_TREE }[format];
      this.check(`print ${name}`, this.native.call('lys_print_mem', printed, module, kind, 0));
      return this.native.takeText(this.native.memory.u32(printed));
    });
  }

  /** The schema node of a data path without predicates: `/ietf-interfaces:interfaces/interface`. */
  schema(path: string): SchemaNode | undefined {
    const found = this.native.frame((frame) => {
      clearErrors(this.native, this.pointer);
      return this.native.call('lys_find_path', this.pointer, 0, frame.text(path), 0);
    });
    return found === 0 ? undefined : this.schemas.nodeAt(found);
  }

  /** The nodes at the top of an implemented module: data, rpcs and notifications. */
  schemaRoots(moduleName: string): readonly SchemaNode[] {
    return this.schemas.rootsOf(moduleName);
  }

  /**
   * Reads data. Without `validate` only well-formedness, names and the types of values are checked.
   *
   * @param text XML with any number of top-level elements, or a JSON object (RFC 7951); bytes are UTF-8
   */
  parse(text: string | Uint8Array, options: ParseOptions): Result<DataTree, readonly YangError[]> {
    const { LYD_XML, LYD_JSON } = this.native.layout.constant;
    if (typeof text === 'string' ? text.includes('\0') : text.includes(0)) return err([zeroByte]);
    const [parse, validate] = parseOptionBits(this.native.layout, options);
    const format = options.format === 'xml' ? LYD_XML : LYD_JSON;
    return this.native.frame((frame) => {
      clearErrors(this.native, this.pointer);
      const first = frame.words(0);
      const input = typeof text === 'string' ? frame.text(text) : frame.bytes(text);
      const result = withDefaultAttribute(this, text, frame, () =>
        this.native.call('lyd_parse_data_mem', this.pointer, input, format, parse, validate, first),
      );
      // With several errors libyang may forget one of them in its result.
      const isWrong = result !== 0 || (!options.opaque && hasErrors(this.native, this.pointer));
      if (!isWrong) return ok(this.adopt(this.native.memory.u32(first), options.opaque));
      this.native.call('lyd_free_siblings', this.native.memory.u32(first));
      return err(this.errors(result, 'parse'));
    });
  }

  /**
   * Reads the content of one notification: the element that names it, with its namespace (RFC 7950
   * §7.16.2). Names and types are checked, the constraints of the schema are not.
   */
  parseNotification(xml: string): Result<DataTree, readonly YangError[]> {
    if (xml.includes('\0')) return err([zeroByte]);
    return this.native.frame((frame) => {
      clearErrors(this.native, this.pointer);
      const first = frame.words(0);
      const result = this.native.call('yw_parse_notification', this.pointer, frame.text(xml), first);
      if (result === 0) return ok(this.adopt(this.native.memory.u32(first)));
      this.native.call('lyd_free_siblings', this.native.memory.u32(first));
      return err(this.errors(result, 'parse'));
    });
  }

  /** A tree without nodes. */
  emptyTree(): DataTree {
    return this.adopt(0);
  }

  /** The data of ietf-yang-library (RFC 8525), which must be implemented, for this context. */
  yangLibrary(contentId: string): DataTree {
    return this.native.frame((frame) => {
      const root = frame.words(0);
      const call = this.native.call('yw_yang_library', this.pointer, root, frame.text(contentId));
      this.check('make the YANG library', call);
      return this.adopt(this.native.memory.u32(root));
    });
  }

  /** How many trees of this context have not been freed. */
  get liveTrees(): number {
    return this.#trees.size;
  }

  /** Frees the context and all its trees. */
  dispose(): void {
    if (this.#pointer === 0) return;
    for (const tree of this.#trees) tree.free();
    const pointer = this.#pointer;
    this.#pointer = 0;
    this.#announce(pointer, false);
    if (!this.native.crashed) this.native.call('ly_ctx_destroy', pointer);
  }

  /** Internal: a tree object that owns the siblings of `first`. */
  adopt(first: Address, mayHaveOpaque = false): DataTree {
    const tree = new DataTree(this, first, mayHaveOpaque, () => this.#trees.delete(tree));
    this.#trees.add(tree);
    return tree;
  }

  /** Internal: the errors of the last call. */
  errors(result: number, phase: Phase): readonly YangError[] {
    const errors = readErrors(this.native, this.pointer, result, phase);
    clearErrors(this.native, this.pointer);
    return errors;
  }

  /** Internal: a call whose arguments the program chose must not fail. */
  check(what: string, result: number): void {
    if (result !== 0) throw new YangCallError(`libyang did not ${what}`, this.errors(result, 'value'));
  }

  #load({ name, revision, features }: ModuleRequest): boolean {
    return this.native.frame((frame) => {
      const names = frame.words(...features.map((feature) => frame.text(feature)), 0);
      const arguments_ = [frame.text(name), frame.text(revision), names] as const;
      return this.native.call('ly_ctx_load_module', this.pointer, ...arguments_) !== 0;
    });
  }
}

/** A text that C takes for shorter than it is, and that no format allows (XML 1.0 §2.2, RFC 8259 §7). */
const zeroByte: YangError = {
  message: 'The character U+0000 is not allowed.',
  tag: 'malformed-message',
  code: 'LYVE_SYNTAX',
};

function newContext(native: Native): Address {
  const { LY_CTX_NO_YANGLIBRARY, LY_CTX_DISABLE_SEARCHDIRS, LY_CTX_EXPLICIT_COMPILE } =
    native.layout.constant;
  const options = LY_CTX_NO_YANGLIBRARY | LY_CTX_DISABLE_SEARCHDIRS | LY_CTX_EXPLICIT_COMPILE;
  return native.frame((frame) => {
    const made = frame.words(0);
    const result = native.call('ly_ctx_new', 0, options, made);
    if (result !== 0) throw new Error(`libyang made no context: result ${result}`);
    return native.memory.u32(made);
  });
}
