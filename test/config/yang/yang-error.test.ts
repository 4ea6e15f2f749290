import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { YangContext } from '../../../src/config/yang/yang-context.js';
import { contextOf, expectErrors, expectOk, yangModule } from './binding-context.js';

const kinds = yangModule(
  'kinds',
  `import ietf-yang-metadata { prefix md; }
   md:annotation mark { type enumeration { enum red; } }
   feature f;
   identity base-of-all;
   container c {
     list pair { key k; unique "a b/c"; leaf k { type string; } leaf a { type string; } container b { leaf c { type string; } } }
     list few { key k; min-elements 1; max-elements 2; leaf k { type string; } }
     leaf-list one { type string; max-elements 1; }
     leaf must { type string; must ". = 'x'"; }
     leaf must-said { type string; must ". = 'x'" { error-message "be x"; error-app-tag be-x; } }
     leaf ref { type leafref { path "../pair/k"; } }
     leaf where { type instance-identifier; }
     leaf either { type union { type leafref { path "../pair/k"; } type uint8; } }
     choice needed { mandatory true; leaf n1 { type string; } leaf n2 { type string; } }
     choice free { leaf f1 { type string; } leaf f2 { type string; } }
     leaf range { type uint8 { range 1..5; } }
     leaf range-said { type uint8 { range 1..5 { error-message "1 to 5"; error-app-tag too-wide; } } }
     leaf word { type string { pattern "[a-z]*"; length 1..5; } }
     leaf choose { type enumeration { enum a; } }
     leaf id { type identityref { base base-of-all; } }
     leaf state { config false; type string; }
     leaf when { when "../must-said"; type string; }
     leaf feature { if-feature "f and not f"; type string; }
   }
   container present { presence x; leaf needed { mandatory true; type string; } }`,
);
const ns = 'xmlns="urn:kinds" xmlns:k="urn:kinds"';
const fine = '<few><k>1</k></few><n1>a</n1>';
const inC = (inside: string): string => `<c ${ns}>${fine}${inside}</c>`;

