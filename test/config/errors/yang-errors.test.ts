import { afterAll, describe, expect, test } from 'vitest';
import { parseConfig } from '../../../src/config/datastore/parse-config.js';
import type { RpcError } from '../../../src/config/errors/rpc-error.js';
import { rpcErrorFromYang } from '../../../src/config/errors/yang-errors.js';
import type { YangError } from '../../../src/config/yang/yang-error.js';
import { disposeToyContext, toyContext, toyXml } from '../../support/toy-context.js';

const context = toyContext();
afterAll(() => disposeToyContext(context));

const yang = 'urn:ietf:params:xml:ns:yang:1';

/** What is told of a configuration; paths as text. */
function errorsOf(inside: string): object[] {
  const result = parseConfig(context, toyXml(inside), { validate: true });
  if (result.ok) {
    result.value.free();
    return [];
  }
  return result.error.map((error: RpcError) => ({ ...error, path: error.path?.text }));
}

describe('RFC 7950 §15: constraints of the whole configuration', () => {
  test('§15.1 unique: each leaf of each entry is named', () => {
    const entries = '<item><name>a</name><code>1</code></item><item><name>b</name><code>1</code></item>';
    const prefixes = new Map([['t', 'urn:example:toy']]);
    expect(errorsOf(entries)).toEqual([
      {
        type: 'application',
        tag: 'operation-failed',
        appTag: 'data-not-unique',
        message: expect.stringContaining('code'),
        path: expect.stringContaining('/t:top/t:item['),
        info: expect.arrayContaining([
          { name: 'non-unique', value: "/t:top/t:item[t:name='a']/t:code", namespace: yang, prefixes },
          { name: 'non-unique', value: "/t:top/t:item[t:name='b']/t:code", namespace: yang, prefixes },
        ]),
      },
    ]);
  });
  test('§15.2 max-elements: the path is that of the list', () => {
    expect(errorsOf('<few><id>1</id></few><few><id>2</id></few><few><id>3</id></few>')).toMatchObject([
      { tag: 'operation-failed', appTag: 'too-many-elements', path: '/t:top/t:few', info: [] },
    ]);
  });
  test('§15.4 must: its own app-tag and message, or must-violation', () => {
    expect(errorsOf('<checked><a>1</a><c>1</c></checked>')).toMatchObject([
      {
        tag: 'operation-failed',
        appTag: 'a-needs-b',
        message: 'With a there has to be b.',
        path: '/t:top/t:checked',
      },
      { tag: 'operation-failed', appTag: 'must-violation', path: '/t:top/t:checked' },
    ]);
  });
  test('§15.5 leafref without its target', () => {
    expect(errorsOf('<favourite>nobody</favourite>')).toMatchObject([
      { tag: 'data-missing', appTag: 'instance-required', path: '/t:top/t:favourite' },
    ]);
  });
  test('§15.6 mandatory choice: its name is told', () => {
    expect(errorsOf('/<must-choose/>')).toMatchObject([
      {
        tag: 'data-missing',
        appTag: 'missing-choice',
        path: '/t:must-choose',
        info: [{ name: 'missing-choice', value: 'one-of', namespace: yang }],
      },
    ]);
  });
  test('mandatory leaf', () => {
    expect(errorsOf('<present/>')).toMatchObject([{ tag: 'data-missing', path: '/t:top/t:present' }]);
  });
  test('all errors are told together', () => {
    expect(errorsOf('<favourite>nobody</favourite><present/><checked><c>1</c></checked>')).toHaveLength(3);
  });
});

const element = (name: string): object[] => [{ name: 'bad-element', value: name }];
const attribute = (name: string, of: string): object[] => [
  { name: 'bad-attribute', value: name },
  ...element(of),
];

