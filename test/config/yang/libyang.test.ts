import { describe, expect, test } from 'vitest';
import { Libyang } from '../../../src/config/yang/libyang.js';
import { moduleSourceOf } from '../../../src/config/yang/module-source.js';
import { loadLibyangModule } from '../../../src/config/yang/wasm-module.io.js';
import { LibyangCrash } from '../../../src/config/yang/yang-error.js';
import type { YangContext } from '../../../src/config/yang/yang-context.js';
import { contextOf, expectErrors, expectOk, yangModule } from './binding-context.js';

const store = yangModule(
  'store',
  `container store { list item { key name; leaf name { type string; } leaf count { type uint32; default 1; } }
     anydata any; leaf word { type string { pattern "((a|b)+)+c"; } } }`,
);
const item = (name: number): string => `<item><name>n${name}</name><count>${name}</count></item>`;
const items = (count: number): string =>
  `<store xmlns="urn:store">${Array.from({ length: count }, (_, i) => item(i)).join('')}</store>`;
const options = { format: 'xml', validate: true } as const;

/** Deeper than the stack of the machine: libyang's JSON reader calls itself for each level. */
function crash(context: YangContext): unknown {
  const text = `{"store:store":{"any":${'{"a":'.repeat(4500)}1${'}'.repeat(4500)}}}`;
  return context.parse(text, { format: 'json', validate: false });
}

describe('the memory of an instance', () => {
  test('stays as it is over 10,000 rounds of reading and freeing', async () => {
    const { libyang, context } = await contextOf(store);
    const round = (): void => {
      using tree = expectOk(context.parse(items(10), options));
      using copy = tree.duplicate();
      copy.create("/store:store/item[name='new']/count", '5');
      using diff = tree.diff(copy);
      tree.applyDiff(diff);
      expectOk(tree.xpath('/store:store/item[count > 3]'));
      expectErrors(context.parse('<store xmlns="urn:store"><item/></store>', options));
      tree.print({ format: 'xml', defaults: 'all' });
    };
    for (let i = 0; i < 500; i += 1) round();
    const before = libyang.memoryBytes();
    for (let i = 0; i < 10_000; i += 1) round();
    expect(libyang.memoryBytes()).toBe(before);
  }, 120_000);

  test('is given back by contexts that are disposed', async () => {
    const { libyang } = await contextOf(store);
    const round = (): void => {
      const context = libyang.createContext(moduleSourceOf([store]));
      expectOk(context.implement([{ name: 'store', features: [] }]));
      expectOk(context.parse(items(3), options));
      context.dispose();
    };
    for (let i = 0; i < 10; i += 1) round();
    const before = libyang.memoryBytes();
    for (let i = 0; i < 50; i += 1) round();
    expect(libyang.memoryBytes()).toBe(before);
  });

  test('may grow while nodes are held', async () => {
    const { libyang, context } = await contextOf(store);
    using small = expectOk(context.parse(items(2), options));
    const node = small.find("/store:store/item[name='n1']/count");
    const before = libyang.memoryBytes();
    using large = expectOk(context.parse(items(20_000), options));
    expect(libyang.memoryBytes()).toBeGreaterThan(before);
    expect(node?.value).toBe('1');
    let sum = 0;
    for (const entry of large.roots()[0]!.children()) sum += Number(entry.child('count')?.value);
    expect(sum).toBe((20_000 * 19_999) / 2);
  });
});

describe('a crash inside libyang', () => {
  test('is an exception, and the instance is of no use then', async () => {
    const { libyang, context } = await contextOf(store);
    const tree = expectOk(context.parse(items(2), options));
    expect(libyang.crashed).toBe(false);
    expect(() => crash(context)).toThrow(LibyangCrash);
    expect(libyang.crashed).toBe(true);
    expect(() => context.parse(items(1), options)).toThrow(LibyangCrash);
    expect(() => tree.print({ format: 'xml', defaults: 'all' })).toThrow(LibyangCrash);
    expect(() => libyang.createContext(moduleSourceOf([store]))).toThrow(LibyangCrash);
  });

  test('lets trees and contexts be freed as if nothing had happened', async () => {
    const { context } = await contextOf(store);
    const tree = expectOk(context.parse(items(2), options));
    expect(() => crash(context)).toThrow(LibyangCrash);
    tree.free();
    context.dispose();
    expect(context.liveTrees).toBe(0);
  });

  test('leaves other instances of the module alone', async () => {
    const module = await loadLibyangModule();
    const [broken, sound] = [Libyang.instantiate(module), Libyang.instantiate(module)].map((libyang) => {
      const context = libyang.createContext(moduleSourceOf([store]));
      expectOk(context.implement([{ name: 'store', features: [] }]));
      return context;
    });
    const text = expectOk(sound!.parse(items(2), options)).print({ format: 'xml', defaults: 'explicit' });
    expect(() => crash(broken!)).toThrow(LibyangCrash);
    using restored = expectOk(sound!.parse(text, options));
    expect(restored.print({ format: 'xml', defaults: 'explicit' })).toBe(text);
  });
});

describe('a source of modules that fails', () => {
  test('fails the call that asked it, and nothing else', async () => {
    const libyang = Libyang.instantiate(await loadLibyangModule());
    const context = libyang.createContext({
      find: () => {
        throw new Error('unreadable');
      },
      list: () => [],
    });
    expect(() => context.implement([{ name: 'store', features: [] }])).toThrow('unreadable');
    expect(libyang.crashed).toBe(false);
    context.dispose();
    const next = libyang.createContext(moduleSourceOf([store]));
    expect(next.implement([{ name: 'store', features: [] }]).ok).toBe(true);
  });
});

describe('a hostile value', () => {
  test('is refused in time that grows with its length only', async () => {
    const { context } = await contextOf(store);
    const text = `<store xmlns="urn:store"><word>${'ab'.repeat(20_000)}</word></store>`;
    const started = performance.now();
    expect(expectErrors(context.parse(text, options))).toMatchObject([{ tag: 'invalid-value' }]);
    expect(performance.now() - started).toBeLessThan(2000);
  });
});
