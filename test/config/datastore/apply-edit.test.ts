import { afterAll, describe, expect, test } from 'vitest';
import type { EditRequest, Outcome } from '../../../src/config/config-service.js';
import { applyEdit } from '../../../src/config/datastore/edit/apply-edit.js';
import { disposeToyContext, toyContext, toyText, toyTree, toyXml } from '../../support/toy-context.js';

const context = toyContext();
afterAll(() => disposeToyContext(context));

/** Applies an edit to a configuration; both are written as toyXml has them. */
function edit(
  before: string,
  change: string,
  options: Partial<EditRequest> = {},
): { after: string; outcome: Outcome; errors: string[] } {
  using target = toyTree(context, before);
  const outcome = applyEdit(target, {
    xml: toyXml(change),
    defaultOperation: 'merge',
    testOption: 'set',
    errorOption: 'rollback-on-error',
    ...options,
  });
  const errors = outcome.ok ? [] : outcome.error.map(({ tag, path }) => `${tag} ${path?.text ?? ''}`.trim());
  return { after: toyText(target), outcome, errors };
}

type Row = readonly [name: string, before: string, change: string, after: string];

const x1 = '<item><name>x</name><value>1</value></item>';
const chains =
  '<rule><chain>a</chain><id>1</id></rule><rule><chain>a</chain><id>2</id></rule><rule><chain>b</chain><id>1</id></rule>';

