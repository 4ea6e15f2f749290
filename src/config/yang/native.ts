import { type CallFrame, FrameStack } from './call-frame.js';
import { type Layout, readLayout } from './layout.js';
import { type Address, LinearMemory } from './linear-memory.js';
import { wasiImports } from './wasi-imports.js';
import { LibyangCrash } from './yang-error.js';

/**
 * Answers libyang's question for a module that it misses, see tools/libyang-wasm/shim/imports.c.
 *
 * @returns the YANG text, or undefined where there is none
 */
export type ImportModule = (
  context: Address,
  name: string,
  revision: string | undefined,
  submodule: string | undefined,
  submoduleRevision: string | undefined,
) => string | undefined;

/**
 * One instance of libyang.wasm: its functions, its memory and where things are in it. All calls go
 * through `call`, which turns a trap into a LibyangCrash and remembers it.
 */
export class Native {
  readonly memory: LinearMemory;
  readonly layout: Layout;
  readonly #exports: Record<string, unknown>;
  readonly #functions = new Map<string, WasmFunction>();
  readonly #frames: FrameStack;
  #crash: LibyangCrash | undefined;
  #importFailure: { readonly cause: unknown } | undefined;

  constructor(module: WebAssembly.Module, importModule: ImportModule) {
    const wasi = WebAssembly.Module.imports(module).filter((wants) => wants.module.startsWith('wasi_'));
    const instance = new WebAssembly.Instance(module, {
      env: { yw_import: (...names) => this.#answerImport(names.map(Number), importModule) },
      wasi_snapshot_preview1: wasiImports(
        wasi.map((wants) => wants.name),
        () => this.memory,
      ),
    });
    this.#exports = instance.exports;
    this.memory = new LinearMemory(memoryOf(instance));
    this.call('_initialize');
    this.layout = readLayout(this.memory, this.call('yw_layout'));
    this.#frames = new FrameStack(this);
  }

  /** Whether a call has trapped: this instance is of no more use. */
  get crashed(): boolean {
    return this.#crash !== undefined;
  }

  /**
   * Calls an exported function.
   *
   * @returns its result, addresses unsigned; 0 for a function without one
   * @throws {LibyangCrash} when it traps, or an earlier call has
   * @throws what the source of modules has thrown during the call, if that was asked
   */
  call(name: string, ...args: number[]): number {
    if (this.#crash) throw this.#crash;
    const run = this.#functions.get(name) ?? this.#find(name);
    let result: number | undefined;
    try {
      // The arguments go nowhere else: the engine need not make an array of them.
      result = run(...args);
    } catch (error) {
      throw this.#crashedIn(name, error);
    }
    if (this.#importFailure) this.#throwImportFailure(this.#importFailure.cause);
    return (result ?? 0) >>> 0;
  }

  /** Memory for the arguments and results of calls, given back when `use` returns. */
  frame<T>(use: (frame: CallFrame) => T): T {
    return this.#frames.run(use);
  }

  /** Takes over a text that libyang has allocated: reads it and frees it. */
  takeText(at: Address): string | undefined {
    const text = this.memory.text(at);
    if (at !== 0) this.call('free', at);
    return text;
  }

  #find(name: string): WasmFunction {
    const found = this.#exports[name];
    if (!isFunction(found)) throw new Error(`libyang.wasm does not export ${name}`);
    this.#functions.set(name, found);
    return found;
  }

  /** Import callbacks do not throw, so whatever comes out of the module is a trap or an exhausted stack. */
  #crashedIn(name: string, error: unknown): LibyangCrash {
    this.#crash = new LibyangCrash(`libyang crashed in ${name}: ${String(error)}`, { cause: error });
    return this.#crash;
  }

  #throwImportFailure(cause: unknown): never {
    this.#importFailure = undefined;
    throw cause;
  }

  /** Runs below C frames, which an exception would skip: it waits until they have returned. */
  #answerImport(names: number[], importModule: ImportModule): number {
    try {
      const [context = 0, name = 0, ...others] = names.map((address) => address >>> 0);
      const [revision, submodule, submoduleRevision] = others.map((address) => this.memory.text(address));
      const text = importModule(
        context,
        this.memory.text(name) ?? '',
        revision,
        submodule,
        submoduleRevision,
      );
      return text === undefined ? 0 : this.#allocateText(text);
    } catch (cause) {
      this.#importFailure = { cause };
      return 0;
    }
  }

  #allocateText(text: string): Address {
    const bytes = this.memory.encode(text);
    const at = this.call('malloc', bytes.length + 1);
    if (at !== 0) this.memory.setBytes(at, bytes);
    return at;
  }
}

type WasmFunction = (...args: number[]) => number | undefined;

function isFunction(value: unknown): value is WasmFunction {
  return typeof value === 'function';
}

function memoryOf(instance: WebAssembly.Instance): WebAssembly.Memory {
  const memory = instance.exports['memory'];
  if (!(memory instanceof WebAssembly.Memory)) throw new Error('libyang.wasm exports no memory');
  return memory;
}
