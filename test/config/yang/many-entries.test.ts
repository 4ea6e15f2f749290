import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { YangContext } from '../../../src/config/yang/yang-context.js';
import { contextOf, expectErrors, expectOk, yangModule } from './binding-context.js';

const net = yangModule(
  'net',
  `typedef port { type leafref { path "/net/port/name"; } }
   typedef number { type union { type uint8; type string { pattern 'x[0-9]*'; } } }
   container net {
     list port { key name; leaf name { type string; } leaf twin { type leafref { path "../name"; } } }
     list link {
       key "port number";
       leaf port { type port; }
       leaf number { type number; }
       leaf other { type union { type port; type enumeration { enum none; } } }
       leaf near { type leafref { path "/net/link[port = current()/../port]/number"; } }
       leaf text { type string; }
     }
   }`,
);
const ns = 'xmlns="urn:net"';
const port = (name: string): string => `<port><name>${name}</name></port>`;
const link = (to: string, number: string, more = ''): string =>
  `<link><port>${to}</port><number>${number}</number>${more}</link>`;
const portOf = (name: string, number: number): string =>
  `/net:net/link[port='${name}'][number='${number}']/port`;

describe('many entries alike', () => {
  let context: YangContext;
  beforeAll(async () => {
    ({ context } = await contextOf(net));
  });
  afterAll(() => {
    context.dispose();
  });
  const parse = (inside: string) =>
    expectOk(context.parse(`<net ${ns}>${inside}</net>`, { format: 'xml', validate: false }));

  test('are each told of when what they refer to is not there', () => {
    const gone = ['b', 'b', 'a', 'b', 'a', 'c'].map((name, index) => link(name, String(index)));
    using tree = parse(port('a') + gone.join(''));
    const paths = expectErrors(tree.validate()).map(({ dataPath }) => dataPath);
    expect(new Set(paths)).toEqual(new Set([portOf('b', 0), portOf('b', 1), portOf('b', 3), portOf('c', 5)]));
    expect(paths).toHaveLength(4);
  });

  test('refer by a relative path, or one with a condition, each to what is around itself', () => {
    const twins = ['a', 'b', 'c'].map((name) => `<port><name>${name}</name><twin>b</twin></port>`);
    using wrong = parse(twins.join(''));
    expect(expectErrors(wrong.validate())).toHaveLength(2);
    const near = link('a', '1', '<near>1</near>') + link('b', '2', '<near>1</near>');
    using other = parse(port('a') + port('b') + near);
    expect(expectErrors(other.validate()).map(({ dataPath }) => dataPath)).toEqual([
      "/net:net/link[port='b'][number='2']/near",
    ]);
  });

  test('are told anew with each validation', () => {
    using tree = parse(port('a') + port('b') + link('a', '1') + link('a', '2') + link('b', '1'));
    expectOk(tree.validate());
    tree.find("/net:net/port[name='a']")?.remove();
    expect(expectErrors(tree.validate())).toHaveLength(2);
    tree.create("/net:net/port[name='a']");
    expectOk(tree.validate());
  });

  test('are found by keys of every type of a union, before and after validation', () => {
    const numbers = ['1', 'x1', '17', 'x', 'x170'];
    const others = ['a', 'none', 'a', 'none', 'a'].map((value) => `<other>${value}</other>`);
    const links = numbers.map((number, index) => link('a', number, others[index]));
    using tree = parse(port('a') + links.join(''));
    using validated = tree.duplicate();
    expectOk(validated.validate());
    for (const number of numbers) {
      const path = `/net:net/link[port='a'][number='${number}']`;
      const [before, after] = [tree.find(path), validated.find(path)];
      expect(before?.child('number')?.value).toBe(number);
      if (!before || !after) throw new Error(`${path} is missing`);
      expect(validated.findSibling(after.parent, before)?.pointer).toBe(after.pointer);
      expect(tree.findSibling(before.parent, after)?.pointer).toBe(before.pointer);
    }
    using diff = tree.diff(validated);
    expect(diff.isEmpty()).toBe(true);
  });

  test('have the values that stand in the text, however they are written there', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        'a',
        '1',
        ' ',
        '\n',
        '<',
        '>',
        '&',
        '"',
        "'",
        ']]',
        '[CDATA[',
        '!',
        'é',
        '時',
        '𝄞',
        '-',
        '/',
      ),
      fc.string({ maxLength: 4 }).map((text) => text.replaceAll(/[^\u0020-\u007e]|\]\]>/gu, '')),
    );
    const written = fc.tuple(piece, fc.constantFrom('plain', 'cdata', 'number'));
    const property = fc.property(fc.array(written, { maxLength: 8 }), (pieces) => {
      const text = pieces.map(([value]) => value).join('');
      const markup = pieces.map(([value, how]) => writtenAs(value, how)).join('');
      using tree = parse(port('a') + link('a', '1', `<text>${markup}</text>`));
      expect(tree.find("/net:net/link[port='a'][number='1']/text")?.value).toBe(text);
    });
    fc.assert(property, { numRuns: 400 });
  });
});

function writtenAs(text: string, how: string): string {
  if (how === 'cdata') return `<![CDATA[${text}]]>`;
  const special = how === 'number' ? /./gsu : /[&<>]/gu;
  return text.replaceAll(special, (character) => `&#x${(character.codePointAt(0) ?? 0).toString(16)};`);
}
