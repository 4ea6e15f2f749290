import type { Address } from './linear-memory.js';
import type { ModuleSource } from './module-source.js';
import { Native } from './native.js';
import { YangContext } from './yang-context.js';

/**
 * An instance of libyang with a memory of its own. When something in it crashes (LibyangCrash), the
 * whole instance is lost with all its contexts and trees, and nothing else.
 */
export class Libyang {
  readonly #native: Native;
  readonly #sources = new Map<Address, ModuleSource>();

  private constructor(module: WebAssembly.Module) {
    this.#native = new Native(module, (context, name, revision, submodule, submoduleRevision) => {
      const source = this.#sources.get(context);
      return submodule === undefined
        ? source?.find(name, revision)
        : source?.find(submodule, submoduleRevision);
    });
    const { LY_LOSTORE, LY_LLERR } = this.#native.layout.constant;
    this.#native.call('ly_log_options', LY_LOSTORE);
    this.#native.call('ly_log_level', LY_LLERR);
  }

  /** Starts an instance of the module that `loadLibyangModule` has read. Takes a few milliseconds. */
  static instantiate(module: WebAssembly.Module): Libyang {
    return new Libyang(module);
  }

  /**
   * A context without modules of ours. Contexts share nothing; their trees do not mix.
   *
   * @param source asked for all modules, the imported ones too
   */
  createContext(source: ModuleSource): YangContext {
    return new YangContext(this.#native, source, (context, alive) => {
      if (alive) this.#sources.set(context, source);
      else this.#sources.delete(context);
    });
  }

  /** The size of its memory, which never shrinks. */
  memoryBytes(): number {
    return this.#native.memory.byteLength;
  }

  /** Whether it has crashed: every call throws LibyangCrash then. */
  get crashed(): boolean {
    return this.#native.crashed;
  }
}