/** What is wrong, the document, and what the error must say. */
const cases: readonly (readonly [string, string, object])[] = [
  [
    'unique (RFC 7950 §15.1)',
    inC('<pair><k>1</k><a>x</a><b><c>y</c></b></pair><pair><k>2</k><a>x</a><b><c>y</c></b></pair>'),
    {
      tag: 'operation-failed',
      appTag: 'data-not-unique',
      nonUnique: [
        "/kinds:c/pair[k='1']/a",
        "/kinds:c/pair[k='1']/b/c",
        "/kinds:c/pair[k='2']/a",
        "/kinds:c/pair[k='2']/b/c",
      ],
    },
  ],
  [
    'max-elements (§15.2)',
    inC('<one>a</one><one>b</one>'),
    { tag: 'operation-failed', appTag: 'too-many-elements', dataPath: "/kinds:c/one[.='b']", subject: 'one' },
  ],
  [
    'min-elements (§15.3)',
    `<c ${ns}><n1>a</n1></c>`,
    { tag: 'operation-failed', appTag: 'too-few-elements', dataPath: '/kinds:c/few' },
  ],
  [
    'must (§15.4)',
    inC('<must>a</must>'),
    { tag: 'operation-failed', appTag: 'must-violation', dataPath: '/kinds:c/must', code: 'LYVE_DATA' },
  ],
  [
    'must with an error-app-tag and error-message of its own (§15.4)',
    inC('<must-said>a</must-said>'),
    { tag: 'operation-failed', appTag: 'be-x', message: 'be x', dataPath: '/kinds:c/must-said' },
  ],
  [
    'a leafref to nothing (§15.5)',
    inC('<ref>a</ref>'),
    { tag: 'data-missing', appTag: 'instance-required', dataPath: '/kinds:c/ref' },
  ],
  [
    'an instance-identifier of nothing (§15.5)',
    inC(`<where>/k:c/k:pair[k:k='9']</where>`),
    { tag: 'data-missing', appTag: 'instance-required', dataPath: '/kinds:c/where' },
  ],
  [
    'a union whose leafref leads to nothing (§15.5)',
    inC('<either>a</either>'),
    { tag: 'data-missing', appTag: 'instance-required', dataPath: '/kinds:c/either' },
  ],
  [
    'a mandatory choice (§15.6)',
    `<c ${ns}><few><k>1</k></few></c>`,
    { tag: 'data-missing', appTag: 'missing-choice', dataPath: '/kinds:c', subject: 'needed' },
  ],
  [
    'a mandatory leaf',
    `${inC('')}<present ${ns}/>`,
    { tag: 'data-missing', dataPath: '/kinds:present', subject: 'needed' },
  ],
  ['two cases (§8.3.1)', inC('<f1>a</f1><f2>a</f2>'), { tag: 'bad-element', subject: 'f2' }],
  [
    'a value outside its range (§8.3.1)',
    inC('<range>9</range>'),
    { tag: 'invalid-value', dataPath: '/kinds:c/range', line: 1 },
  ],
  [
    'a range with an error-app-tag and error-message of its own (§8.3.1)',
    inC('<range-said>9</range-said>'),
    { tag: 'invalid-value', appTag: 'too-wide', message: '1 to 5' },
  ],
  [
    'a value that is no number',
    inC('<range>x</range>'),
    { tag: 'invalid-value', dataPath: '/kinds:c/range' },
  ],
  [
    'a value that its pattern refuses',
    inC('<word>A</word>'),
    { tag: 'invalid-value', dataPath: '/kinds:c/word' },
  ],
  [
    'a value that is too long',
    inC('<word>abcdef</word>'),
    { tag: 'invalid-value', dataPath: '/kinds:c/word' },
  ],
  ['an unknown enum', inC('<choose>b</choose>'), { tag: 'invalid-value', dataPath: '/kinds:c/choose' }],
  ['an unknown identity', inC('<id>k:nobody</id>'), { tag: 'invalid-value', dataPath: '/kinds:c/id' }],
  [
    'an entry without its key (§8.3.1)',
    inC('<pair><a>b</a></pair>'),
    { tag: 'missing-element', subject: 'k', dataPath: '/kinds:c/pair' },
  ],
  ['an unknown node', inC('<what/>'), { tag: 'unknown-element', subject: 'what', dataPath: '/kinds:c' }],
  ['an unknown node at the top', `${inC('')}<what ${ns}/>`, { tag: 'unknown-element', subject: 'what' }],
  [
    'a node of a disabled feature (§8.3.1)',
    inC('<feature>a</feature>'),
    { tag: 'unknown-element', subject: 'feature' },
  ],
  [
    'a node whose when is false (§8.3.1)',
    inC('<when>a</when>'),
    { tag: 'unknown-element', subject: 'when', dataPath: '/kinds:c/when' },
  ],
  [
    'state data in a configuration',
    inC('<state>a</state>'),
    { tag: 'unknown-element', subject: 'state', dataPath: '/kinds:c/state' },
  ],
  ['an element inside a leaf', inC('<word><b/></word>'), { tag: 'unknown-element', subject: 'b' }],
  ['an unknown namespace', '<c xmlns="urn:nobody"/>', { tag: 'unknown-namespace', subject: 'urn:nobody' }],
  ['no namespace', '<c/>', { tag: 'unknown-namespace' }],
  [
    'a leaf twice',
    inC('<word>a</word><word>b</word>'),
    { tag: 'bad-element', subject: 'word', dataPath: '/kinds:c/word' },
  ],
  [
    'an entry twice',
    inC('<pair><k>1</k></pair><pair><k>1</k></pair>'),
    { tag: 'bad-element', subject: 'pair', dataPath: "/kinds:c/pair[k='1']" },
  ],
  ['text between elements', inC('<pair>text<k>1</k></pair>'), { tag: 'bad-element', subject: 'pair' }],
  [
    'an attribute without a namespace',
    inC('<word what="1">a</word>'),
    { tag: 'unknown-attribute', subject: 'what' },
  ],
  [
    'an attribute of an unknown namespace',
    inC('<word xmlns:z="urn:z" z:what="1">a</word>'),
    { tag: 'unknown-attribute', subject: 'what' },
  ],
  [
    'an annotation that its module does not define',
    inC('<word k:what="1">a</word>'),
    { tag: 'unknown-attribute', subject: 'what' },
  ],
  [
    'a wrong value of an annotation',
    inC('<word k:mark="blue">a</word>'),
    { tag: 'bad-attribute', subject: 'mark' },
  ],
  ['a prefix that stands for nothing', inC('<z:word>a</z:word>'), { tag: 'malformed-message', subject: 'z' }],
  ['XML that ends too early', `<c ${ns}><few>`, { tag: 'malformed-message', code: 'LYVE_SYNTAX' }],
  ['elements that overlap', `<c ${ns}></few>`, { tag: 'malformed-message' }],
  ['text that is no XML', 'text', { tag: 'malformed-message' }],
  ['a document type', `<!DOCTYPE c><c ${ns}/>`, { tag: 'malformed-message' }],
  ['the character U+0000', `<c ${ns}>${fine}</c>\0<c>`, { tag: 'malformed-message' }],
  ['elements nested too deep', `<c ${ns}>${'<few>'.repeat(1000)}`, { tag: 'too-big' }],
];

