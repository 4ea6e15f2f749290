import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { config, ethernet, namespaces } from '../support/config-xml.js';
import { NetconfFixture } from '../support/netconf-fixture.js';

const NACM = 'urn:ietf:params:xml:ns:yang:ietf-netconf-acm';
const YANG = 'urn:ietf:params:xml:ns:yang:1';
const TYPE = '<type xmlns:i="urn:ietf:params:xml:ns:yang:iana-if-type">i:ethernetCsmacd</type>';
const OTHER_TYPE = '<type xmlns:i="urn:ietf:params:xml:ns:yang:iana-if-type">i:softwareLoopback</type>';

let fixture: NetconfFixture;

beforeAll(async () => {
  fixture = await NetconfFixture.start([
    ethernet('eth0', '<description>uplink</description><enabled>false</enabled>'),
    ethernet('eth1'),
  ]);
});
afterAll(() => fixture.dispose());
beforeEach(() => fixture.reset());

/** An `<edit-config>` of the candidate. */
function editOf(content: string, parameters = '', target = '<candidate/>'): string {
  return `<edit-config><target>${target}</target>${parameters}${config(content)}</edit-config>`;
}

/** An entry of the list of interfaces, with an operation on it. */
function entry(name: string, operation: string, content = ''): string {
  return entries([name, operation, content]);
}

/** Entries by name, operation and content. */
function entries(...given: readonly (readonly [string, string, string?])[]): string {
  const all = given.map(([name, operation, content = '']) => {
    const attribute = operation === '' ? '' : ` nc:operation="${operation}"`;
    return `<interface${attribute}><name>${name}</name>${content}</interface>`;
  });
  return `<interfaces xmlns="${namespaces.if}">${all.join('')}</interfaces>`;
}

/** A leaf of eth0, with an operation on it. */
function leafOf(operation: string, leaf: string, value: string): string {
  return entry('eth0', '', `<${leaf} nc:operation="${operation}">${value}</${leaf}>`);
}

/** What the candidate has of an interface; '' for none. */
async function found(name: string): Promise<string> {
  const all = (await fixture.candidate()).match(/<interface>.*?<\/interface>/gsu) ?? [];
  const whole = all.find((text) => text.includes(`<name>${name}</name>`)) ?? '';
  return whole.replace(/<\/?interface>/gu, '').replace(/<type [^>]*>\w+:(\w+)<\/type>/u, '<type>$1</type>');
}

const ETH0 =
  '<name>eth0</name><description>uplink</description><type>ethernetCsmacd</type><enabled>false</enabled>';
const ETH1 = '<name>eth1</name><type>ethernetCsmacd</type>';

describe('an operation on an entry', () => {
  it.each([
    ['merge', 'eth0', '<description>b</description>', ETH0.replace('uplink', 'b')],
    ['', 'eth0', '<description>b</description>', ETH0.replace('uplink', 'b')],
    ['merge', 'eth2', TYPE, '<name>eth2</name><type>ethernetCsmacd</type>'],
    ['replace', 'eth0', TYPE, '<name>eth0</name><type>ethernetCsmacd</type>'],
    ['replace', 'eth2', TYPE, '<name>eth2</name><type>ethernetCsmacd</type>'],
    ['create', 'eth2', TYPE, '<name>eth2</name><type>ethernetCsmacd</type>'],
    ['delete', 'eth0', '', ''],
    ['remove', 'eth0', '', ''],
    ['remove', 'eth9', '', ''],
  ])('%j of %s', async (operation, name, content, expected) => {
    await fixture.rpc(editOf(entry(name, operation, content)));
    expect(await found(name)).toBe(expected);
    expect(await found('eth1')).toBe(ETH1);
  });

  it.each([
    ['create', 'eth0', 'data-exists'],
    ['delete', 'eth9', 'data-missing'],
  ])('%s of %s is refused: %s', async (operation, name, tag) => {
    const before = await fixture.candidate();
    const { errors } = await fixture.refusal(editOf(entry(name, operation, TYPE)));
    expect(errors).toMatchObject([{ tag, type: 'application', severity: 'error' }]);
    expect(errors[0]?.path).toContain(name);
    expect(await fixture.candidate()).toBe(before);
  });
});

