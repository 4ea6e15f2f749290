import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DataNode } from '../../../src/config/yang/data-node.js';
import type { DataTree } from '../../../src/config/yang/data-tree.js';
import type { YangContext } from '../../../src/config/yang/yang-context.js';
import { YangCallError } from '../../../src/config/yang/yang-error.js';
import { contextOf, expectOk, yangModule } from './binding-context.js';

const zoo = yangModule(
  'zoo',
  `import ietf-yang-metadata { prefix md; }
   md:annotation mark { type string; }
   identity animal; identity bear { base animal; } identity wolf { base animal; }
   container zoo {
     leaf name { type string; }
     list cage {
       key "row column"; ordered-by user;
       leaf column { type uint8; } leaf row { type uint8; }
       leaf kind { type identityref { base animal; } default bear; }
       leaf-list guest { type string; }
       container roof { presence "has one"; }
       choice floor { case wood { leaf planks { type uint8; } } leaf sand { type empty; } }
     }
     anydata papers; anyxml scribble;
     leaf visitors { config false; type uint64; mandatory true; }
   }`,
);
const extra = `module extra {
  yang-version 1.1; namespace "urn:extra"; prefix e; import zoo { prefix z; }
  augment /z:zoo { leaf name { type string; } }
}`;
const document = `<zoo xmlns="urn:zoo" xmlns:z="urn:zoo"><name>first</name><name xmlns="urn:extra">second</name>
  <cage z:mark="new"><row>2</row><column>1</column><guest>b</guest><guest>a</guest><roof/><sand/></cage>
  <cage><row>0</row><column>9</column><kind>z:bear</kind></cage>
  <papers><a xmlns="urn:other"><b>1</b></a></papers><scribble><x xmlns="urn:other"/></scribble></zoo>`;

function kindOf(tree: DataTree, row: number): DataNode {
  return tree.find(`/zoo:zoo/cage[row='${row}'][column='${row === 0 ? 9 : 1}']/kind`)!;
}