describe('an error of data', () => {
  let context: YangContext;
  beforeAll(async () => {
    ({ context } = await contextOf(kinds));
  });
  afterAll(() => {
    context.dispose();
  });
  const validated = { format: 'xml', validate: true, configOnly: true } as const;

  test.each(cases)('is told for %s', (_what, document, expected) => {
    expect(expectErrors(context.parse(document, validated))).toContainEqual(
      expect.objectContaining(expected),
    );
  });

  test('does not arise from right data', () => {
    using tree = expectOk(
      context.parse(inC('<pair><k>a</k></pair><ref>a</ref><word k:mark="red">a</word>'), validated),
    );
    expect(tree.isEmpty()).toBe(false);
  });

  test('leaves no tree behind', () => {
    for (const [, document] of cases) context.parse(document, validated);
    expect(context.liveTrees).toBe(0);
  });

  test('comes with all others of the same document', () => {
    const errors = expectErrors(
      context.parse(inC('<range>9</range><word>A</word><choose>b</choose>'), validated),
    );
    expect(errors.map(({ dataPath }) => dataPath)).toEqual([
      '/kinds:c/range',
      '/kinds:c/word',
      '/kinds:c/choose',
    ]);
  });

  test('is not followed by errors that are only its consequences', () => {
    const errors = expectErrors(
      context.parse(`<c ${ns}><few><k>1</k></few><n1><b/></n1><ref>a</ref></c>`, validated),
    );
    expect(errors.filter(({ tag }) => tag === 'data-missing')).toEqual([]);
  });

  test('is told by validation of a tree as well, all at once', () => {
    using tree = expectOk(
      context.parse(`<c ${ns}><must>a</must><ref>b</ref></c>`, { format: 'xml', validate: false }),
    );
    const errors = expectErrors(tree.validate({ configOnly: true }));
    expect(new Set(errors.map(({ appTag }) => appTag))).toEqual(
      new Set(['instance-required', 'missing-choice', 'must-violation', 'too-few-elements']),
    );
  });

  test('is told when a leaf is given a wrong value, which it does not get', () => {
    using tree = expectOk(context.parse(inC('<range-said>2</range-said>'), validated));
    const leaf = tree.find('/kinds:c/range-said');
    expect(expectErrors(leaf!.setValue('6'))).toMatchObject([{ tag: 'invalid-value', appTag: 'too-wide' }]);
    expect(leaf?.value).toBe('2');
    expectOk(leaf!.setValue('3'));
    expectOk(leaf!.setValue('3'));
    expect(leaf?.value).toBe('3');
  });

  test('is not misread where a key looks like an attribute', () => {
    const errors = expectErrors(context.parse(inC('<pair><k>a/@b</k><a><b/></a></pair>'), validated));
    expect(errors[0]).toMatchObject({ tag: 'unknown-element', subject: 'b' });
    using tree = expectOk(
      context.parse(inC('<one>/@x</one><one>/@y</one>'), { format: 'xml', validate: false }),
    );
    expect(expectErrors(tree.validate({ configOnly: true }))).toMatchObject([
      { appTag: 'too-many-elements' },
    ]);
  });

  test('names the line of the input', () => {
    const errors = expectErrors(context.parse(`<c ${ns}>\n\n<range>9</range></c>`, validated));
    expect(errors[0]?.line).toBe(3);
  });

  test('has a message of bounded length, and so has their list', () => {
    const long = expectErrors(context.parse(inC(`<word>${'A'.repeat(50_000)}</word>`), validated));
    expect(long[0]?.message.length).toBeLessThan(2100);
    const text = expectErrors(context.parse(inC(`<pair>${'A'.repeat(50_000)}</pair>`), validated));
    expect(text).toMatchObject([{ tag: 'bad-element', subject: 'pair' }]);
    expect(text[0]?.message.length).toBeLessThan(2100);
    const many = expectErrors(
      context.parse(inC(Array.from({ length: 1000 }, (_, i) => `<x${i}/>`).join('')), validated),
    );
    expect(many).toHaveLength(100);
  });
});

describe('an error of a schema', () => {
  test('is told with what is wrong', async () => {
    await expect(contextOf(yangModule('broken', 'leaf a { type nothing; }'))).rejects.toThrow('nothing');
    await expect(contextOf(yangModule('broken', 'import absent { prefix a; }'))).rejects.toThrow('absent');
    await expect(contextOf('module broken { rubbish }')).rejects.toThrow('rubbish');
  });
});