describe('an operation on a leaf', () => {
  it.each([
    ['merge', 'description', 'b', ETH0.replace('uplink', 'b')],
    ['replace', 'description', 'b', ETH0.replace('uplink', 'b')],
    ['delete', 'description', '', ETH0.replace('<description>uplink</description>', '')],
    ['delete', 'description', 'another', ETH0.replace('<description>uplink</description>', '')],
    ['remove', 'enabled', '', ETH0.replace('<enabled>false</enabled>', '')],
    ['remove', 'enabled', 'false', ETH0.replace('<enabled>false</enabled>', '')],
  ])('%s of %s %j', async (operation, leaf, value, expected) => {
    await fixture.rpc(editOf(leafOf(operation, leaf, value)));
    expect(await found('eth0')).toBe(expected);
  });

  it('create where there is none', async () => {
    await fixture.rpc(editOf(entry('eth1', '', '<description nc:operation="create">b</description>')));
    expect(await found('eth1')).toContain('<description>b</description>');
  });

  it.each([
    ['create', 'eth0', 'data-exists'],
    ['delete', 'eth1', 'data-missing'],
  ])('%s of the description of %s is refused: %s', async (operation, name, tag) => {
    const leaf = `<description nc:operation="${operation}">b</description>`;
    expect((await fixture.refusal(editOf(entry(name, '', leaf)))).tag).toBe(tag);
  });
});

describe('an operation on a container', () => {
  it.each(['delete', 'remove'])('%s takes all that is in it', async (operation) => {
    await fixture.rpc(editOf(`<interfaces xmlns="${namespaces.if}" nc:operation="${operation}"/>`));
    expect(await fixture.candidate()).not.toContain('<interfaces');
  });

  it('replace leaves what is given', async () => {
    const interfaces = entry('eth5', '', TYPE).replace('<interfaces', '<interfaces nc:operation="replace"');
    await fixture.rpc(editOf(interfaces));
    expect([await found('eth5'), await found('eth0')]).toEqual([
      '<name>eth5</name><type>ethernetCsmacd</type>',
      '',
    ]);
  });

  it('operations inside others hold for what they stand on', async () => {
    const inside = `<description nc:operation="remove"/><enabled nc:operation="merge">true</enabled>`;
    await fixture.rpc(editOf(entry('eth0', 'merge', inside)));
    expect(await found('eth0')).toBe('<name>eth0</name><type>ethernetCsmacd</type><enabled>true</enabled>');
  });
});

/** A parameter of edit-config. */
const option = (name: string, value: string) => `<${name}>${value}</${name}>`;

describe('default-operation', () => {
  it('merge is as if it were not given', async () => {
    await fixture.rpc(
      editOf(entry('eth0', '', '<description>b</description>'), option('default-operation', 'merge')),
    );
    expect(await found('eth0')).toBe(ETH0.replace('uplink', 'b'));
  });

  it('replace leaves nothing but what is given', async () => {
    await fixture.rpc(editOf(entry('eth5', '', TYPE), option('default-operation', 'replace')));
    const interfaces = await fixture.candidate();
    expect(interfaces).toContain('eth5');
    expect(interfaces).not.toMatch(/eth0|<system/u);
  });

  it('none changes nothing but where an operation says so', async () => {
    const content = `<description>b</description><enabled nc:operation="replace">true</enabled>`;
    await fixture.rpc(editOf(entry('eth0', '', content), option('default-operation', 'none')));
    expect(await found('eth0')).toBe(ETH0.replace('false', 'true'));
  });

  it('none on what is not there is data-missing', async () => {
    const content = '<description nc:operation="create">b</description>';
    expect(
      (await fixture.refusal(editOf(entry('eth9', '', content), option('default-operation', 'none')))).tag,
    ).toBe('data-missing');
  });

  it('none reaches down to a delete', async () => {
    await fixture.rpc(editOf(entry('eth1', 'delete'), option('default-operation', 'none')));
    expect([await found('eth1'), await found('eth0')]).toEqual(['', ETH0]);
  });

  it.each(['create', 'delete', ''])('%j is invalid-value', async (value) => {
    expect((await fixture.refusal(editOf(entry('eth0', ''), option('default-operation', value)))).tag).toBe(
      'invalid-value',
    );
  });
});