describe('an operation that succeeds', () => {
  const rows: Row[] = [
    // leaf
    ['merge: leaf absent', '', '<text>a</text>', '<text>a</text>'],
    ['merge: leaf existing', '<text>a</text>', '<text>b</text>', '<text>b</text>'],
    ['merge: leaf with the same value', '<text>a</text>', '<text>a</text>', '<text>a</text>'],
    ['merge: leaf with a default becomes explicit', '', '<size>7</size>', '<size>7</size>'],
    ['replace: leaf absent', '', '<text nc:operation="replace">a</text>', '<text>a</text>'],
    ['replace: leaf existing', '<text>a</text>', '<text nc:operation="replace">b</text>', '<text>b</text>'],
    ['create: leaf absent', '', '<text nc:operation="create">a</text>', '<text>a</text>'],
    ['create: leaf with only its default', '', '<size nc:operation="create">7</size>', '<size>7</size>'],
    ['delete: leaf existing', '<text>a</text>', '<text nc:operation="delete">a</text>', ''],
    ['delete: leaf with another value', '<text>a</text>', '<text nc:operation="delete">b</text>', ''],
    ['delete: leaf without a value', '<number>5</number>', '<number nc:operation="delete"/>', ''],
    [
      'delete: leaf with white space for a value',
      '<number>5</number>',
      '<number nc:operation="delete">\n</number>',
      '',
    ],
    ['delete: leaf explicitly at its default', '<size>7</size>', '<size nc:operation="delete"/>', ''],
    ['remove: leaf existing', '<text>a</text>', '<text nc:operation="remove"/>', ''],
    ['remove: leaf absent', '<text>a</text>', '<number nc:operation="remove"/>', '<text>a</text>'],
    ['merge: identity by its prefix', '', '<colour>t:red</colour>', '<colour>red</colour>'],
    ['merge: identity of another module', '', '<colour>x:green</colour>', '<colour>t:green</colour>'],
    [
      'merge: leaf of the same name from two modules',
      '<text>a</text>',
      '<x:text>b</x:text>',
      '<text>a</text><text>b</text>',
    ],
    ['merge: top-level leaf', '', '/<motto>m</motto>', '/<motto>m</motto>'],
    ['delete: top-level leaf without a value', '/<motto>m</motto>', '/<motto nc:operation="delete"/>', ''],

    // leaf-list
    ['merge: leaf-list entry absent', '<tag>a</tag>', '<tag>b</tag>', '<tag>a</tag><tag>b</tag>'],
    ['merge: leaf-list entry existing', '<tag>a</tag>', '<tag>a</tag>', '<tag>a</tag>'],
    [
      'replace: leaf-list entry',
      '<tag>a</tag>',
      '<tag nc:operation="replace">b</tag>',
      '<tag>a</tag><tag>b</tag>',
    ],
    [
      'create: leaf-list entry',
      '<tag>a</tag>',
      '<tag nc:operation="create">b</tag>',
      '<tag>a</tag><tag>b</tag>',
    ],
    [
      'create: leaf-list entry that is a default',
      '',
      '<preset nc:operation="create">one</preset>',
      '<preset>one</preset>',
    ],
    [
      'delete: leaf-list entry',
      '<tag>a</tag><tag>b</tag>',
      '<tag nc:operation="delete">a</tag>',
      '<tag>b</tag>',
    ],
    [
      'remove: leaf-list entry existing',
      '<tag>a</tag><tag>b</tag>',
      '<tag nc:operation="remove">b</tag>',
      '<tag>a</tag>',
    ],
    ['remove: leaf-list entry absent', '<tag>a</tag>', '<tag nc:operation="remove">z</tag>', '<tag>a</tag>'],

    // container without presence
    ['merge: container absent', '', '<plain><a>1</a></plain>', '<plain><a>1</a></plain>'],
    [
      'merge: container keeps what it has',
      '<plain><a>1</a></plain>',
      '<plain><b>2</b></plain>',
      '<plain><a>1</a><b>2</b></plain>',
    ],
    ['merge: empty container is nothing', '<text>a</text>', '<plain/>', '<text>a</text>'],
    [
      'replace: container',
      '<plain><a>1</a></plain>',
      '<plain nc:operation="replace"><b>2</b></plain>',
      '<plain><b>2</b></plain>',
    ],
    [
      'replace: container by nothing',
      '<plain><a>1</a></plain><text>a</text>',
      '<plain nc:operation="replace"/>',
      '<text>a</text>',
    ],
    [
      'create: container absent',
      '',
      '<plain nc:operation="create"><a>1</a></plain>',
      '<plain><a>1</a></plain>',
    ],
    ['delete: container existing', '<plain><a>1</a></plain>', '<plain nc:operation="delete"/>', ''],
    ['remove: container existing', '<plain><a>1</a></plain>', '<plain nc:operation="remove"/>', ''],
    ['remove: container absent', '', '<plain nc:operation="remove"/>', ''],
    [
      'delete: container with a leaf that has no value',
      '<plain><a>1</a></plain>',
      '<plain nc:operation="delete"><a/></plain>',
      '',
    ],

    // container with presence
    ['merge: presence container absent', '', '<flag/>', '<flag/>'],
    [
      'create: presence container absent',
      '',
      '<flag nc:operation="create"><a>1</a></flag>',
      '<flag><a>1</a></flag>',
    ],
    ['replace: presence container', '<flag><a>1</a></flag>', '<flag nc:operation="replace"/>', '<flag/>'],
    ['delete: presence container', '<flag/>', '<flag nc:operation="delete"/>', ''],
    ['remove: presence container absent', '', '<flag nc:operation="remove"/>', ''],
    [
      'merge: presence container keeps what it has',
      '<flag><a>1</a></flag>',
      '<flag/>',
      '<flag><a>1</a></flag>',
    ],

    // list
    ['merge: list entry absent', '', x1, x1],
    [
      'merge: list entry existing',
      x1,
      '<item><name>x</name><code>9</code></item>',
      '<item><name>x</name><value>1</value><code>9</code></item>',
    ],
    [
      'replace: list entry',
      x1,
      '<item nc:operation="replace"><name>x</name><code>9</code></item>',
      '<item><name>x</name><code>9</code></item>',
    ],
    [
      'replace: list entry absent',
      '',
      '<item nc:operation="replace"><name>x</name></item>',
      '<item><name>x</name></item>',
    ],
    [
      'create: list entry absent',
      x1,
      '<item nc:operation="create"><name>y</name></item>',
      `${x1}<item><name>y</name></item>`,
    ],
    ['delete: list entry', x1, '<item nc:operation="delete"><name>x</name></item>', ''],
    ['remove: list entry existing', x1, '<item nc:operation="remove"><name>x</name></item>', ''],
    ['remove: list entry absent', x1, '<item nc:operation="remove"><name>y</name></item>', x1],
    [
      'delete: leaf in a list entry',
      x1,
      '<item><name>x</name><value nc:operation="delete"/></item>',
      '<item><name>x</name></item>',
    ],
    [
      'merge: list of another module in a list entry',
      x1,
      '<item><name>x</name><x:part><x:number>1</x:number></x:part></item>',
      '<item><name>x</name><value>1</value><part><number>1</number></part></item>',
    ],
    [
      'create and delete of entries side by side',
      x1,
      '<item nc:operation="delete"><name>x</name></item><item nc:operation="create"><name>w</name></item>',
      '<item><name>w</name></item>',
    ],
    [
      'the same entry twice',
      '',
      '<item><name>x</name><value>1</value></item><item><name>x</name><code>2</code></item>',
      '<item><name>x</name><value>1</value><code>2</code></item>',
    ],
    [
      'key that carries the operation of its entry',
      x1,
      '<item nc:operation="delete"><name nc:operation="delete">x</name></item>',
      '',
    ],
    [
      'key with both quotes in it',
      `<item><name>a'b"c</name></item>`,
      `<item><name>a'b"c</name><value>1</value></item>`,
      `<item><name>a'b"c</name><value>1</value></item>`,
    ],

    // anydata
    ['merge: anydata absent', '', '<any><b xmlns="urn:b">1</b></any>', '<any><b>1</b></any>'],
    [
      'merge: anydata existing',
      '<any><b xmlns="urn:b">1</b></any>',
      '<any><c xmlns="urn:b">2</c></any>',
      '<any><c>2</c></any>',
    ],
    ['delete: anydata', '<any><b xmlns="urn:b">1</b></any>', '<any nc:operation="delete"/>', ''],

    // inheritance
    [
      'create inside merge',
      x1,
      '<item><name>x</name><inner nc:operation="create"><deep>d</deep></inner></item>',
      '<item><name>x</name><value>1</value><inner><deep>d</deep></inner></item>',
    ],
    [
      'delete inside replace acts on what was there',
      '<plain><a>1</a><b>2</b></plain>',
      '<plain nc:operation="replace"><a nc:operation="delete"/></plain>',
      '',
    ],
    [
      'merge inside replace keeps what was there',
      '<item><name>x</name><value>1</value><inner><deep>d</deep></inner></item>',
      '<item nc:operation="replace"><name>x</name><inner nc:operation="merge"/></item>',
      '<item><name>x</name><inner><deep>d</deep></inner></item>',
    ],
    [
      'remove inside create',
      '',
      '<item nc:operation="create"><name>x</name><value nc:operation="remove"/><code>1</code></item>',
      '<item><name>x</name><code>1</code></item>',
    ],
    [
      'delete inside a container that inherits',
      '<plain><a>1</a><b>2</b></plain>',
      '<plain><a nc:operation="delete"/><b>3</b></plain>',
      '<plain><b>3</b></plain>',
    ],
    [
      'remove inside delete',
      '<plain><a>1</a></plain>',
      '<plain nc:operation="delete"><a nc:operation="remove"/></plain>',
      '',
    ],
  ];
  test.each(rows)('%s', (_name, before, change, after) => {
    expect(edit(before, change)).toMatchObject({ errors: [], after });
  });
});

