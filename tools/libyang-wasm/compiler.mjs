/**
 * The C compiler and linker (@yowasp/clang, itself WebAssembly, with a file system in memory).
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** @typedef {import('@yowasp/clang').Tree} Tree */

/**
 * The version of the package, read without loading its 100 MB.
 *
 * @throws {Error} when the package is not installed
 */
export function compilerVersion() {
  const bundle = createRequire(import.meta.url).resolve('@yowasp/clang');
  const manifest = join(dirname(bundle), '..', 'package.json');
  return String(JSON.parse(readFileSync(manifest, 'utf8')).version);
}

/**
 * Runs clang.
 *
 * @param {string[]} args
 * @param {Tree} files the file system it sees, from its root and working folder on
 * @param {string} output the file that it shall write
 * @returns {Promise<Uint8Array>} the content of that file
 * @throws {Error} with the compiler's messages when it fails
 */
export async function clang(args, files, output) {
  const { commands } = await import('@yowasp/clang');
  /** @type {Buffer[]} */
  const messages = [];
  /** @param {Uint8Array | null} bytes */
  const collect = (bytes) => {
    if (bytes) messages.push(Buffer.from(bytes));
  };
  const options = { stdout: collect, stderr: collect, decodeASCII: false };
  try {
    // Reads the package's files: left to the first run, it would write on the terminal about it.
    await commands.clang(undefined, {}, { fetchProgress: () => {} });
    const written = (await commands.clang([...args, '-o', output], files, options))?.[output];
    if (written instanceof Uint8Array) return written;
  } catch (error) {
    messages.push(Buffer.from(String(error)));
  }
  throw new Error(`clang failed: ${Buffer.concat(messages).toString()}`);
}
