import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { boundMatching } from '../../../tools/libyang-wasm/bounded-matching.mjs';
import { buildLibyang, moduleKey } from '../../../tools/libyang-wasm/build.mjs';
import { leanFiles, leanLibyang } from '../../../tools/libyang-wasm/lean-libyang.mjs';
import { units } from '../../../tools/libyang-wasm/recipe.mjs';

const shim = fileURLToPath(new URL('../../../tools/libyang-wasm/shim', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'libyang-build-'));

afterAll(() => rmSync(folder, { recursive: true }));

describe('building', () => {
  test('does nothing when the module is there already', { timeout: 1_200_000 }, async () => {
    await buildLibyang();
    expect(await buildLibyang()).toBe(false);
  });

  test('has another key for a change in a C file, a new one and one less', () => {
    const copy = join(folder, 'shim');
    cpSync(shim, copy, { recursive: true });
    const key = moduleKey(copy);
    expect(key).toBe(moduleKey());

    writeFileSync(join(copy, 'match.c'), 'int changed;\n');
    const changed = moduleKey(copy);
    writeFileSync(join(copy, 'more.c'), 'int more;\n');
    const more = moduleKey(copy);
    rmSync(join(copy, 'more.c'));
    rmSync(join(copy, 'match.c'));
    const less = moduleKey(copy);
    expect(new Set([key, changed, more, less]).size).toBe(4);
  });

  test('compiles all C files of libyang and of ours, and not the matcher that backtracks', () => {
    const paths = units(
      ['src/xml.c', 'src/xml.h', 'src/plugins_types/bits.c', 'compat/strptime.c'],
      ['own.c', 'own.h'],
    ).map(({ path }) => path);
    expect(paths.filter((path) => !path.includes('pcre2_'))).toEqual([
      'libyang/compat/compat.c',
      'libyang/src/plugins_types/bits.c',
      'libyang/src/xml.c',
      'shim/own.c',
    ]);
    expect(paths).toContain('pcre2/src/pcre2_dfa_match.c');
    expect(paths).not.toContain('pcre2/src/pcre2_match.c');
  });

  test('refuses a matcher that is not the one its changes were made for', () => {
    expect(() => boundMatching('int pcre2_dfa_match;\n')).toThrow(/pcre2_dfa_match\.c has .* 0 times, not 8/);
  });

  test.each(leanFiles)('refuses %s where it is not the one that its changes were made for', (path) => {
    expect(() => leanLibyang(path, 'int changed;\n')).toThrow(`${path} has`);
  });

  test('leaves the other files of libyang as they are', () => {
    expect(leanLibyang('src/set.c', 'int set;\n')).toBe('int set;\n');
  });
});
