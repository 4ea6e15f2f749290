import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DataTree } from '../../../src/config/yang/data-tree.js';
import type { XPathOptions } from '../../../src/config/yang/xpath.js';
import type { YangContext } from '../../../src/config/yang/yang-context.js';
import { contextOf, expectErrors, expectOk, yangModule } from './binding-context.js';

const farm = yangModule(
  'farm',
  'container farm { list cow { key name; leaf name { type string; } leaf age { type uint8; } } }',
);
const barn = `module barn { yang-version 1.1; namespace "urn:barn"; prefix b; import farm { prefix f; }
  augment /f:farm/f:cow { leaf place { type string; } } }`;

function cow(name: string, age: number): string {
  return `<cow><name>${name}</name><age>${age}</age><place xmlns="urn:barn">left</place></cow>`;
}

describe('an XPath expression', () => {
  let context: YangContext;
  let tree: DataTree;
  beforeAll(async () => {
    ({ context } = await contextOf(farm, barn));
    const text = `<farm xmlns="urn:farm">${cow('a', 3)}${cow('b', 5)}${cow('c', 7)}</farm>`;
    tree = expectOk(context.parse(text, { format: 'xml', validate: false }));
  });
  afterAll(() => {
    context.dispose();
  });
  const select = (expression: string, options?: XPathOptions): string[] =>
    expectOk(tree.xpath(expression, options)).map((node) => node.path());
  const [a, b, c] = ['a', 'b', 'c'].map((name) => `/farm:farm/cow[name='${name}']`);
  const namespaces = new Map([
    ['x', 'urn:farm'],
    ['y', 'urn:barn'],
  ]);

  test('takes names of modules for prefixes', () => {
    expect(select('/farm:farm/farm:cow[farm:age > 4]')).toEqual([b, c]);
    expect(select("/farm:farm/cow[name='a']/barn:place")).toEqual([`${a}/barn:place`]);
    expect(select('/farm:farm/cow/farm:place')).toEqual([]);
  });

  test('takes prefixes of XML for the namespaces that they are given', () => {
    expect(select('/x:farm/x:cow[x:age > 4]/y:place', { namespaces })).toEqual([
      `${b}/barn:place`,
      `${c}/barn:place`,
    ]);
    expect(select("//x:name[. = 'a']", { namespaces })).toEqual([`${a}/name`]);
    expect(select('/*/*', { namespaces })).toEqual([a, b, c]);
  });

  test('unites, and gives every node once in document order', () => {
    expect(select("//farm:cow[name='c'] | //farm:cow[name='a'] | //farm:cow[name='c']")).toEqual([a, c]);
  });

  test('starts at a context node where it is given one', () => {
    const at = tree.find(b!)!;
    expect(select('farm:age', { at })).toEqual([`${b}/age`]);
    expect(select('../farm:cow', { at })).toEqual([a, b, c]);
    expect(select('x:age', { at, namespaces })).toEqual([`${b}/age`]);
  });

  test.each([
    ['a prefix that is not declared', '/z:farm', 'invalid-value'],
    ['a name without a prefix', '/farm', 'invalid-value'],
    ['an end too early', '/x:farm[', 'invalid-value'],
    ['an unknown function', 'nothing()', 'invalid-value'],
    ['a number', '1 + 1', 'invalid-value'],
    ['a truth value', 'count(//x:cow) > 1', 'invalid-value'],
    ['U+0000', '/x:farm\0', 'invalid-value'],
    ['nothing', '', 'invalid-value'],
    ['very many characters', `/x:farm${'/.'.repeat(10_000)}`, 'too-big'],
  ])('is refused for %s', (_what, expression, tag) => {
    expect(expectErrors(tree.xpath(expression, { namespaces }))).toMatchObject([{ tag }]);
  });

  test('selects nothing in an empty tree, and is checked all the same', () => {
    using empty = context.emptyTree();
    expect(expectOk(empty.xpath('/*'))).toEqual([]);
    expect(expectOk(empty.xpath('/x:farm', { namespaces }))).toEqual([]);
    expect(expectErrors(empty.xpath('/x:farm[', { namespaces }))).toMatchObject([{ tag: 'invalid-value' }]);
  });
});
