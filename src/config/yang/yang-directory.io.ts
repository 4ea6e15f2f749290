import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type ModuleSource, moduleSourceOf } from './module-source.js';

/**
 * Reads all YANG modules (`*.yang`) in folders and all folders below them.
 *
 * @throws {Error} when a folder or file cannot be read, a file holds no module, or two the same one
 */
export async function readYangDirectories(folders: readonly string[]): Promise<ModuleSource> {
  const lists = folders.map(async (folder) => {
    const paths = await readdir(folder, { recursive: true });
    return paths.filter((path) => path.endsWith('.yang')).map((path) => join(folder, path));
  });
  const files = (await Promise.all(lists)).flat();
  return moduleSourceOf(await Promise.all(files.map((file) => readFile(file, 'utf8'))));
}
