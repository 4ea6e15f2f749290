import { readFile } from 'node:fs/promises';

/** From src/config/yang/ and from dist/config/yang/ alike. */
const builtModule = new URL('../../../dist/libyang.wasm', import.meta.url);

/**
 * Reads and compiles libyang (made by tools/libyang-wasm, part of an installed package).
 *
 * @throws {Error} when it has not been built
 */
export async function loadLibyangModule(): Promise<WebAssembly.Module> {
  return WebAssembly.compile(await readFile(builtModule));
}
