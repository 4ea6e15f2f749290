import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { moduleSourceOf, nameModule } from '../../../src/config/yang/module-source.js';
import { readYangDirectories } from '../../../src/config/yang/yang-directory.io.js';

describe('the name of a module', () => {
  test.each([
    ['module a { }', 'a', undefined],
    ['  // module b {\n /* module c { */ module "a.b-c" {}', 'a.b-c', undefined],
    ["submodule 'a'\n{ revision 2020-01-02; }", 'a', '2020-01-02'],
    [
      'module a { revision 2019-01-02 { description "revision 2021-01-01;"; } revision "2020-01-02"{} }',
      'a',
      '2020-01-02',
    ],
    [
      'module a { // revision 2022-01-01;\n description "say \\" revision 2023-01-01; \\""; revision\n\'2020-01-02\' ; }',
      'a',
      '2020-01-02',
    ],
    ['module a { import b { revision-date 2024-01-01; } }', 'a', undefined],
  ])('is read from %s', (text, name, revision) => {
    expect(nameModule(text)).toEqual({ name, revision });
  });

  test('is missed in a text that is no module', () => {
    expect(() => nameModule('grouping a {}')).toThrow('not a YANG module');
  });
});

describe('a source of modules', () => {
  test('finds the newest revision or the one that is named', () => {
    const texts = ['2020-01-01', '2022-01-01', '2021-01-01'].map((date) => `module a { revision ${date}; }`);
    const source = moduleSourceOf([...texts, 'module b {}']);
    expect(source.find('a')).toBe(texts[1]);
    expect(source.find('a', '2021-01-01')).toBe(texts[2]);
    expect([source.find('a', '1999-01-01'), source.find('c')]).toEqual([undefined, undefined]);
    expect(source.find('b')).toBe('module b {}');
    expect(source.list()).toHaveLength(4);
  });

  test('refuses two of the same name and revision', () => {
    expect(() =>
      moduleSourceOf(['module a { revision 2020-01-01; }', 'module a { revision 2020-01-01; }']),
    ).toThrow('twice');
  });

  test('is read from folders and those in them', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'yang-'));
    try {
      mkdirSync(join(folder, 'deeper'));
      writeFileSync(join(folder, 'a@2020-01-01.yang'), 'module a { revision 2020-01-01; }');
      writeFileSync(join(folder, 'deeper', 'b.yang'), 'module b {}');
      writeFileSync(join(folder, 'deeper', 'notes.txt'), 'no module');
      const source = await readYangDirectories([folder]);
      expect(
        source
          .list()
          .map(({ name }) => name)
          .toSorted(),
      ).toEqual(['a', 'b']);
      await expect(readYangDirectories([join(folder, 'absent')])).rejects.toThrow('absent');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