describe('an operation that is refused', () => {
  const rows: (readonly [name: string, before: string, change: string, error: string])[] = [
    [
      'create: leaf existing',
      '<text>a</text>',
      '<text nc:operation="create">b</text>',
      'data-exists /t:top/t:text',
    ],
    [
      'create: leaf existing at its default',
      '<size>7</size>',
      '<size nc:operation="create">7</size>',
      'data-exists /t:top/t:size',
    ],
    [
      'create: leaf-list entry existing',
      '<tag>a</tag>',
      '<tag nc:operation="create">a</tag>',
      "data-exists /t:top/t:tag[.='a']",
    ],
    [
      'create: container existing',
      '<plain><a>1</a></plain>',
      '<plain nc:operation="create"><b>1</b></plain>',
      'data-exists /t:top/t:plain',
    ],
    [
      'create: presence container existing',
      '<flag/>',
      '<flag nc:operation="create"/>',
      'data-exists /t:top/t:flag',
    ],
    [
      'create: list entry existing',
      x1,
      '<item nc:operation="create"><name>x</name></item>',
      "data-exists /t:top/t:item[t:name='x']",
    ],
    [
      'create: the same entry twice',
      '',
      '<item nc:operation="create"><name>x</name></item><item nc:operation="create"><name>x</name></item>',
      "data-exists /t:top/t:item[t:name='x']",
    ],
    [
      'create: anydata existing',
      '<any><b>1</b></any>',
      '<any nc:operation="create"/>',
      'data-exists /t:top/t:any',
    ],
    [
      'create inherited: leaf of an existing entry',
      x1,
      '<item><name>x</name><inner nc:operation="create"><deep>1</deep></inner><value nc:operation="create">2</value></item>',
      "data-exists /t:top/t:item[t:name='x']/t:value",
    ],
    ['delete: leaf absent', '', '<text nc:operation="delete"/>', 'data-missing /t:top/t:text'],
    ['delete: leaf with only its default', '', '<size nc:operation="delete"/>', 'data-missing /t:top/t:size'],
    [
      'delete: leaf-list entry absent',
      '<tag>a</tag>',
      '<tag nc:operation="delete">b</tag>',
      "data-missing /t:top/t:tag[.='b']",
    ],
    [
      'delete: leaf-list entry that is a default',
      '',
      '<preset nc:operation="delete">one</preset>',
      "data-missing /t:top/t:preset[.='one']",
    ],
    ['delete: container absent', '', '<plain nc:operation="delete"/>', 'data-missing /t:top/t:plain'],
    ['delete: presence container absent', '', '<flag nc:operation="delete"/>', 'data-missing /t:top/t:flag'],
    [
      'delete: list entry absent',
      x1,
      '<item nc:operation="delete"><name>y</name></item>',
      "data-missing /t:top/t:item[t:name='y']",
    ],
    [
      'delete: the same entry twice',
      x1,
      '<item nc:operation="delete"><name>x</name></item><item nc:operation="delete"><name>x</name></item>',
      "data-missing /t:top/t:item[t:name='x']",
    ],
    [
      'delete: node of another module',
      x1,
      "<item><name>x</name><x:part nc:operation='delete'><x:number>1</x:number></x:part></item>",
      "data-missing /t:top/t:item[t:name='x']/toy-extra:part[toy-extra:number='1']",
    ],
    [
      'delete inside create',
      '',
      '<item nc:operation="create"><name>x</name><value nc:operation="delete"/></item>',
      "data-missing /t:top/t:item[t:name='x']/t:value",
    ],
    [
      'create inside delete',
      x1,
      '<item nc:operation="delete"><name>x</name><code nc:operation="create">1</code></item>',
      "bad-attribute /t:top/t:item[t:name='x']/t:code",
    ],
    [
      'merge inside remove',
      '',
      '<plain nc:operation="remove"><a nc:operation="merge">1</a></plain>',
      'bad-attribute /t:top/t:plain/t:a',
    ],
    [
      'operation on a key',
      x1,
      '<item><name nc:operation="delete">x</name></item>',
      "bad-attribute /t:top/t:item[t:name='x']/t:name",
    ],
    ['unknown operation', '', '<text nc:operation="erase">a</text>', 'bad-attribute /t:top/t:text'],
    [
      'operation none is only a default',
      '',
      '<text nc:operation="none">a</text>',
      'bad-attribute /t:top/t:text',
    ],
    [
      'unknown operation on a leaf without a value',
      '',
      '<number nc:operation="erase"/>',
      'bad-attribute /t:top/t:number',
    ],
    ['list entry without its key', '', '<item><value>1</value></item>', 'missing-element /t:top/t:item'],
    [
      'list entry without its second key',
      '',
      '<rule><chain>a</chain></rule>',
      "missing-element /t:top/t:rule[t:chain='a']",
    ],
    ['value of the wrong type', '', '<number>a</number>', 'invalid-value /t:top/t:number'],
    ['empty value of the wrong type', '', '<number/>', 'invalid-value /t:top/t:number'],
    [
      'deleted leaf-list entry without a value',
      '<step>1</step>',
      '<step nc:operation="delete"/>',
      'invalid-value /t:top/t:step',
    ],
    ['value out of range', '', '<number>5000</number>', 'invalid-value /t:top/t:number'],
    ['unknown element', '', '<nope>1</nope>', 'unknown-element /t:top'],
    [
      'unknown element at the top',
      '',
      '/<top/><entry><id>1</id><nope/></entry>',
      "unknown-element /t:entry[t:id='1']",
    ],
    ['unknown namespace', '', '<nope xmlns="urn:nope"/>', 'unknown-namespace /t:top'],
    ['state data', '', '<counters><hits>1</hits></counters>', 'unknown-element /t:top/t:counters'],
    ['a leaf twice', '', '<text>a</text><text>b</text>', 'bad-element /t:top/t:text'],
    ['a container twice', '', '<plain><a>1</a></plain><plain><b>1</b></plain>', 'bad-element /t:top/t:plain'],
    [
      'a leaf twice in a new entry',
      '',
      '<item><name>x</name><value>1</value><value>2</value></item>',
      "bad-element /t:top/t:item[t:name='x']/t:value",
    ],
    ['two cases of a choice', '', '<left><x>1</x></left><r1>1</r1>', 'bad-element /t:top/t:r1'],
    ['two cases of an inner choice', '', '<d1>1</d1><d2>1</d2>', 'bad-element /t:top/t:d2'],
    ['text in a container', '', '<plain>text</plain>', 'bad-element /t:top'],
  ];
  test.each(rows)('%s', (_name, before, change, error) => {
    expect(edit(before, change)).toMatchObject({ errors: [error], after: before });
  });
});