describe('test-option', () => {
  /** Lacks the mandatory type. */
  const incomplete = entry('eth7', '');

  it('set takes what is not complete yet', async () => {
    await fixture.rpc(editOf(incomplete, option('test-option', 'set')));
    expect(await found('eth7')).toBe('<name>eth7</name>');
  });

  it('is by default as set: constraints are for validate and commit', async () => {
    await fixture.rpc(editOf(incomplete));
    expect((await fixture.client.refusal('validate')).tag).toBe('data-missing');
    expect((await fixture.client.refusal('commit')).tag).toBe('data-missing');
  });

  it.each(['test-then-set', 'test-only'])('%s refuses it, and changes nothing', async (value) => {
    const { errors } = await fixture.refusal(editOf(incomplete, option('test-option', value)));
    expect(errors).toMatchObject([{ tag: 'data-missing', path: expect.stringContaining('eth7') }]);
    expect(await found('eth7')).toBe('');
  });

  it('test-then-set takes what is valid', async () => {
    await fixture.rpc(editOf(entry('eth7', '', TYPE), option('test-option', 'test-then-set')));
    expect(await found('eth7')).toContain('<type>');
  });

  it('test-only changes nothing, valid or not', async () => {
    await fixture.rpc(editOf(entry('eth7', '', TYPE), option('test-option', 'test-only')));
    expect(await found('eth7')).toBe('');
  });

  it('of another kind is invalid-value', async () => {
    expect((await fixture.refusal(editOf('', option('test-option', 'perhaps')))).tag).toBe('invalid-value');
  });
});

describe('error-option', () => {
  const good = ['eth7', '', TYPE] as const;
  const bad = ['eth9', 'delete'] as const;
  const worse = ['eth8', 'delete'] as const;

  it('rollback-on-error changes nothing when a part is refused', async () => {
    const { tag } = await fixture.refusal(
      editOf(entries(good, bad), option('error-option', 'rollback-on-error')),
    );
    expect(tag).toBe('data-missing');
    expect(await found('eth7')).toBe('');
  });

  it('continue-on-error does all that can be done, and tells all that cannot', async () => {
    const edit = editOf(entries(bad, good, worse), option('error-option', 'continue-on-error'));
    const { errors } = await fixture.refusal(edit);
    expect(errors.map(({ tag }) => tag)).toEqual(['data-missing', 'data-missing']);
    expect(await found('eth7')).toContain('<type>');
  });

  it.each(['stop-on-error', undefined])('%s tells the first error alone', async (value) => {
    const edit = editOf(entries(bad, worse), value === undefined ? '' : option('error-option', value));
    expect((await fixture.refusal(edit)).errors).toHaveLength(1);
  });

  it('of another kind is invalid-value', async () => {
    expect((await fixture.refusal(editOf('', option('error-option', 'ignore')))).tag).toBe('invalid-value');
  });
});

