import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { YangContext } from '../../../src/config/yang/yang-context.js';
import { YangCallError } from '../../../src/config/yang/yang-error.js';
import { contextOf, expectErrors, expectOk, yangModule } from './binding-context.js';

const shop = yangModule(
  'shop',
  `container shop {
     leaf open { type boolean; default true; }
     container limits { leaf customers { type uint8; default 9; } }
     list item {
       key "name size";
       leaf name { type string; }
       leaf size { type uint8; }
       leaf price { type decimal64 { fraction-digits 2; } }
       container box { presence "is boxed"; leaf colour { type string; } }
     }
     leaf-list tag { type string; ordered-by user; }
     anydata notes;
     leaf visits { config false; type uint32; }
   }
   leaf-list motto { type string; ordered-by user; }
   container till { leaf coins { type uint8; } }`,
);
const ns = 'xmlns="urn:shop"';
const goods = `<shop ${ns}><item><name>b</name><size>1</size><price>1.50</price></item><item><name>a</name><size>1</size></item><tag>y</tag><tag>x</tag></shop>`;

describe('a data tree', () => {
  let context: YangContext;
  beforeAll(async () => {
    ({ context } = await contextOf(shop));
  });
  afterAll(() => {
    context.dispose();
  });
  const parse = (text: string) => expectOk(context.parse(text, { format: 'xml', validate: false }));
  const xml = { format: 'xml', defaults: 'explicit' } as const;

  test('prints what it has read, lists that the system orders in order of their keys', () => {
    using tree = parse(goods);
    expect(tree.print(xml)).toBe(
      `<shop ${ns}><item><name>a</name><size>1</size></item><item><name>b</name><size>1</size><price>1.5</price></item><tag>y</tag><tag>x</tag></shop>`,
    );
  });

  test('reads JSON and prints it', () => {
    const json = '{"shop:shop":{"open":false,"item":[{"name":"a","size":1,"price":"1.5"}]}}';
    using tree = expectOk(context.parse(json, { format: 'json', validate: false }));
    expect(tree.print({ format: 'json', defaults: 'explicit' })).toBe(json);
  });

  test('reads bytes as UTF-8', () => {
    const bytes = new TextEncoder().encode(`<motto ${ns}>čas – 時 𝄞</motto>`);
    using tree = expectOk(context.parse(bytes, { format: 'xml', validate: false }));
    expect(tree.roots()[0]?.value).toBe('čas – 時 𝄞');
  });

  test('carries values of any length', () => {
    using tree = context.emptyTree();
    for (const length of [0, 1, 23, 24, 21_000, 65_530, 65_536, 300_000]) {
      const value = 'ž'.repeat(length);
      expect(tree.create('/shop:shop/item[name="a"][size="1"]/box/colour', value).value).toBe(value);
      expect(tree.print(xml)).toContain(length === 0 ? '<colour/>' : `<colour>${value}</colour>`);
    }
  });

  test('prints defaults in the four modes of RFC 6243, once it has been validated', () => {
    using tree = parse(`<shop ${ns}><open>true</open></shop>`);
    expectOk(tree.validate({ configOnly: true }));
    const limits = '<limits><customers>9</customers></limits>';
    expect(tree.print({ ...xml, defaults: 'all' })).toBe(`<shop ${ns}><open>true</open>${limits}</shop>`);
    expect(tree.print({ ...xml, defaults: 'explicit' })).toBe(`<shop ${ns}><open>true</open></shop>`);
    expect(tree.print({ ...xml, defaults: 'trim' })).toBe('');
    expect(tree.print({ ...xml, defaults: 'trim', emptyContainers: true })).toBe(`<shop ${ns}/>`);
  });

  test('prints nothing when it is empty', () => {
    using tree = context.emptyTree();
    expect([tree.print(xml), tree.print({ ...xml, format: 'json' }), tree.isEmpty()]).toEqual([
      '',
      '{}',
      true,
    ]);
  });

  test('finds nodes by path', () => {
    using tree = parse(goods);
    expect(tree.find("/shop:shop/item[name='b'][size='1']/price")?.value).toBe('1.5');
    expect(tree.find("/shop:shop/item[name='c'][size='1']/price")).toBeUndefined();
    expect(tree.find('/shop:till')).toBeUndefined();
    expect(() => tree.find('/shop:nowhere')).toThrow(YangCallError);
  });

  test('makes nodes with their parents, and gives existing leafs new values', () => {
    using tree = context.emptyTree();
    expect(tree.create("/shop:shop/item[name='a'][size='7']/box/colour", 'red').path()).toBe(
      "/shop:shop/item[name='a'][size='7']/box/colour",
    );
    expect(tree.create("/shop:shop/item[name='a'][size='7']/box/colour", 'blue').value).toBe('blue');
    tree.create('/shop:till/coins', '3');
    expect(tree.create('/shop:till').name).toBe('till');
    expect(tree.roots().map(({ name }) => name)).toEqual(['shop', 'till']);
    expect(() => tree.create('/shop:till/coins', '300')).toThrow(YangCallError);
  });

  test('copies nodes of other trees, shallow ones with their keys', () => {
    using from = parse(goods);
    using to = context.emptyTree();
    const [entry] = from.find('/shop:shop')?.children() ?? [];
    const container = to.insertCopy(from.roots()[0]!, undefined, { deep: false });
    expect(to.insertCopy(entry!, container, { deep: false }).keys()).toEqual([
      { name: 'name', value: 'a' },
      { name: 'size', value: '1' },
    ]);
    expect(to.print(xml)).toBe(`<shop ${ns}><item><name>a</name><size>1</size></item></shop>`);
    expect(() => to.insertCopy(entry!, undefined, { deep: true })).toThrow(YangCallError);
    expect(() => to.insertCopy(container, container, { deep: true })).toThrow(YangCallError);
  });

  test('finds the instance that a node of another tree denotes', () => {
    using tree = parse(goods);
    using other = parse(
      `<shop ${ns}><item><name>b</name><size>1</size></item><item><name>z</name><size>1</size></item></shop>`,
    );
    const [known, unknown] = other.roots()[0]!.children();
    const shopNode = tree.findSibling(undefined, other.roots()[0]!);
    expect(tree.findSibling(shopNode, known!)?.child('price')?.value).toBe('1.5');
    expect(tree.findSibling(shopNode, unknown!)).toBeUndefined();
  });

  test('loses nodes that are removed, the first of all too', () => {
    using tree = parse(`${goods}<motto ${ns}>one</motto><motto ${ns}>two</motto>`);
    tree.roots()[0]!.remove();
    tree.roots()[0]!.remove();
    expect(tree.print(xml)).toBe(`<motto ${ns}>two</motto>`);
    tree.roots()[0]!.remove();
    expect(tree.isEmpty()).toBe(true);
  });

  test('keeps a key as long as its entry', () => {
    using tree = parse(goods);
    const key = tree.find("/shop:shop/item[name='b'][size='1']/name");
    expect(() => key?.remove()).toThrow(YangCallError);
    expect(key?.value).toBe('b');
  });

  test('moves entries of user-ordered lists, at the top level too', () => {
    using tree = parse(`<motto ${ns}>a</motto><motto ${ns}>b</motto><motto ${ns}>c</motto>`);
    const [a, b, c] = tree.roots();
    c!.insertBefore(a!);
    a!.insertAfter(b!);
    expect(tree.roots().map(({ value }) => value)).toEqual(['c', 'b', 'a']);
    expect(() => a!.insertBefore(tree.create('/shop:till'))).toThrow(YangCallError);
  });

  test('tells the difference to another, and applies it', () => {
    using before = parse(goods);
    using after = parse(
      `<shop ${ns}><item><name>a</name><size>1</size><price>2.0</price></item><tag>x</tag><tag>y</tag></shop>`,
    );
    using diff = before.diff(after);
    before.applyDiff(diff);
    expect(before.print(xml)).toBe(after.print(xml));
    using none = before.diff(after);
    expect(none.isEmpty()).toBe(true);
  });

  test('says in the metadata of a diff what is to be done', () => {
    using before = parse(goods);
    using after = parse(`<shop ${ns}><item><name>a</name><size>1</size><price>2.0</price></item></shop>`);
    using diff = before.diff(after);
    const entry = diff.find("/shop:shop/item[name='b'][size='1']");
    expect(entry?.metadata()).toMatchObject([{ moduleName: 'yang', name: 'operation', value: 'delete' }]);
  });

  test('merges another, whose values win', () => {
    using tree = parse(goods);
    using other = parse(
      `<shop ${ns}><item><name>b</name><size>1</size><price>3</price></item></shop><till ${ns}/>`,
    );
    tree.merge(other);
    expect(tree.find("/shop:shop/item[name='b'][size='1']/price")?.value).toBe('3.0');
    expect(tree.find("/shop:shop/item[name='a'][size='1']")).toBeDefined();
  });

  test('is independent of its copy', () => {
    using tree = parse(goods);
    using copy = tree.duplicate();
    tree.roots()[0]!.remove();
    expect(copy.find("/shop:shop/item[name='b'][size='1']/price")?.value).toBe('1.5');
  });

  test('takes over the nodes of another', () => {
    using tree = parse(goods);
    using other = parse(`<motto ${ns}>one</motto>`);
    tree.replaceWith(other);
    expect([tree.print(xml), other.isEmpty()]).toEqual([`<motto ${ns}>one</motto>`, true]);
  });

  test('keeps what the schema does not have only when asked to', () => {
    const text = `<shop ${ns}><open nc:operation="delete" xmlns:nc="urn:nc"/><extra>1</extra></shop>`;
    expect(expectErrors(context.parse(text, { format: 'xml', validate: false }))).not.toEqual([]);
    using lax = expectOk(
      context.parse(`<shop ${ns}><extra>1</extra></shop>`, { format: 'xml', validate: false, strict: false }),
    );
    expect(lax.roots()[0]?.firstChild).toBeUndefined();
    using opaque = expectOk(context.parse(text, { format: 'xml', validate: false, opaque: true }));
    const open = opaque.roots()[0]?.child('open');
    expect(open).toMatchObject({ kind: 'opaque', value: '', moduleName: 'shop', namespace: 'urn:shop' });
    expect(open?.metadata()).toEqual([
      { moduleName: '', namespace: 'urn:nc', name: 'operation', value: 'delete' },
    ]);
  });

  test('refuses its use after it has been freed', () => {
    const tree = parse(goods);
    const node = tree.roots()[0]!;
    tree.free();
    tree.free();
    expect(() => tree.roots()).toThrow('freed');
    expect(() => node.name).toThrow('freed');
  });
});