describe('default-operation', () => {
  const none = { defaultOperation: 'none' } as const;
  const replace = { defaultOperation: 'replace' } as const;

  test('none changes nothing by itself', () => {
    expect(edit(`<text>a</text>${x1}`, `<text>b</text>${x1}`, none)).toMatchObject({
      errors: [],
      after: `<text>a</text>${x1}`,
    });
  });
  test('none lets nodes inside be changed', () => {
    const change =
      '<item><name>x</name><value nc:operation="replace">2</value><code nc:operation="create">1</code></item>';
    const after = '<item><name>x</name><value>2</value><code>1</code></item>';
    expect(edit(x1, change, none)).toMatchObject({ errors: [], after });
  });
  test.each([
    ['leaf', '<text>a</text>', 'data-missing /t:top/t:text'],
    [
      'list entry',
      '<item><name>y</name><code nc:operation="create">1</code></item>',
      "data-missing /t:top/t:item[t:name='y']",
    ],
    ['leaf-list entry', '<tag>a</tag>', "data-missing /t:top/t:tag[.='a']"],
    ['presence container', '<flag><a nc:operation="create">1</a></flag>', 'data-missing /t:top/t:flag'],
  ])('none needs the level to exist: %s', (_name, change, error) => {
    expect(edit(x1, change, none)).toMatchObject({ errors: [error], after: x1 });
  });
  test('none takes a container without presence as existing', () => {
    const change = '<plain><a nc:operation="create">1</a></plain>';
    expect(edit('', change, none)).toMatchObject({ errors: [], after: '<plain><a>1</a></plain>' });
  });
  test('none creates in an empty datastore', () => {
    expect(edit('/', `<item nc:operation="create"><name>x</name></item>`, none)).toMatchObject({
      errors: [],
      after: '<item><name>x</name></item>',
    });
  });
  test('replace leaves nothing but the edit', () => {
    expect(edit(`/<top>${x1}</top><motto>m</motto>`, '<text>a</text>', replace)).toMatchObject({
      errors: [],
      after: '<text>a</text>',
    });
  });
  test('replace with nothing empties the datastore', () => {
    expect(edit(`/<top>${x1}</top><motto>m</motto>`, '/', replace)).toMatchObject({ errors: [], after: '' });
  });
  test('replace keeps equal entries and removes the others', () => {
    const change = '<item><name>x</name><value>1</value></item><item><name>z</name></item>';
    const before = '<item><name>x</name><value>1</value><code>4</code></item><item><name>y</name></item>';
    expect(edit(before, change, replace)).toMatchObject({ errors: [], after: change });
  });
  test('replace with an operation inside', () => {
    const change = '<text nc:operation="delete"/><number>5</number>';
    expect(edit('<text>a</text>', change, replace)).toMatchObject({
      errors: [],
      after: '<number>5</number>',
    });
  });
});

