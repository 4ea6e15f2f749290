/** The part of the WebAssembly JavaScript interface that the binding uses: no TypeScript library without the DOM has it. */
declare namespace WebAssembly {
  /** A compiled module: code without state, shared by any number of instances. */
  class Module {
    private constructor();
    static imports(module: Module): { module: string; name: string; kind: string }[];
  }
  /** A module with a memory of its own. */
  class Instance {
    constructor(module: Module, imports: Record<string, Record<string, ImportedFunction>>);
    readonly exports: Record<string, unknown>;
  }
  /** Linear memory; `buffer` is another one after it has grown. */
  class Memory {
    constructor(limits: { initial: number; maximum?: number });
    readonly buffer: ArrayBuffer;
  }
  /** A trap: the code did what it must not do, or came to its end. */
  class RuntimeError extends Error {}
  /** 64-bit integers are bigint, all else number. */
  type ImportedFunction = (...args: (number | bigint)[]) => number | bigint | void;

  function compile(bytes: Uint8Array): Promise<Module>;
}
