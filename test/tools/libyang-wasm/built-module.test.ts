import { assert, constantFrom, letrec, oneof, property, string, tuple } from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { buildLibyang } from '../../../tools/libyang-wasm/build.mjs';
import { importsOfBuiltModule, instantiateLibyang, type LibyangInstance } from './libyang-instance.js';

const success = 0;
const notMatching = 11; // LY_ENOT
const systemError = 2; // LY_ESYS
const yang = 1; // LYS_IN_YANG
const xml = 1; // LYD_XML
const shrunk = 3; // LYD_PRINT_WITHSIBLINGS | LYD_PRINT_SHRINK

beforeAll(async () => {
  await buildLibyang();
}, 1_200_000);

describe('the built module', () => {
  test('asks for YANG modules and for WASI functions, none of which opens a path', async () => {
    const imports = await importsOfBuiltModule();
    expect(imports.filter((name) => !name.startsWith('wasi_snapshot_preview1.'))).toEqual(['env.yw_import']);
    expect(imports.filter((name) => name.includes('.path_'))).toEqual([]);
    expect(imports.length).toBeLessThanOrEqual(13);
  });

  test('makes a context', async () => {
    const libyang = await instantiateLibyang();
    expect(newContext(libyang)).toBeGreaterThan(0);
  });

  test('is the version that the sources have', async () => {
    const libyang = await instantiateLibyang();
    expect(libyang.textAt(libyang.call('ly_version_proj_str'))).toBe('3.12.2');
  });

  test('gets modules that are imported from JavaScript', async () => {
    const libyang = await instantiateLibyang({
      b: 'module b { namespace "urn:b"; prefix b; typedef t { type string; } }',
    });
    const context = newContext(libyang);
    libyang.call('yw_use_imports', context);
    const text = libyang.newText(
      'module a { namespace "urn:a"; prefix a; import b { prefix b; } leaf l { type b:t; } }',
    );
    expect(libyang.call('lys_parse_mem', context, text, yang, 0)).toBe(success);
    expect(libyang.asked).toEqual(['b']);
  });

  test('refuses a module whose import JavaScript does not have', async () => {
    const libyang = await instantiateLibyang();
    const context = newContext(libyang);
    libyang.call('yw_use_imports', context);
    const text = libyang.newText('module a { namespace "urn:a"; prefix a; import b { prefix b; } }');
    expect(libyang.call('lys_parse_mem', context, text, yang, 0)).not.toBe(success);
  });

  test('prints what it has parsed, with escapes, padding and non-ASCII text', async () => {
    const libyang = await instantiateLibyang();
    const content = '<c xmlns="urn:a"><l>2</l><l>&lt;100% %s "é" &amp; \'漢\'&gt;</l></c>';
    const tree = parse(libyang, content);
    expect(print(libyang, tree, shrunk)).toBe(content);
    expect(print(libyang, tree, 1)).toBe(content.replaceAll('<l>', '\n  <l>').replace('</c>', '\n</c>\n'));
  });

  test('prints texts longer than its buffer at first, whole', async () => {
    const libyang = await instantiateLibyang();
    const content = `<c xmlns="urn:a"><l>${'a&amp;'.repeat(100_000)}</l></c>`;
    expect(print(libyang, parse(libyang, content), shrunk)).toBe(content);
  });
});