describe('a choice', () => {
  const rows: Row[] = [
    ['another case replaces the old one', '<left><x>1</x></left>', '<r1>1</r1>', '<r1>1</r1>'],
    [
      'a container case replaces leafs',
      '<r1>1</r1><r2>2</r2><d1>3</d1>',
      '<left><x>1</x></left>',
      '<left><x>1</x></left>',
    ],
    ['the same case is added to', '<r1>1</r1>', '<r2>2</r2>', '<r1>1</r1><r2>2</r2>'],
    ['a nested choice changes alone', '<r1>1</r1><d1>1</d1>', '<d2>2</d2>', '<r1>1</r1><d2>2</d2>'],
    ['a nested case replaces the outer case', '<left><x>1</x></left>', '<d1>1</d1>', '<d1>1</d1>'],
    [
      'delete of the old case and a new one',
      '<left><x>1</x></left>',
      '<left nc:operation="delete"/><r1>1</r1>',
      '<r1>1</r1>',
    ],
    [
      'delete of the old case in the other order',
      '<r1>1</r1>',
      '<left><x>1</x></left><r1 nc:operation="delete"/>',
      '<left><x>1</x></left>',
    ],
    [
      'create of another case',
      '<r1>1</r1>',
      '<left nc:operation="create"><x>1</x></left>',
      '<left><x>1</x></left>',
    ],
    [
      'replace of another case',
      '<r1>1</r1>',
      '<left nc:operation="replace"><x>1</x></left>',
      '<left><x>1</x></left>',
    ],
    ['removing a case leaves the other', '<r1>1</r1>', '<left nc:operation="remove"/>', '<r1>1</r1>'],
  ];
  test.each(rows)('%s', (_name, before, change, after) => {
    expect(edit(before, change, { testOption: 'test-then-set' })).toMatchObject({ errors: [], after });
  });
  test('what is created below an untouched container replaces the other case', () => {
    const change = '<left><x nc:operation="create">1</x></left>';
    const none = { defaultOperation: 'none', testOption: 'test-then-set' } as const;
    expect(edit('<r1>1</r1>', change, none)).toMatchObject({ errors: [], after: '<left><x>1</x></left>' });
    expect(edit('', `${change}<r1 nc:operation="create">1</r1>`, none)).toMatchObject({
      errors: ['bad-element /t:top/t:r1'],
      after: '',
    });
  });
});

const order = (text: string): string => [...text.matchAll(/<step>(\d)</g)].map((match) => match[1]).join('');
const rules = (text: string): string =>
  [...text.matchAll(/<chain>(\w)<\/chain><id>(\d)</g)].map((match) => `${match[1]}${match[2]}`).join(' ');
const info = (attribute: string, element: string): object[] => [
  { name: 'bad-attribute', value: attribute },
  { name: 'bad-element', value: element },
];