describe('an edit that does not fit the schema', () => {
  it.each([
    ['an element that is not known', entry('eth0', '', '<colour>red</colour>'), 'unknown-element', 'colour'],
    [
      'an element of state',
      entry('eth0', '', '<oper-status>up</oper-status>'),
      'unknown-element',
      'oper-status',
    ],
    ['a namespace that is not known', '<a xmlns="urn:nobody"/>', 'unknown-namespace', 'urn:nobody'],
    ['an element of no namespace', '<a xmlns=""/>', 'unknown-namespace', 'a'],
    [
      'an entry without its key',
      `<interfaces xmlns="${namespaces.if}"><interface>${TYPE}</interface></interfaces>`,
      'missing-element',
      'name',
    ],
    ['a boolean that is none', entry('eth0', '', '<enabled>perhaps</enabled>'), 'invalid-value', 'perhaps'],
    ['an identity that is none', entry('eth0', '', '<type>round</type>'), 'invalid-value', 'round'],
    [
      'a leaf that is given twice',
      entry('eth0', '', '<enabled>true</enabled><enabled>true</enabled>'),
      'bad-element',
      'enabled',
    ],
    [
      'text where elements belong',
      `<interfaces xmlns="${namespaces.if}">text</interfaces>`,
      'bad-element',
      'interfaces',
    ],
    ['an operation that does not exist', entry('eth0', 'destroy'), 'bad-attribute', 'operation'],
    [
      'an operation on a key',
      `<interfaces xmlns="${namespaces.if}"><interface><name nc:operation="delete">eth0</name></interface></interfaces>`,
      'bad-attribute',
      'operation',
    ],
    [
      'an attribute that is not known',
      entry('eth0', '', '<enabled nc:colour="red">true</enabled>'),
      'unknown-attribute',
      'colour',
    ],
    [
      'an attribute without a namespace',
      entry('eth0', '', '<enabled operation="delete"/>'),
      'unknown-attribute',
      'operation',
    ],
    [
      'a place in a list that has no order of its own',
      `<interfaces xmlns="${namespaces.if}"><interface xmlns:y="${YANG}" y:insert="first"><name>eth0</name></interface></interfaces>`,
      'unknown-attribute',
      'insert',
    ],
  ])('%s', async (_, content, tag, named) => {
    const before = await fixture.candidate();
    const { errors } = await fixture.refusal(editOf(content));
    expect(errors.map((error) => error.tag)).toContain(tag);
    expect(JSON.stringify(errors)).toContain(named);
    expect(await fixture.candidate()).toBe(before);
  });

  it('create inside delete', async () => {
    const inside = '<description nc:operation="create">b</description>';
    const { errors } = await fixture.refusal(editOf(entry('eth0', 'delete', inside)));
    expect(errors).toHaveLength(1);
    expect(await found('eth0')).toBe(ETH0);
  });

  it('tells where, with the namespaces of its path', async () => {
    const { errors } = await fixture.refusal(editOf(entry('eth0', 'create', OTHER_TYPE)));
    expect(errors[0]?.path).toMatch(/interfaces\/[\w-]+:interface\[[\w-]*:?name='eth0'\]/u);
  });
});

describe('parameters of edit-config', () => {
  const content = entry('eth0', '');
  it.each([
    ['no target', `<edit-config>${config(content)}</edit-config>`, 'missing-element', 'target'],
    ['an empty target', editOf(content, '', ''), 'missing-element', 'target'],
    ['running as target', editOf(content, '', '<running/>'), 'unknown-element', 'running'],
    ['startup as target', editOf(content, '', '<startup/>'), 'unknown-element', 'startup'],
    ['a target that does not exist', editOf(content, '', '<walking/>'), 'unknown-element', 'walking'],
    ['a URL as target', editOf(content, '', '<url>file:///tmp/x</url>'), 'unknown-element', 'url'],
    ['two targets', editOf(content, '', '<candidate/><candidate/>'), 'bad-element', 'candidate'],
    ['no config', '<edit-config><target><candidate/></target></edit-config>', 'missing-element', 'config'],
    [
      'a URL for config',
      '<edit-config><target><candidate/></target><url>file:///tmp/x</url></edit-config>',
      'unknown-element',
      'url',
    ],
    [
      'config twice',
      editOf(content).replace('</edit-config>', `${config()}</edit-config>`),
      'bad-element',
      'config',
    ],
    ['a parameter that is not known', editOf(content, '<speed>5</speed>'), 'unknown-element', 'speed'],
    [
      'a parameter of another namespace',
      editOf(content, '<default-operation xmlns="urn:nobody">merge</default-operation>'),
      'unknown-namespace',
      'urn:nobody',
    ],
    [
      'a parameter given twice',
      editOf(content, '<test-option>set</test-option><test-option>set</test-option>'),
      'bad-element',
      'test-option',
    ],
  ])('%s', async (_, operation, tag, named) => {
    const { errors } = await fixture.refusal(operation);
    expect(errors).toMatchObject([{ type: 'protocol', tag }]);
    expect(errors[0]?.info).toContain(named);
  });

  it('an empty config changes nothing', async () => {
    const before = await fixture.candidate();
    await fixture.rpc(editOf(''));
    expect(await fixture.candidate()).toBe(before);
  });

  it('the order of parameters does not matter', async () => {
    const parts = [
      config(entry('eth0', 'delete')),
      '<test-option>set</test-option>',
      '<target><candidate/></target>',
    ];
    await fixture.rpc(`<edit-config>${parts.join('')}</edit-config>`);
    expect(await found('eth0')).toBe('');
  });
});

