/**
 * The sources of libyang and PCRE2: found (tarballs that the user names, else Debian's source packages),
 * verified against pinned sums, unpacked into the cache folder.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { asideOf, cacheFolder, keyOf } from './cache.mjs';
import { downloadDebianSources } from './debian-source.mjs';
import { unpackTarball } from './unpack.mjs';

/**
 * @typedef {object} Source
 * @property {string} name also the name of Debian's source package
 * @property {string} variable environment variable that names the tarball
 * @property {string} tarball file name in Debian's archive
 * @property {string} sha256 sum of the tarball
 * @property {string} root folder that the tarball contains
 * @property {string[]} members what is needed of it, below root
 */

/** @type {Source[]} */
export const sources = [
  {
    name: 'libyang',
    variable: 'LIBYANG_TARBALL',
    tarball: 'libyang_3.12.2.orig.tar.xz',
    sha256: 'd7b35a5f9f3a5b929b9c9ee0c2b1b63fbef7be788d88f74e1362b85990002db3',
    root: 'libyang-3.12.2',
    members: ['src', 'compat', 'models', 'CMakeLists.txt', 'LICENSE'],
  },
  {
    name: 'pcre2',
    variable: 'PCRE2_TARBALL',
    tarball: 'pcre2_10.46.orig.tar.gz',
    sha256: '8d28d7f2c3b970c3a4bf3776bcbb5adfc923183ce74bc8df1ebaad8c1985bd07',
    root: 'pcre2-10.46',
    members: ['src', 'LICENCE.md'],
  },
];

/** A sum over both, for the keys of what is built from them. */
export const sourcesKey = keyOf({ sources: JSON.stringify(sources) });

/**
 * Unpacks the sources into the cache folder unless they are there.
 *
 * @param {import('./progress.mjs').Progress} progress
 * @param {string} [cache] the cache folder
 * @returns {string} a folder with `libyang` and `pcre2` in it
 * @throws {Error} when a tarball cannot be had or is not the pinned one; the message says what to do
 */
export function unpackedSources(progress, cache = cacheFolder()) {
  const folder = join(cache, `libyang-sources-${sourcesKey.slice(0, 16)}`);
  if (existsSync(folder)) return folder;
  mkdirSync(cache, { recursive: true });
  const downloads = mkdtempSync(join(cache, 'download-'));
  const aside = asideOf(folder);
  try {
    const tarballs = findTarballs(downloads, progress);
    for (const source of sources) {
      progress.step(`unpacking ${source.name}`);
      const tarball = verifiedTarball(source, tarballs.get(source.name) ?? '');
      unpackTarball(tarball, source.root, source.members, join(aside, source.name));
    }
    moveUnlessThere(aside, folder);
  } finally {
    rmSync(downloads, { recursive: true, force: true });
    rmSync(aside, { recursive: true, force: true });
  }
  return folder;
}

/**
 * @param {Source} source
 * @param {string} path its tarball
 * @returns {string} the path
 * @throws {Error} when the file cannot be read or its sum is another
 */
export function verifiedTarball(source, path) {
  const sum = createHash('sha256').update(readFileSync(path)).digest('hex');
  if (sum !== source.sha256) {
    throw new Error(
      `${path} is not ${source.tarball}: its SHA-256 sum is ${sum}, ${source.sha256} is expected. ` +
        `Nothing of it is used. ${source.variable} may name the right file.`,
    );
  }
  return path;
}

/**
 * @param {string} downloads folder for what has to be downloaded
 * @param {import('./progress.mjs').Progress} progress
 * @returns {Map<string, string>} name of the source → path of its tarball
 */
function findTarballs(downloads, progress) {
  /** @type {Map<string, string>} */
  const found = new Map();
  for (const { name, variable } of sources) {
    const path = process.env[variable];
    if (path) found.set(name, path);
  }
  const missing = sources.filter(({ name }) => !found.has(name));
  if (missing.length > 0) {
    downloadDebianSources(
      missing.map(({ name }) => name),
      downloads,
      progress,
    );
    for (const { name, variable, tarball } of missing) {
      const path = join(downloads, tarball);
      if (!existsSync(path)) {
        throw new Error(`Debian's archive has no ${tarball} any more: name the file in ${variable}`);
      }
      found.set(name, path);
    }
  }
  return found;
}

/**
 * Another build may have put the same thing there meanwhile: then that one is as good.
 *
 * @param {string} from
 * @param {string} to
 */
function moveUnlessThere(from, to) {
  try {
    renameSync(from, to);
  } catch (error) {
    if (!existsSync(to)) throw error;
  }
}