describe('a user-ordered list or leaf-list', () => {
  const steps = '<step>1</step><step>2</step><step>3</step>';

  test.each([
    ['merge new: last', '<step>4</step>', '1234'],
    ['merge existing: stays', '<step>1</step>', '123'],
    ['create: last', '<step nc:operation="create">4</step>', '1234'],
    ['create first', '<step nc:operation="create" yang:insert="first">4</step>', '4123'],
    ['create last', '<step nc:operation="create" yang:insert="last">4</step>', '1234'],
    ['create before', '<step nc:operation="create" yang:insert="before" yang:value="2">4</step>', '1423'],
    ['create after', '<step nc:operation="create" yang:insert="after" yang:value="2">4</step>', '1243'],
    ['merge before, value not canonical', '<step yang:insert="before" yang:value="02">4</step>', '1423'],
    ['merge moves first', '<step yang:insert="first">3</step>', '312'],
    ['merge moves last', '<step yang:insert="last">1</step>', '231'],
    ['merge moves before', '<step yang:insert="before" yang:value="1">3</step>', '312'],
    ['merge moves after', '<step yang:insert="after" yang:value="3">1</step>', '231'],
    ['replace moves', '<step nc:operation="replace" yang:insert="first">2</step>', '213'],
    ['before itself: stays', '<step yang:insert="before" yang:value="2">2</step>', '123'],
    [
      'one after the other',
      '<step yang:insert="first">4</step><step yang:insert="after" yang:value="4">5</step>',
      '45123',
    ],
    ['delete', '<step nc:operation="delete">2</step>', '13'],
  ])('leaf-list, %s', (_name, change, expected) => {
    const { after, errors } = edit(steps, change);
    expect([errors, order(after)]).toEqual([[], expected]);
  });

  test.each([
    ['create: last', '<rule nc:operation="create"><chain>b</chain><id>2</id></rule>', 'a1 a2 b1 b2'],
    [
      'create first',
      '<rule nc:operation="create" yang:insert="first"><chain>b</chain><id>2</id></rule>',
      'b2 a1 a2 b1',
    ],
    [
      'create before',
      `<rule nc:operation="create" yang:insert="before" yang:key="[chain='a'][id='2']"><chain>b</chain><id>2</id></rule>`,
      'a1 b2 a2 b1',
    ],
    [
      'create after, prefixes and double quotes',
      `<rule nc:operation="create" yang:insert="after" yang:key='[t:chain="a"][t:id="1"]'><chain>b</chain><id>2</id></rule>`,
      'a1 b2 a2 b1',
    ],
    [
      'keys in another order',
      `<rule yang:insert="after" yang:key="[id='1'][chain='a']"><chain>b</chain><id>2</id></rule>`,
      'a1 b2 a2 b1',
    ],
    [
      'merge moves',
      `<rule yang:insert="before" yang:key="[chain='a'][id='1']"><chain>b</chain><id>1</id></rule>`,
      'b1 a1 a2',
    ],
  ])('list, %s', (_name, change, expected) => {
    const { after, errors } = edit(chains, change);
    expect([errors, rules(after)]).toEqual([[], expected]);
  });

  test('replace of the whole takes the order of the edit', () => {
    const change = '<step>3</step><step>4</step><step>1</step>';
    expect(edit(steps, change, { defaultOperation: 'replace' })).toMatchObject({ errors: [], after: change });
  });
  test('replace of the whole with a position inside', () => {
    const change =
      '<step>3</step><step yang:insert="first">1</step><step yang:insert="before" yang:value="3">4</step>';
    const { after, errors } = edit(steps, change, { defaultOperation: 'replace' });
    expect([errors, order(after)]).toEqual([[], '143']);
  });
  test('a top-level list', () => {
    const before = '/<entry><id>a</id></entry><entry><id>b</id></entry>';
    const change = `/<entry yang:insert="before" yang:key="[id='a']"><id>b</id><note>n</note></entry>`;
    const after = '/<entry><id>b</id><note>n</note></entry><entry><id>a</id></entry>';
    expect(edit(before, change)).toMatchObject({ errors: [], after });
  });

  test.each([
    [
      'before without value',
      '<step yang:insert="before">4</step>',
      { tag: 'missing-attribute', info: info('value', 'step') },
    ],
    [
      'after without key',
      '<rule yang:insert="after"><chain>a</chain><id>9</id></rule>',
      { tag: 'missing-attribute', info: info('key', 'rule') },
    ],
    [
      'value without insert',
      '<step yang:value="1">4</step>',
      { tag: 'missing-attribute', info: info('insert', 'step') },
    ],
    [
      'unknown position',
      '<step yang:insert="middle">4</step>',
      { tag: 'bad-attribute', info: info('insert', 'step') },
    ],
    [
      'reference that does not exist',
      '<step yang:insert="before" yang:value="9">4</step>',
      { tag: 'bad-attribute', appTag: 'missing-instance', info: info('value', 'step') },
    ],
    [
      'new entry before itself',
      '<step yang:insert="before" yang:value="4">4</step>',
      { tag: 'bad-attribute', appTag: 'missing-instance' },
    ],
    [
      'reference of the wrong type',
      '<step yang:insert="before" yang:value="many">4</step>',
      { tag: 'bad-attribute', info: info('value', 'step') },
    ],
    [
      'key that does not exist',
      `<rule yang:insert="after" yang:key="[chain='z'][id='1']"><chain>a</chain><id>9</id></rule>`,
      { tag: 'bad-attribute', appTag: 'missing-instance', info: info('key', 'rule') },
    ],
    [
      'key with a part missing',
      `<rule yang:insert="after" yang:key="[chain='a']"><chain>a</chain><id>9</id></rule>`,
      { tag: 'bad-attribute', info: info('key', 'rule') },
    ],
    [
      'key that is no predicate',
      `<rule yang:insert="after" yang:key="a 1"><chain>a</chain><id>9</id></rule>`,
      { tag: 'bad-attribute' },
    ],
    [
      'insert on a list without order',
      '<item yang:insert="first"><name>x</name></item>',
      { tag: 'unknown-attribute', info: info('insert', 'item') },
    ],
    [
      'insert on a leaf',
      '<text yang:insert="first">x</text>',
      { tag: 'unknown-attribute', info: info('insert', 'text') },
    ],
    [
      'key on a leaf-list',
      `<step yang:insert="before" yang:key="[a='1']">4</step>`,
      { tag: 'unknown-attribute', info: info('key', 'step') },
    ],
    [
      'insert with delete',
      '<step nc:operation="delete" yang:insert="first">1</step>',
      { tag: 'bad-attribute', info: info('insert', 'step') },
    ],
  ])('refuses: %s', (_name, change, expected) => {
    const { outcome, after } = edit(steps, change);
    expect(outcome).toMatchObject({ ok: false, error: [expected] });
    expect(after).toBe(steps);
  });
});

