import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const yangFolder = fileURLToPath(new URL('../../yang', import.meta.url));
const sameSchema = fileURLToPath(new URL('../../../shared/tools/same-schema', import.meta.url));

interface ModuleFile {
  readonly path: string;
  readonly folder: string;
  readonly text: string;
  /** The statements before the first revision: namespace, imports, description. */
  readonly header: string;
}

const modules = readModuleFiles();

describe('the YANG modules of this project', () => {
  it('are there, published and own ones', () => {
    const folders = new Set(modules.map((module) => module.folder));
    expect([...folders].toSorted()).toEqual(['bfd-agent', 'iana', 'ietf']);
  });

  it.each(modules)('$path is named after its module and newest revision', ({ path, text }) => {
    const name = /^module ([\w.-]+) \{/m.exec(text)?.[1];
    const revisions = Array.from(
      text.matchAll(/^ {2}revision "?(\d{4}-\d{2}-\d{2})"?/gm),
      (match) => match[1] ?? '',
    );
    const newest = revisions.toSorted((a, b) => a.localeCompare(b)).at(-1);
    expect(basename(path)).toBe(`${name}@${newest}.yang`);
  });

  it.each(modules)('$path says in its header what it is', ({ folder, header }) => {
    const description = /^ {2}description\s+"((?:[^"\\]|\\.)*)"/m.exec(header)?.[1] ?? '';
    const words = description.replaceAll(/\s+/g, ' ');
    expect(words.length).toBeGreaterThan(40);
    expect(words.includes('This is a rendition of the module published')).toBe(folder !== 'bfd-agent');
  });

  it.each(modules)('$path finds all that it imports', ({ header }) => {
    const here = modules.map((module) => basename(module.path).split('@')[0]);
    const imported = Array.from(header.matchAll(/^ {2}import ([\w.-]+) \{/gm), (match) => match[1]);
    expect(here).toEqual(expect.arrayContaining(imported));
  });

  it('keep the published schema, with prose of their own', () => {
    expect(modules.map((module) => module.path).filter((path) => !/@[\d-]{10}\.yang$/.test(path))).toEqual(
      [],
    );
    expect(compareWithPublished()).toEqual({ status: 0, differing: [] });
  });
});

function readModuleFiles(): ModuleFile[] {
  const paths = readdirSync(yangFolder, { recursive: true, encoding: 'utf8' });
  return paths
    .filter((path) => path.endsWith('.yang'))
    .toSorted()
    .map((path) => {
      const text = readFileSync(join(yangFolder, path), 'utf8');
      return { path, folder: dirname(path), text, header: text.split(/^ {2}revision /m)[0] ?? '' };
    });
}

/** The published modules are no part of this repository: the comparison runs where they lie beside it. */
function compareWithPublished(): { status: number | null; differing: string[] } {
  if (!existsSync(sameSchema)) return { status: 0, differing: [] };
  const { status, stdout } = spawnSync(sameSchema, [yangFolder], { encoding: 'utf8' });
  return { status, differing: stdout.split('\n').filter((line) => line.startsWith('differs')) };
}
