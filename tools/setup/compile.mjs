import { createHash } from 'node:crypto';
import { readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { announce, projectFolder, run } from './step.mjs';

const output = join(projectFolder, 'dist');
const stamp = join(output, '.compiled');
const compiler = join(projectFolder, 'node_modules/typescript/bin/tsc');

/** Compiles src/ into dist/, unless dist/ is of exactly these sources. */
export async function ensureCompiled() {
  const wanted = await fingerprint();
  if ((await readFile(stamp, 'utf8').catch(() => '')) === wanted) return;
  announce('compiling');
  await removeCompiled();
  await run(process.execPath, [compiler, '-p', 'tsconfig.json']);
  await writeFile(stamp, wanted);
}

/** What the compiled program depends on: the names, sizes and times of the sources. */
async function fingerprint() {
  const names = (await readdir(join(projectFolder, 'src'), { recursive: true }))
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join('src', name));
  const hash = createHash('sha256');
  for (const name of ['tsconfig.json', 'package-lock.json', ...names.toSorted()]) {
    const { size, mtimeMs } = await stat(join(projectFolder, name));
    hash.update(`${name}\t${size}\t${mtimeMs}\n`);
  }
  return hash.digest('hex');
}

/** A file that has no source any more must not stay behind; the libyang module is not of this step. */
async function removeCompiled() {
  const entries = await readdir(output).catch(() => []);
  const compiled = entries.filter((name) => !name.startsWith('libyang'));
  await Promise.all(compiled.map((name) => rm(join(output, name), { recursive: true, force: true })));
}