const rule = (name: string, attributes = '') =>
  `<rule${attributes}><name>${name}</name><action>permit</action></rule>`;
const rules = (...content: string[]) =>
  `<nacm xmlns="${NACM}"><rule-list><name>guests</name><group>guests</group>${content.join('')}</rule-list></nacm>`;
const place = (insert: string, key = '') =>
  ` xmlns:y="${YANG}" y:insert="${insert}"${key === '' ? '' : ` y:key="[name='${key}']"`}`;

/** The names of the rules in their order. */
async function order(): Promise<string> {
  const list = /<name>guests<\/name>.*?<\/rule-list>/su.exec(await fixture.candidate())?.[0] ?? '';
  return [...list.matchAll(/<rule><name>(\w+)</gu)].map(([, name]) => name).join('');
}

describe('a list in an order of the user', () => {
  beforeEach(() => fixture.edit(rules(rule('a'), rule('b'), rule('c'))));

  it.each([
    ['a new entry goes to the end', rule('d'), 'abcd'],
    ['a new entry, first', rule('d', place('first')), 'dabc'],
    ['a new entry, last', rule('d', place('last')), 'abcd'],
    ['a new entry, before another', rule('d', place('before', 'b')), 'adbc'],
    ['a new entry, after another', rule('d', place('after', 'a')), 'adbc'],
    ['an entry that is there stays where it is', rule('b'), 'abc'],
    ['an entry that is there moves to the first place', rule('c', place('first')), 'cab'],
    ['an entry that is there moves behind another', rule('a', place('after', 'b')), 'bac'],
    ['an entry that is replaced moves', rule('a', `${place('last')} nc:operation="replace"`), 'bca'],
  ])('%s', async (_, content, expected) => {
    await fixture.edit(rules(content));
    expect(await order()).toBe(expected);
  });

  it.each([
    ['before an entry that is not there', rule('d', place('before', 'z')), 'bad-attribute'],
    ['before nothing', rule('d', place('before')), 'missing-attribute'],
    ['beside', rule('d', place('beside', 'a')), 'bad-attribute'],
    [
      'first, for an entry that is deleted',
      rule('a', `${place('first')} nc:operation="delete"`),
      'bad-attribute',
    ],
  ])('%s is refused', async (_, content, tag) => {
    const { errors } = await fixture.refusal(editOf(rules(content)));
    expect(errors.map((error) => error.tag)).toContain(tag);
    expect(await order()).toBe('abc');
  });

  it('missing-instance is told for the entry that is not there (RFC 7950 §15.7)', async () => {
    const { errors } = await fixture.refusal(editOf(rules(rule('d', place('after', 'z')))));
    expect(errors).toMatchObject([{ tag: 'bad-attribute', appTag: 'missing-instance' }]);
  });
});