describe('matching of patterns', () => {
  let libyang: LibyangInstance;

  beforeAll(async () => {
    libyang = await instantiateLibyang();
  });

  test.each([
    ['a|abc', 'abc', success],
    ['[0-9]+', '12', success],
    ['[0-9]+', '12x', notMatching],
    ['[ab]{2,}', 'a', notMatching],
    ['[ab]{2,}', 'ab', success],
    ['[ab]{2,}', 'abbbbba', success],
    ['[ab]{2,}', 'abbbbbac', notMatching],
    ['([ab]{2,}c)+', 'abcabbbcabcabbbbbc', success],
    ['([ab]{2,}c)+', 'abcabbbcacabbbbbc', notMatching],
    ['(a+b)+', 'abaaab', success],
    ['(ab|abc)(cd|d)?e*', 'abcdee', success],
    ['\\p{L}{2,3}', 'éß', success],
    ['\\p{L}{2,3}', 'é', notMatching],
    ['.*b', 'abc', notMatching],
    ['.*b', 'abcb', success],
    ['(.*a)?b', 'aabc', notMatching],
    ['', '', success],
    ['(a+)+', '', notMatching],
  ])('%j against %j', (pattern, value, expected) => {
    expect(match(libyang, pattern, value)).toBe(expected);
  });

  test('has the answers of another engine, for any pattern and value', () => {
    const value = string({ unit: constantFrom('a', 'b', 'c'), maxLength: 7 });
    assert(
      property(patterns, value, (pattern, text) => {
        const expected = new RegExp(`^(?:${pattern})$`, 'u').test(text);
        expect(match(libyang, pattern, text)).toBe(expected ? success : notMatching);
      }),
      { numRuns: 2000 },
    );
  });

  const hostile = 'a'.repeat(20_000);

  test.each(['(a+)+b', '(a|aa)+b', '(a*)*b', '([ab]{2,})+b', '(a|a?)+b', '(.*a){20}b', '((a+)+)+b'])(
    '%j has its answers quickly for long values made to keep it busy',
    (pattern) => {
      const started = process.cpuUsage();
      expect(match(libyang, pattern, `${hostile}bc`)).toBe(notMatching);
      expect(match(libyang, pattern, `${hostile}b`)).toBe(success);
      expect(milliseconds(process.cpuUsage(started))).toBeLessThan(2000);
    },
  );

  test('gives up where pattern and value together ask for too much', () => {
    const started = process.cpuUsage();
    expect(match(libyang, '((a{1,50}){1,50}){1,10}b', `${hostile}bc`)).toBe(systemError);
    expect(milliseconds(process.cpuUsage(started))).toBeLessThan(2000);
    expect(match(libyang, 'a+', 'aaa')).toBe(success);
  });
});

/** Expressions that XML Schema and JavaScript have in common. */
const { patterns } = letrec<{ patterns: string }>((tie) => ({
  patterns: oneof(
    { depthSize: 'small', withCrossShrink: true },
    constantFrom('a', 'b', '[ab]', '[^a]', '.', '\\p{L}'),
    tuple(tie('patterns'), tie('patterns')).map(([one, other]) => `${one}${other}`),
    tuple(tie('patterns'), tie('patterns')).map(([one, other]) => `(${one}|${other})`),
    tuple(tie('patterns'), constantFrom('*', '+', '?', '{2}', '{2,}', '{1,3}', '{0,2}')).map(
      ([one, times]) => `(${one})${times}`,
    ),
    tuple(constantFrom('a', '[ab]', '.', '[^c]'), constantFrom('*', '+', '?', '{2,}', '{1,3}')).map(
      ([one, times]) => `${one}${times}`,
    ),
  ),
}));

/** Of this process, whatever else the machine does. */
function milliseconds({ user, system }: NodeJS.CpuUsage): number {
  return (user + system) / 1000;
}

function newContext(libyang: LibyangInstance): number {
  const cell = libyang.newCell();
  expect(libyang.call('ly_ctx_new', 0, 0, cell)).toBe(success);
  return libyang.cellAt(cell);
}

function parse(libyang: LibyangInstance, content: string): number {
  const context = newContext(libyang);
  const module = 'module a { namespace "urn:a"; prefix a; container c { leaf-list l { type string; } } }';
  expect(libyang.call('lys_parse_mem', context, libyang.newText(module), yang, 0)).toBe(success);
  const tree = libyang.newCell();
  const validatePresent = 2; // LYD_VALIDATE_PRESENT
  expect(
    libyang.call('lyd_parse_data_mem', context, libyang.newText(content), xml, 0, validatePresent, tree),
  ).toBe(success);
  return libyang.cellAt(tree);
}

function print(libyang: LibyangInstance, tree: number, options: number): string {
  const text = libyang.newCell();
  expect(libyang.call('lyd_print_mem', text, tree, xml, options)).toBe(success);
  return libyang.textAt(libyang.cellAt(text));
}

function match(libyang: LibyangInstance, pattern: string, value: string): number {
  const length = Buffer.byteLength(value);
  return libyang.call('ly_pattern_match', 0, libyang.newText(pattern), libyang.newText(value), length, 0);
}