describe('a node', () => {
  let context: YangContext;
  let tree: DataTree;
  let top: DataNode;
  let cage: DataNode;
  beforeAll(async () => {
    ({ context } = await contextOf(zoo, extra));
    tree = expectOk(context.parse(document, { format: 'xml', validate: false }));
    top = tree.find('/zoo:zoo')!;
    cage = tree.find("/zoo:zoo/cage[row='2'][column='1']")!;
  });
  afterAll(() => {
    context.dispose();
  });

  test('tells its kind, name, module and path', () => {
    expect([...top.children()].map(({ kind, name, moduleName }) => `${moduleName}:${name} ${kind}`)).toEqual([
      'zoo:name leaf',
      'zoo:cage list',
      'zoo:cage list',
      'zoo:papers anydata',
      'zoo:scribble anyxml',
      'extra:name leaf',
    ]);
    expect(top.child('name', 'extra')).toMatchObject({ namespace: 'urn:extra', value: 'second' });
    expect(cage.path()).toBe("/zoo:zoo/cage[row='2'][column='1']");
    expect(cage.child('roof')?.path()).toBe("/zoo:zoo/cage[row='2'][column='1']/roof");
  });

  test('has the value that was written, in canonical form', () => {
    const kind = tree.find("/zoo:zoo/cage[row='0'][column='9']/kind");
    expect([top.child('name')?.value, kind?.value, top.value, cage.child('sand')?.value]).toEqual([
      'first',
      'zoo:bear',
      '',
      '',
    ]);
    expect(top.child('papers')?.value).toContain('<b>1</b>');
  });

  test('knows its neighbours', () => {
    const first = top.firstChild;
    expect(first?.previousSibling).toBeUndefined();
    expect(first?.nextSibling?.previousSibling?.pointer).toBe(first?.pointer);
    expect(cage.parent?.pointer).toBe(top.pointer);
    expect([top.parent, top.nextSibling, cage.child('roof')?.firstChild]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  test('gives its keys in the order of the schema', () => {
    expect(cage.keys()).toEqual([
      { name: 'row', value: '2' },
      { name: 'column', value: '1' },
    ]);
    expect(top.keys()).toEqual([]);
  });

  test('finds a child, also of a choice, and none that is not there', () => {
    expect(cage.child('sand')?.kind).toBe('leaf');
    expect([cage.child('planks'), cage.child('nothing'), cage.child('name', 'extra')]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(cage.child('guest')?.value).toBe('a');
  });

  test('carries metadata', () => {
    expect(cage.metadata()).toEqual([
      { moduleName: 'zoo', namespace: 'urn:zoo', name: 'mark', value: 'new' },
    ]);
    expect(top.metadata()).toEqual([]);
  });

  test('tells what its schema says', () => {
    expect(cage).toMatchObject({ isUserOrdered: true, isConfig: true, isPresence: false, isKey: false });
    expect(cage.child('row')).toMatchObject({ isKey: true });
    expect(cage.child('roof')).toMatchObject({ isPresence: true });
    expect(cage.child('guest')).toMatchObject({ isUserOrdered: false });
    expect(top.schema().child('visitors')).toMatchObject({ isConfig: false, isMandatory: true });
  });

  test('is default when nobody set it, and explicit when somebody did', () => {
    using copy = tree.duplicate();
    expectOk(copy.validate({ configOnly: true }));
    const kind = copy.find("/zoo:zoo/cage[row='2'][column='1']/kind");
    expect(kind).toMatchObject({ isDefault: true, value: 'zoo:bear' });
    expectOk(kind!.setValue('zoo:bear'));
    expect(kind?.isDefault).toBe(false);
  });

  test('can be removed while its siblings are walked through', () => {
    using copy = tree.duplicate();
    for (const child of copy.roots()[0]!.children()) if (child.kind === 'list') child.remove();
    expect([...copy.roots()[0]!.children()].map(({ name }) => name)).toEqual([
      'name',
      'papers',
      'scribble',
      'name',
    ]);
  });

  test('exchanges its value with a leaf of the same schema node, and no other', () => {
    using copy = tree.duplicate();
    using other = tree.duplicate();
    expectOk(copy.validate({ configOnly: true }));
    const [filledIn, set] = [kindOf(copy, 2), kindOf(other, 0)];
    expectOk(set.setValue('zoo:wolf'));
    filledIn.exchangeValue(set);
    expect(filledIn).toMatchObject({ value: 'zoo:wolf', isDefault: false });
    expect(set).toMatchObject({ value: 'zoo:bear', isDefault: false });
    expect(() => filledIn.exchangeValue(top.child('name')!)).toThrow(YangCallError);
    expect(() => cage.child('row')!.exchangeValue(cage.child('row')!)).toThrow(YangCallError);
  });

  test('becomes a tree of its own with all that is in it', () => {
    using copy = tree.duplicate();
    const container = copy.roots()[0]!;
    using detached = container.child('cage')!.detach();
    expect(detached.roots().map((node) => node.keys())).toEqual([
      [
        { name: 'row', value: '2' },
        { name: 'column', value: '1' },
      ],
    ]);
    expect([...container.children()].filter(({ name }) => name === 'cage')).toHaveLength(1);
    using whole = container.detach();
    expect(copy.isEmpty()).toBe(true);
    expect(whole.roots()[0]?.name).toBe('zoo');
  });

  test('is copied alone, an entry with its keys', () => {
    using copy = cage.copyAlone();
    expect(copy.roots().map((node) => [...node.children()].map(({ name }) => name))).toEqual([
      ['row', 'column'],
    ]);
  });

  test('moves within its tree, and to where the schema has it only', () => {
    using copy = tree.duplicate();
    const container = copy.roots()[0]!;
    const [, first, second] = container.children();
    second!.insertBefore(first!);
    expect([...container.children()].map((child) => child.keys()[0]?.value)).toContain('0');
    expect(first?.previousSibling?.pointer).toBe(second?.pointer);
    expect(() => first!.insertChild(container)).toThrow(YangCallError);
    expect(() => first!.insertBefore(cage)).toThrow('same tree');
    const guest = first!.child('guest')!;
    second!.insertChild(guest);
    expect(guest.parent?.pointer).toBe(second?.pointer);
  });
});

describe('a schema node', () => {
  let context: YangContext;
  beforeAll(async () => {
    ({ context } = await contextOf(zoo, extra));
  });
  afterAll(() => {
    context.dispose();
  });

  test('is found by its data path and tells it', () => {
    const planks = context.schema('/zoo:zoo/cage/planks');
    expect(planks?.path()).toBe('/zoo:zoo/cage/planks');
    expect(context.schema('/zoo:zoo/cage/floor/nothing')).toBeUndefined();
    expect(context.schema('/nowhere:zoo')).toBeUndefined();
  });

  test('knows its parent and children, choices and cases left out', () => {
    const cage = context.schema('/zoo:zoo/cage');
    expect(cage?.children.map(({ name }) => name)).toEqual([
      'row',
      'column',
      'kind',
      'guest',
      'roof',
      'planks',
      'sand',
    ]);
    expect(cage?.child('sand')?.parent).toBe(cage);
    expect(cage?.parent?.parent).toBeUndefined();
    expect(cage?.parent?.child('name', 'extra')?.moduleName).toBe('extra');
  });

  test('knows in which case of which choice it lies', () => {
    const [planks, sand, roof] = ['planks', 'sand', 'roof'].map((name) =>
      context.schema(`/zoo:zoo/cage/${name}`),
    );
    expect(planks?.choices.map(({ choiceName }) => choiceName)).toEqual(['floor']);
    expect(planks?.choices[0]?.choice).toBe(sand?.choices[0]?.choice);
    expect(planks?.choices[0]?.case).not.toBe(sand?.choices[0]?.case);
    expect(roof?.choices).toEqual([]);
  });

  test('knows keys and defaults', () => {
    expect(context.schema('/zoo:zoo/cage')?.keys).toEqual(['row', 'column']);
    expect(context.schema('/zoo:zoo/cage/kind')?.defaults).toEqual(['zoo:bear']);
    expect(context.schema('/zoo:zoo/name')?.defaults).toEqual([]);
  });

  test('is one object', () => {
    expect(context.schema('/zoo:zoo')).toBe(context.schemaRoots('zoo')[0]);
    expect(context.schemaRoots('extra')).toEqual([]);
  });
});
