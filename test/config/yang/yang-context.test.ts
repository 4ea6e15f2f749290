import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { type ModuleSource, moduleSourceOf } from '../../../src/config/yang/module-source.js';
import { readYangDirectories } from '../../../src/config/yang/yang-directory.io.js';
import { contextFrom, contextOf, expectErrors, expectOk, yangModule } from './binding-context.js';

const switched = yangModule(
  'switched',
  `revision 2020-01-01; revision 2024-02-03;
   feature one; feature two { if-feature one; }
   leaf a { type string; } leaf b { if-feature two; type string; } rpc go { input { leaf speed { type uint8; } } }
   notification gone;`,
);
const deviating = `module deviating { yang-version 1.1; namespace "urn:deviating"; prefix d; import switched { prefix s; }
  deviation /s:a { deviate add { default off; } } }`;

function address(ip: string): string {
  return `<address><ip>${ip}</ip><prefix-length>64</prefix-length></address>`;
}

function interfaceWith(addresses: string): string {
  return `<interfaces xmlns="urn:ietf:params:xml:ns:yang:ietf-interfaces"><interface><name>a</name>
    <type xmlns:t="urn:ietf:params:xml:ns:yang:iana-if-type">t:ethernetCsmacd</type>
    <ipv6 xmlns="urn:ietf:params:xml:ns:yang:ietf-ip">${addresses}</ipv6></interface></interfaces>`;
}

describe('a context', () => {
  test('tells the modules it has, as they were compiled', async () => {
    const { context } = await contextOf(switched, deviating);
    expect(context.moduleByName('switched')).toEqual({
      name: 'switched',
      revision: '2024-02-03',
      namespace: 'urn:switched',
      prefix: 'p',
      implemented: true,
      features: ['one', 'two'],
      deviatedBy: ['deviating'],
    });
    expect(context.moduleByNamespace('urn:deviating')).toMatchObject({
      name: 'deviating',
      revision: undefined,
    });
    expect(context.moduleByNamespace('urn:nothing')).toBeUndefined();
    expect(context.moduleByName('ietf-yang-schema-mount')?.implemented).toBe(false);
    context.dispose();
  });

  test('enables the features that are asked for', async () => {
    const { libyang } = await contextOf(switched);
    const names = ['a', 'b'];
    for (const [features, has] of [
      [[], [true, false]],
      [['one'], [true, false]],
      [
        ['one', 'two'],
        [true, true],
      ],
      [['*'], [true, true]],
    ] as const) {
      const context = libyang.createContext(moduleSourceOf([switched]));
      expectOk(context.implement([{ name: 'switched', features }]));
      expect(names.map((name) => context.schema(`/switched:${name}`) !== undefined)).toEqual(has);
      context.dispose();
    }
  });

  test('refuses a feature that is not there, and a feature whose condition is not met', async () => {
    const { libyang } = await contextOf(switched);
    const context = libyang.createContext(moduleSourceOf([switched]));
    const errors = expectErrors(context.implement([{ name: 'switched', features: ['three'] }]));
    expect(errors[0]?.message).toContain('three');
    context.dispose();
  });

  test('takes the newest revision unless another is named, for imports as well', async () => {
    const old = yangModule('typed', 'revision 2019-01-01; typedef t { type uint8; }');
    const recent = yangModule('typed', 'revision 2023-01-01; typedef t { type string; }');
    const user = yangModule('user', 'import typed { prefix t; } leaf a { type t:t; }');
    const { context } = await contextFrom(moduleSourceOf([recent, old, user]), ['user']);
    expect(context.moduleByName('typed')).toMatchObject({ revision: '2023-01-01', implemented: false });
    expectOk(context.parse('<a xmlns="urn:user">text</a>', { format: 'xml', validate: true })).free();
    context.dispose();
  });

  test('gives modules of libyang no preference over newer ones', async () => {
    const types = 'revision 2030-01-01; typedef ip-address { type string { pattern "here"; } }';
    const inet = `module ietf-inet-types { yang-version 1.1; namespace "urn:ietf:params:xml:ns:yang:ietf-inet-types"; prefix i; ${types} }`;
    const user = yangModule('user', 'import ietf-inet-types { prefix i; } leaf a { type i:ip-address; }');
    const { context } = await contextFrom(moduleSourceOf([inet, user]), ['user']);
    expect(context.parse('<a xmlns="urn:user">here</a>', { format: 'xml', validate: true }).ok).toBe(true);
    expect(context.parse('<a xmlns="urn:user">::1</a>', { format: 'xml', validate: true }).ok).toBe(false);
    context.dispose();
  });

  test('reads submodules', async () => {
    const main = yangModule('main', 'include part;');
    const part = 'submodule part { yang-version 1.1; belongs-to main { prefix p; } leaf a { type string; } }';
    const { context } = await contextFrom(moduleSourceOf([main, part]), ['main']);
    expect(context.schema('/main:a')?.kind).toBe('leaf');
    expect(context.source('part')).toBe(part);
    context.dispose();
  });

  test('gives the text of modules, and prints those that libyang has inside', async () => {
    const { context } = await contextOf(switched);
    expect(context.source('switched')).toBe(switched);
    expect(context.source('switched', '2024-02-03')).toBe(switched);
    expect(context.source('yang')).toContain('namespace "urn:ietf:params:xml:ns:yang:1"');
    expect(context.source('nothing')).toBeUndefined();
    expect(context.printSchema('switched', undefined, 'tree')).toContain('+---x go');
    expect(context.printSchema('switched', '2024-02-03', 'yin')).toContain('<module');
    expect(context.printSchema('switched', '1999-01-01', 'yang')).toBeUndefined();
    context.dispose();
  });

  test('shows operations among the nodes of a module', async () => {
    const { context } = await contextOf(switched);
    expect(context.schemaRoots('switched').map(({ name, kind }) => [name, kind])).toEqual([
      ['a', 'leaf'],
      ['b', 'leaf'],
      ['go', 'rpc'],
      ['gone', 'notification'],
    ]);
    expect(context.schema('/switched:go')?.children.map(({ name }) => name)).toEqual(['speed']);
    context.dispose();
  });

  test('frees its trees when it is disposed, and is of no use then', async () => {
    const { context } = await contextOf(switched);
    const tree = context.emptyTree();
    tree.create('/switched:a', 'x');
    expect(context.liveTrees).toBe(1);
    context.dispose();
    context.dispose();
    expect(() => tree.roots()).toThrow('freed');
    expect(() => context.emptyTree().create('/switched:a', 'x')).toThrow('disposed');
  });
});

