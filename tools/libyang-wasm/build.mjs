/**
 * libyang as WebAssembly: `node tools/libyang-wasm/build.mjs` makes dist/libyang.wasm.
 *
 * The agent parses, validates, compares and prints configuration with CESNET libyang, which matches the
 * patterns of YANG with PCRE2. Both are C; here they become one WebAssembly module, so that an installed
 * agent needs neither a compiler nor a native library, runs the same bytes everywhere, and survives a
 * crash in them: a fault of the C code is an exception in JavaScript.
 *
 *   sources.mjs            the two tarballs, pinned by their sums (debian-source.mjs, unpack.mjs)
 *   recipe.mjs             what is compiled and linked, with which flags (generated-headers.mjs,
 *                          bounded-matching.mjs, lean-libyang.mjs)
 *   shim/                  C files of our own: modules from JavaScript, matching, printing, no files
 *   objects.mjs            compiles, in parallel (compile-pool.mjs, compile-worker.mjs, compiler.mjs)
 *
 * The compiler is the npm package @yowasp/clang, WebAssembly itself. The result is a reactor: call its
 * `_initialize` once, then what it exports: the public functions of libyang, malloc and its family, the
 * functions of shim/. It imports `env.yw_import` (shim/imports.c) and a few functions of WASI.
 *
 * A first build takes about two minutes of two idle cores. Its result is kept in
 * `$XDG_CACHE_HOME/bfd-agent` (default `~/.cache/bfd-agent`) under a key of all that it is made from, so
 * that other clones have it at once, and so are the objects, so that a change in shim/ takes seconds.
 * LIBYANG_TARBALL and PCRE2_TARBALL name the tarballs where no Debian mirror is at hand.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheFolder, copyAtomically, keyOf, writeAtomically } from './cache.mjs';
import { clang, compilerVersion } from './compiler.mjs';
import { compiledObjects, readTexts } from './objects.mjs';
import { showProgress } from './progress.mjs';
import { linkFlags } from './recipe.mjs';
import { sourcesKey, unpackedSources } from './sources.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const recipeFiles = [
  'recipe.mjs',
  'generated-headers.mjs',
  'changed-text.mjs',
  'bounded-matching.mjs',
  'lean-libyang.mjs',
];

/** Where the program loads the module from. */
export const builtModule = fileURLToPath(new URL('../../dist/libyang.wasm', import.meta.url));

/**
 * Makes dist/libyang.wasm, and beside it the licences of what is in it and its key, unless it is there
 * and of the current key. Shows progress on standard error.
 *
 * @returns {Promise<boolean>} whether there was anything to do
 * @throws {Error} when the sources cannot be had or do not compile; the message is for the user
 */
export async function buildLibyang() {
  const key = moduleKey();
  const stamp = `${builtModule}.key`;
  if (existsSync(builtModule) && existsSync(stamp) && readFileSync(stamp, 'utf8') === key) return false;
  const made = join(cacheFolder(), `libyang-${key}.wasm`);
  if (!existsSync(made)) await make(made);
  copyAtomically(`${made}.LICENSE`, `${builtModule}.LICENSE`);
  copyAtomically(made, builtModule);
  writeAtomically(stamp, key);
  return true;
}

/**
 * The key of a module: a sum over all that it is made from.
 *
 * @param {string} shim folder of our own C files
 */
export function moduleKey(shim = join(here, 'shim')) {
  const recipe = recipeFiles.map((name) => [name, readFileSync(join(here, name))]);
  return keyOf({
    compiler: compilerVersion(),
    sources: sourcesKey,
    recipe: keyOf(Object.fromEntries(recipe)),
    shim: keyOf(readTexts(shim)),
  });
}

/** @param {string} path where to write the module; its licences are complete before it is there */
async function make(path) {
  const progress = showProgress('libyang.wasm', process.stderr);
  const started = Date.now();
  const sources = unpackedSources(progress);
  const inputs = { sources, shim: readTexts(join(here, 'shim')), compiler: compilerVersion() };
  const objects = await compiledObjects(inputs, cacheFolder(), progress);
  progress.step('linking');
  const files = Object.fromEntries(objects.map((object, index) => [`${index}.o`, object]));
  const linked = await clang([...linkFlags, ...Object.keys(files)], files, 'libyang.wasm');
  writeAtomically(`${path}.LICENSE`, licences(sources));
  writeAtomically(path, linked);
  progress.finish(`built in ${Math.round((Date.now() - started) / 1000)} s`);
}

/** @param {string} sources folder of the unpacked sources */
function licences(sources) {
  const libyang = readFileSync(join(sources, 'libyang', 'LICENSE'), 'utf8');
  const pcre2 = readFileSync(join(sources, 'pcre2', 'LICENCE.md'), 'utf8');
  return `libyang.wasm contains libyang\n\n${libyang}\n\nand PCRE2\n\n${pcre2}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    await buildLibyang();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