const missing = (name: string): string => `data-missing /t:top/t:item[t:name='${name}']`;
const names = (text: string): string =>
  [...text.matchAll(/<name>(\w+)</g)].map((match) => match[1]).join(' ');

describe('error-option and test-option', () => {
  const wrong = '<item nc:operation="delete"><name>no</name></item>';
  const twoWrong = `<item><name>a</name></item>${wrong}<item><name>p</name></item><item nc:operation="delete"><name>q</name></item><item><name>z</name></item>`;

  test.each([
    ['set', 'stop-on-error', ['no'], 'a x'],
    ['set', 'continue-on-error', ['no', 'q'], 'a p x z'],
    ['set', 'rollback-on-error', ['no'], 'x'],
    ['deferred', 'stop-on-error', ['no'], 'x'],
    ['deferred', 'continue-on-error', ['no', 'q'], 'a p x z'],
    ['deferred', 'rollback-on-error', ['no'], 'x'],
    ['test-then-set', 'stop-on-error', ['no'], 'x'],
    ['test-then-set', 'continue-on-error', ['no', 'q'], 'a p x z'],
    ['test-then-set', 'rollback-on-error', ['no'], 'x'],
    ['test-only', 'stop-on-error', ['no'], 'x'],
    ['test-only', 'continue-on-error', ['no', 'q'], 'x'],
    ['test-only', 'rollback-on-error', ['no'], 'x'],
  ] as const)('%s, %s', (testOption, errorOption, wrongNames, left) => {
    const { after, errors } = edit(x1, twoWrong, { testOption, errorOption });
    expect([errors, names(after)]).toEqual([wrongNames.map(missing), left]);
  });

  test('an error inside an entry leaves the rest of the entry to continue-on-error', () => {
    const change = '<item><name>x</name><code nc:operation="delete"/><value>2</value></item>';
    expect(edit(x1, change, { errorOption: 'continue-on-error' })).toMatchObject({
      errors: ["data-missing /t:top/t:item[t:name='x']/t:code"],
      after: '<item><name>x</name><value>2</value></item>',
    });
  });
  test('whatever cannot be read is told at once, and nothing is done', () => {
    const change = '<text>a</text><number>b</number><nope/><item><value>1</value></item>';
    const { after, errors } = edit(x1, change, { errorOption: 'continue-on-error' });
    expect(errors).toEqual([
      'invalid-value /t:top/t:number',
      'unknown-element /t:top',
      'missing-element /t:top/t:item',
    ]);
    expect(after).toBe(x1);
  });
  test.each(['stop-on-error', 'continue-on-error', 'rollback-on-error'] as const)(
    'a result that is not valid is not set: %s',
    (errorOption) => {
      const change = '<text>a</text><favourite>nobody</favourite><checked><a>1</a></checked>';
      const { after, errors } = edit(x1, change, { testOption: 'test-then-set', errorOption });
      expect(errors).toHaveLength(2);
      expect(errors).toContain('data-missing /t:top/t:favourite');
      expect(errors).toContain('operation-failed /t:top/t:checked');
      expect(after).toBe(x1);
    },
  );
  test.each(['set', 'deferred'] as const)('%s does not ask whether the result is valid', (testOption) => {
    expect(edit('', '<favourite>nobody</favourite>', { testOption })).toMatchObject({
      errors: [],
      after: '<favourite>nobody</favourite>',
    });
  });
  test('test-only accepts and changes nothing', () => {
    expect(edit(x1, '<text>a</text>', { testOption: 'test-only' })).toMatchObject({ errors: [], after: x1 });
  });
});

