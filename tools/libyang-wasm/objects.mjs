/**
 * The compiled units. Each is kept in the cache folder under a key of all that it is made from, so that
 * a change of one of our C files costs seconds and a build that was stopped goes on where it was.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { boundMatching } from './bounded-matching.mjs';
import { keyOf, writeAtomically } from './cache.mjs';
import { compileAll } from './compile-pool.mjs';
import { generateHeaders } from './generated-headers.mjs';
import { leanFiles, leanLibyang } from './lean-libyang.mjs';
import { units } from './recipe.mjs';
import { sourcesKey } from './sources.mjs';

/** @typedef {import('./recipe.mjs').Unit} Unit */
/** @typedef {Record<string, string>} Texts file name → text */

/**
 * @typedef {object} Inputs
 * @property {string} sources folder of the unpacked sources
 * @property {Texts} shim our own C files and headers
 * @property {string} compiler version of the compiler
 */

const matcher = 'pcre2/src/pcre2_dfa_match.c';

/**
 * Compiles what is not in the cache.
 *
 * @param {Inputs} inputs
 * @param {string} cache the cache folder
 * @param {import('./progress.mjs').Progress} progress
 * @returns {Promise<Uint8Array[]>} the objects, in the order of linking
 * @throws {Error} with the compiler's messages
 */
export async function compiledObjects(inputs, cache, progress) {
  const libyang = readTexts(join(inputs.sources, 'libyang'));
  const pcre2 = readTexts(join(inputs.sources, 'pcre2'));
  const gen = generateHeaders(join(inputs.sources, 'libyang'), join(inputs.sources, 'pcre2'));
  /** @type {Texts} */
  const texts = {
    ...below('libyang', libyang),
    ...below('pcre2', pcre2),
    ...below('gen', gen),
    ...below('shim', inputs.shim),
  };
  texts[matcher] = boundMatching(texts[matcher] ?? '');
  for (const path of leanFiles) texts[`libyang/${path}`] = leanLibyang(path, libyang[path] ?? '');
  const all = units(Object.keys(libyang), Object.keys(inputs.shim));
  const pathOf = objectPaths(texts, inputs, cache);
  const missing = all.filter((unit) => !existsSync(pathOf(unit)));
  if (missing.length > 0) {
    progress.step('compiling', missing.length);
    await compileAll(largestFirst(missing, texts), treeOf(texts), (unit, object) => {
      writeAtomically(pathOf(unit), object);
      progress.advance();
    });
  }
  return all.map((unit) => readFileSync(pathOf(unit)));
}

/**
 * Where the object of a unit is kept. Headers are those of the sources, which have one sum, the generated
 * ones, and for all but PCRE2 those of shim/.
 *
 * @param {Texts} texts
 * @param {Inputs} inputs
 * @param {string} cache
 * @returns {(unit: Unit) => string}
 */
function objectPaths(texts, { shim, compiler }, cache) {
  const headers = keyOf(Object.fromEntries(Object.entries(shim).filter(([name]) => name.endsWith('.h'))));
  const generated = keyOf(
    Object.fromEntries(Object.entries(texts).filter(([path]) => path.startsWith('gen/'))),
  );
  const common = { compiler, sources: sourcesKey, generated, headers };
  return ({ path, flags }) => {
    const key = keyOf({ ...common, path, flags: flags.join('\n'), text: texts[path] ?? '' });
    return join(cache, 'libyang-objects', `${key}.o`);
  };
}

/**
 * The C files and headers below a folder.
 *
 * @param {string} folder
 * @returns {Texts} path relative to the folder → text
 */
export function readTexts(folder) {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return Object.fromEntries(
    paths
      .filter((path) => /\.[ch]$/.test(path))
      .toSorted()
      .map((path) => [path, readFileSync(join(folder, path), 'utf8')]),
  );
}

/**
 * So that no thread is left alone with a large one at the end.
 *
 * @param {Unit[]} some
 * @param {Texts} texts
 */
function largestFirst(some, texts) {
  const size = (/** @type {Unit} */ { path }) => texts[path]?.length ?? 0;
  return some.toSorted((a, b) => size(b) - size(a));
}

/**
 * @param {string} folder
 * @param {Texts} texts
 * @returns {Texts}
 */
function below(folder, texts) {
  return Object.fromEntries(Object.entries(texts).map(([path, text]) => [`${folder}/${path}`, text]));
}

/**
 * @param {Texts} texts with paths
 * @returns {import('./compiler.mjs').Tree} nested folders
 */
function treeOf(texts) {
  /** @type {import('./compiler.mjs').Tree} */
  const tree = {};
  /** @type {Record<string, Texts>} */
  const folders = {};
  for (const [path, text] of Object.entries(texts)) {
    const [first = '', ...rest] = path.split('/');
    if (rest.length === 0) tree[first] = Buffer.from(text);
    else (folders[first] ??= {})[rest.join('/')] = text;
  }
  for (const [name, inside] of Object.entries(folders)) tree[name] = treeOf(inside);
  return tree;
}