describe('RFC 7950 §8.3.1: what cannot be read', () => {
  test.each([
    ['unknown element', '<nope/>', { tag: 'unknown-element', path: '/t:top', info: element('nope') }],
    [
      'unknown top-level element',
      '/<must-choose/><nope xmlns="urn:example:toy"/>',
      { tag: 'unknown-element', info: element('nope') },
    ],
    [
      'unknown namespace',
      '<plain><z xmlns="urn:z"/></plain>',
      {
        tag: 'unknown-namespace',
        path: '/t:top/t:plain',
        info: [...element('z'), { name: 'bad-namespace', value: 'urn:z' }],
      },
    ],
    [
      'unknown top-level namespace',
      '/<z xmlns="urn:z"/>',
      { tag: 'unknown-namespace', info: [...element('z'), { name: 'bad-namespace', value: 'urn:z' }] },
    ],
    [
      'state data',
      '<counters/>',
      { tag: 'unknown-element', path: '/t:top/t:counters', info: element('counters') },
    ],
    [
      'when that does not hold',
      '<special>1</special>',
      { tag: 'unknown-element', path: '/t:top/t:special', info: element('special') },
    ],
    [
      'child of a leaf',
      '<text><sub/></text>',
      { tag: 'unknown-element', path: '/t:top/t:text', info: element('sub') },
    ],
    [
      'list entry without its key',
      '<item/>',
      { tag: 'missing-element', path: '/t:top/t:item', info: element('name') },
    ],
    ['wrong type', '<number>many</number>', { tag: 'invalid-value', path: '/t:top/t:number', info: [] }],
    [
      'range with app-tag and message',
      '<number>1001</number>',
      {
        tag: 'invalid-value',
        appTag: 'number-range',
        message: 'Numbers go from 1 to 1000.',
        path: '/t:top/t:number',
      },
    ],
    ['length', `<text>${'x'.repeat(21)}</text>`, { tag: 'invalid-value', path: '/t:top/t:text' }],
    ['unknown identity', '<colour>t:blau</colour>', { tag: 'invalid-value', path: '/t:top/t:colour' }],
    [
      'undeclared prefix in a value',
      '<colour>q:red</colour>',
      { tag: 'invalid-value', path: '/t:top/t:colour' },
    ],
    [
      'a leaf twice',
      '<text>a</text><text>b</text>',
      { tag: 'bad-element', path: '/t:top/t:text', info: element('text') },
    ],
    [
      'a list entry twice',
      '<item><name>a</name></item><item><name>a</name></item>',
      { tag: 'bad-element', path: "/t:top/t:item[t:name='a']", info: element('item') },
    ],
    ['two cases', '<left><x>1</x></left><r1>1</r1>', { tag: 'bad-element' }],
    [
      'operation where none can be',
      '<text nc:operation="merge">a</text>',
      { tag: 'unknown-attribute', path: '/t:top/t:text', info: attribute('operation', 'text') },
    ],
    [
      'insert where none can be',
      '<step yang:insert="first">1</step>',
      { tag: 'unknown-attribute', path: "/t:top/t:step[.='1']", info: attribute('insert', 'step') },
    ],
    [
      'operation without its prefix',
      '<text operation="merge">a</text>',
      { tag: 'unknown-attribute', path: '/t:top/t:text', info: attribute('operation', 'text') },
    ],
    [
      'attribute of an unknown namespace',
      '<text xmlns:q="urn:q" q:a="1">a</text>',
      { tag: 'unknown-attribute', info: attribute('a', 'text') },
    ],
    [
      'unknown attribute',
      '<text t:a="1">a</text>',
      { tag: 'unknown-attribute', info: attribute('a', 'text') },
    ],
    [
      'unknown operation',
      '<text nc:operation="erase">a</text>',
      { tag: 'bad-attribute', info: attribute('operation', 'text') },
    ],
  ])('%s', (_name, inside, expected) => {
    expect(errorsOf(inside)).toMatchObject([{ type: 'application', ...expected }]);
  });
  test.each(['/<motto', '/<motto>', '/text', '/<motto>&bogus;</motto>', '/<motto></top>'])(
    'not well-formed: %s',
    (xml) => {
      expect(errorsOf(xml)).toMatchObject([{ tag: 'malformed-message' }]);
    },
  );
  test('what is found is told together', () => {
    expect(errorsOf('<number>many</number><nope/><item/><z xmlns="urn:z"/>')).toMatchObject([
      { tag: 'invalid-value' },
      { tag: 'unknown-element' },
      { tag: 'missing-element' },
      { tag: 'unknown-namespace' },
    ]);
  });
});

describe('the mapping', () => {
  const base: YangError = { message: 'It failed.', tag: 'operation-failed', code: 'LYVE_DATA' };
  test.each([
    'invalid-value',
    'data-missing',
    'resource-denied',
    'operation-failed',
    'unknown-element',
    'bad-element',
    'missing-element',
  ] as const)('keeps the tag %s, the app-tag, the message and the path', (tag) => {
    const error = rpcErrorFromYang({ ...base, tag, appTag: 'mine', dataPath: '/toy:top/text' }, context);
    expect(error).toMatchObject({
      tag,
      appTag: 'mine',
      message: 'It failed.',
      path: { text: '/t:top/t:text' },
    });
  });
  test('takes the schema path where it is that of data', () => {
    expect(rpcErrorFromYang({ ...base, schemaPath: '/toy:motto' }, context).path?.text).toBe('/t:motto');
    expect(rpcErrorFromYang({ ...base, schemaPath: '/toy:top/way/right' }, context).path).toBeUndefined();
  });
  test('puts what the types of a union say on one line', () => {
    const message =
      'Invalid union value "x" - no matching subtype found:\n' +
      '    libyang 2 - ipv4-address, version 1: Not an address.\n' +
      '    libyang 2 - integers, version 1: Not a number.\n';
    expect(rpcErrorFromYang({ ...base, message }, context).message).toBe(
      'Invalid union value "x" - no matching subtype found: ipv4-address: Not an address. integers: Not a number.',
    );
  });
});