describe('the modules of this project', () => {
  let source: ModuleSource;
  beforeAll(async () => {
    source = await readYangDirectories([fileURLToPath(new URL('../../../yang', import.meta.url))]);
  });

  test('store addresses in canonical form, whatever revision of the types', async () => {
    const { context } = await contextFrom(source, ['ietf-interfaces', 'ietf-ip', 'iana-if-type']);
    const options = { format: 'xml', validate: true, configOnly: true } as const;
    using tree = expectOk(context.parse(interfaceWith(address('2001:DB8:0::1')), options));
    expect(tree.print({ format: 'json', defaults: 'explicit' })).toContain('"ip":"2001:db8::1"');
    const twice = context.parse(interfaceWith(address('2001:db8::1') + address('2001:DB8::0:1')), options);
    expect(expectErrors(twice)).toMatchObject([{ tag: 'bad-element', subject: 'address' }]);
  });

  test('are all found, newest first choice', () => {
    expect(source.find('ietf-inet-types')).toContain('module ietf-inet-types');
    expect(source.find('ietf-inet-types', '1999-01-01')).toBeUndefined();
    expect(source.list()).toContainEqual({ name: 'ietf-interfaces', revision: '2018-02-20' });
  });

  test('describe themselves with ietf-yang-library', async () => {
    const { context } = await contextFrom(source, ['ietf-yang-library', 'ietf-interfaces']);
    using library = context.yangLibrary('content 7 of 100%');
    const names = expectOk(library.xpath('/ietf-yang-library:yang-library/module-set/module/name'));
    expect(names.map(({ value }) => value)).toContain('ietf-interfaces');
    expect(library.find('/ietf-yang-library:yang-library/content-id')?.value).toBe('content 7 of 100%');
  });

  test('carry the attributes of an edit, and tag defaults', async () => {
    const names = ['ietf-netconf', 'ietf-netconf-with-defaults', 'ietf-interfaces', 'iana-if-type'];
    const { context } = await contextFrom(source, names);
    const text = `<interfaces xmlns="urn:ietf:params:xml:ns:yang:ietf-interfaces"
      xmlns:nc="urn:ietf:params:xml:ns:netconf:base:1.0"><interface nc:operation="create"><name>a</name>
      <type xmlns:t="urn:ietf:params:xml:ns:yang:iana-if-type">t:bridge</type></interface></interfaces>`;
    using tree = expectOk(context.parse(text, { format: 'xml', validate: true, configOnly: true }));
    const entry = tree.find("/ietf-interfaces:interfaces/interface[name='a']");
    expect(entry?.metadata()).toMatchObject([
      {
        moduleName: 'ietf-netconf',
        namespace: 'urn:ietf:params:xml:ns:netconf:base:1.0',
        name: 'operation',
        value: 'create',
      },
    ]);
    expect(tree.print({ format: 'xml', defaults: 'all-tagged' })).toContain(
      '<enabled xmlns:ncwd="urn:ietf:params:xml:ns:netconf:default:1.0" ncwd:default="true">true</enabled>',
    );
  });
});
