/**
 * The user's cache folder, and writing in it so that builds may run at the same time: a file or folder
 * appears under its name only when it is complete.
 */
import { createHash, randomUUID } from 'node:crypto';
import { copyFileSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';

/** `$XDG_CACHE_HOME/bfd-agent`, by default `~/.cache/bfd-agent` (a relative value does not count). */
export function cacheFolder() {
  const configured = process.env['XDG_CACHE_HOME'];
  const base = configured && isAbsolute(configured) ? configured : join(homedir(), '.cache');
  return join(base, 'bfd-agent');
}

/**
 * The SHA-256 sum, in hexadecimal, of named parts: it changes when any name or content does.
 *
 * @param {Record<string, string | Uint8Array>} parts
 */
export function keyOf(parts) {
  const sum = createHash('sha256');
  for (const [name, content] of Object.entries(parts).toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    sum.update(`${name}\n${Buffer.byteLength(content)}\n`).update(content);
  }
  return sum.digest('hex');
}

/**
 * @param {string} path
 * @param {string | Uint8Array} content
 */
export function writeAtomically(path, content) {
  replaceAtomically(path, (aside) => writeFileSync(aside, content));
}

/**
 * @param {string} from
 * @param {string} to
 */
export function copyAtomically(from, to) {
  replaceAtomically(to, (aside) => copyFileSync(from, aside));
}

/**
 * A path beside `path` that nobody else uses.
 *
 * @param {string} path
 */
export function asideOf(path) {
  return `${path}.${randomUUID()}.tmp`;
}

/**
 * @param {string} path
 * @param {(aside: string) => void} write
 */
function replaceAtomically(path, write) {
  mkdirSync(dirname(path), { recursive: true });
  const aside = asideOf(path);
  try {
    write(aside);
    renameSync(aside, path);
  } catch (error) {
    rmSync(aside, { force: true });
    throw error;
  }
}
