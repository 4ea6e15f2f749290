import type { LinearMemory } from './linear-memory.js';

/** `__WASI_ERRNO_NOSYS`: there is no such function here. */
const notSupported = 52;

/**
 * What the C library inside the module asks of its surroundings (WASI preview 1): a clock that stands
 * still (it is only read to wait for locks, of which there is no second owner), an output that vanishes
 * (libyang's messages are read from its error list), an empty environment. All else is refused.
 *
 * @param names the functions that the module imports
 * @param memory the module's memory, once it is there
 */
export function wasiImports(
  names: readonly string[],
  memory: () => LinearMemory,
): Record<string, WebAssembly.ImportedFunction> {
  const provided: Record<string, WebAssembly.ImportedFunction> = {
    clock_time_get: (_clock, _precision, at) => setWords(memory(), Number(at) >>> 0, 0, 0),
    environ_sizes_get: (count, size) =>
      setWords(memory(), Number(count) >>> 0, 0) || setWords(memory(), Number(size) >>> 0, 0),
    environ_get: () => 0,
    fd_fdstat_get: (_descriptor, at) => setWords(memory(), Number(at) >>> 0, 0, 0, 0, 0, 0, 0),
    fd_write: (_descriptor, vectors, count, written) =>
      setWords(memory(), Number(written) >>> 0, sizeOf(memory(), Number(vectors) >>> 0, Number(count))),
    proc_exit: (status) => {
      throw new Error(`the module called exit(${status})`);
    },
  };
  return Object.fromEntries(names.map((name) => [name, provided[name] ?? (() => notSupported)]));
}

function setWords(memory: LinearMemory, at: number, ...words: number[]): 0 {
  for (const [index, word] of words.entries()) memory.setU32(at + 4 * index, word);
  return 0;
}

/** The bytes in `count` vectors, each an address and a length. */
function sizeOf(memory: LinearMemory, vectors: number, count: number): number {
  let size = 0;
  for (let i = 0; i < count; i += 1) size += memory.u32(vectors + 8 * i + 4);
  return size;
}