describe('taking back', () => {
  const full = `<text>a</text><size>7</size><tag>m</tag><step>3</step><step>1</step><step>2</step><plain><a>1</a></plain><r1>1</r1><d1>2</d1><item><name>x</name><value>1</value><inner><deep>d</deep></inner></item><item><name>y</name></item>${chains}<any><b>1</b></any>`;
  const before = full.replace('<any><b>', '<any><b xmlns="urn:b">');
  test.each([
    ['a removed list entry', '<item nc:operation="delete"><name>x</name></item>'],
    [
      'a changed and then removed entry',
      '<item><name>x</name><value>2</value></item><item nc:operation="delete"><name>x</name></item>',
    ],
    [
      'a removed and made-again entry',
      '<item nc:operation="delete"><name>x</name></item><item><name>x</name><code>1</code></item>',
    ],
    ['a replaced container', '<plain nc:operation="replace"><b>1</b></plain>'],
    ['leafs', '<text>b</text><size>8</size><number>1</number>'],
    ['a leaf-list entry', '<tag nc:operation="delete">m</tag><tag>n</tag>'],
    [
      'user-ordered entries',
      `<step nc:operation="delete">3</step><step yang:insert="first">2</step><step yang:insert="first">9</step><rule nc:operation="delete"><chain>a</chain><id>2</id></rule><rule yang:insert="last"><chain>a</chain><id>1</id></rule>`,
    ],
    ['a superseded case', '<left><x>1</x></left>'],
    ['anydata', '<any><c xmlns="urn:c"/></any>'],
    ['new containers', '<flag><a>1</a></flag>'],
  ])('%s', (_name, change) => {
    const wrong = '<x:extra nc:operation="delete"/>';
    const { after, errors } = edit(before, change + wrong);
    expect(errors).toEqual(['data-missing /t:top/toy-extra:extra']);
    expect(after).toBe(full);
  });
  test('everything', () => {
    const change = '<text>only</text><x:extra nc:operation="delete"/>';
    const { after } = edit(before, change, { defaultOperation: 'replace' });
    expect(after).toBe(full);
  });
  test('defaults are defaults again', () => {
    using target = toyTree(context, '');
    const all = target.print({ format: 'xml', defaults: 'all-tagged' });
    const xml = toyXml('<size>9</size><preset>three</preset><x:extra nc:operation="delete"/>');
    const outcome = applyEdit(target, {
      xml,
      defaultOperation: 'merge',
      testOption: 'set',
      errorOption: 'rollback-on-error',
    });
    expect(outcome.ok).toBe(false);
    expect(target.print({ format: 'xml', defaults: 'all-tagged' })).toBe(all);
  });
});

describe('the hook', () => {
  test('changes the edit before it is applied', () => {
    using target = toyTree(context, '');
    const outcome = applyEdit(
      target,
      {
        xml: toyXml('<text>$0$a</text>'),
        defaultOperation: 'merge',
        testOption: 'set',
        errorOption: 'stop-on-error',
      },
      {
        normalise: (tree) => {
          const set = tree.roots()[0]?.child('text')?.setValue('hashed');
          return set?.ok === true ? { ok: true, value: undefined } : { ok: false, error: [] };
        },
      },
    );
    expect([outcome.ok, toyText(target)]).toEqual([true, '<text>hashed</text>']);
  });
  test('refuses the edit with its errors', () => {
    using target = toyTree(context, '');
    const refusal = {
      ok: false,
      error: [{ type: 'application', tag: 'invalid-value', message: 'no', info: [] }],
    } as const;
    const outcome = applyEdit(
      target,
      {
        xml: toyXml('<text>a</text>'),
        defaultOperation: 'merge',
        testOption: 'set',
        errorOption: 'stop-on-error',
      },
      { normalise: () => refusal },
    );
    expect([outcome, toyText(target)]).toEqual([refusal, '']);
  });
  test('an exception takes everything back', () => {
    using target = toyTree(context, x1);
    const spoilt = new Error('spoilt');
    const xml = toyXml('<text>a</text>');
    expect(() =>
      applyEdit(
        target,
        { xml, defaultOperation: 'merge', testOption: 'set', errorOption: 'stop-on-error' },
        {
          normalise: () => {
            throw spoilt;
          },
        },
      ),
    ).toThrow(spoilt);
    expect(toyText(target)).toBe(x1);
  });
});
