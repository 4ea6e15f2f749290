import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Agent } from '../support/agent.js';
import { config, ethernet, ipShSessions, namespaces } from '../support/config-xml.js';
import type { Hello, Ncclient } from '../support/ncclient.js';
import { NetconfFixture } from '../support/netconf-fixture.js';

let fixture: NetconfFixture;
let agent: Agent;
let client: Ncclient;
let hello: Hello;

beforeAll(async () => {
  fixture = await NetconfFixture.start();
  ({ agent, client, hello } = fixture);
});

afterAll(() => fixture.dispose());

const xmlns = {
  nmda: 'urn:ietf:params:xml:ns:yang:ietf-netconf-nmda',
  ds: 'urn:ietf:params:xml:ns:yang:ietf-datastores',
  or: 'urn:ietf:params:xml:ns:yang:ietf-origin',
  yanglib: 'urn:ietf:params:xml:ns:yang:ietf-yang-library',
  ncm: 'urn:ietf:params:xml:ns:yang:ietf-netconf-monitoring',
} as const;

const interfacesFilter = `<subtree-filter><interfaces xmlns="${namespaces.if}"/></subtree-filter>`;
const datastoreLeaf = (name: string) =>
  `<datastore xmlns="${xmlns.nmda}" xmlns:ds="${xmlns.ds}">${name}</datastore>`;

const getData = (datastore: string, parameters = '') => ({
  rpc: `<get-data xmlns="${xmlns.nmda}" xmlns:or="${xmlns.or}">${datastoreLeaf(`ds:${datastore}`)}${parameters}</get-data>`,
});

const editData = (datastore: string, content: string, parameters = '') => ({
  rpc: `<edit-data xmlns="${xmlns.nmda}" xmlns:nc="${namespaces.nc}">${datastoreLeaf(`ds:${datastore}`)}${parameters}
    <config>${content}</config></edit-data>`,
});

/** What `<get-data>` answers inside `<data>`. */
async function data(datastore: string, parameters = ''): Promise<string> {
  const reply = await client.text('dispatch', getData(datastore, parameters));
  expect(reply).toContain(`<data xmlns="${xmlns.nmda}"`);
  return /<data[^>]*>(.*)<\/data>/su.exec(reply)?.[1] ?? '';
}

/** The interface of that name in a reply. */
function interfaceIn(xml: string, name: string): string {
  const entries = xml.match(/<interface(?: [^>]*)?>.*?<\/interface>/gsu) ?? [];
  return entries.find((entry) => entry.includes(`<name>${name}</name>`)) ?? '';
}

const idOf = (list: readonly string[]) => list.find((uri) => uri.includes(':yang-library:1.1?'));

const operation = (name: string, parameter: string, datastore: string) => ({
  rpc: `<${name} xmlns="${namespaces.nc}"><${parameter}>${datastoreLeaf(datastore)}</${parameter}></${name}>`,
});

const getSchema = (name: string, format: string) => ({
  rpc: `<get-schema xmlns="${xmlns.ncm}"><identifier>${name}</identifier><format>${format}</format></get-schema>`,
});

const twoInterfaces = ethernet('eth0', '<description>uplink</description>');

beforeEach(async () => {
  await client.call('edit-config', {
    config: config(twoInterfaces, ipShSessions({ interface: 'eth0', destination: '192.0.2.1' })),
  });
  await client.call('commit');
});

afterEach(async () => {
  await client.call('discard-changes');
  await client.call('delete-config', { target: 'startup' });
  await client.call('edit-config', {
    config: config(
      `<interfaces xmlns="${namespaces.if}" nc:operation="remove"/><routing xmlns="${namespaces.rt}" nc:operation="remove"/>`,
    ),
  });
  await client.call('commit');
});

describe('the YANG library', () => {
  it('has every datastore, all with the one schema', async () => {
    const xml = await data(
      'operational',
      `<subtree-filter><yang-library xmlns="${xmlns.yanglib}"><datastore/></yang-library></subtree-filter>`,
    );
    const found = [...xml.matchAll(/ds:(\w+)<\/name><schema>(\w+)</gu)].map(
      ([, name, schema]) => `${name} ${schema}`,
    );
    expect(found).toEqual(
      ['running', 'candidate', 'startup', 'intended', 'operational'].map((name) => `${name} complete`),
    );
  });

  it('has the content-id that the hello told', async () => {
    const xml = await data(
      'operational',
      `<subtree-filter><yang-library xmlns="${xmlns.yanglib}"><content-id/></yang-library></subtree-filter>`,
    );
    const id = /<content-id>(\w+)</u.exec(xml)?.[1];
    expect(hello.capabilities).toContain(
      `urn:ietf:params:netconf:capability:yang-library:1.1?revision=2019-01-04&content-id=${id}`,
    );
  });

  it('has another content-id with other modules', async () => {
    const toys = new URL('../support/yang', import.meta.url).pathname;
    const other = await Agent.start({ namespace: fixture.namespace, args: ['--extra-modules', toys] });
    try {
      const { capabilities } = await client.connect({ ...other.login, session: 'other' });
      expect(idOf(capabilities)).toMatch(/content-id=\w+$/u);
      expect(idOf(capabilities)).not.toBe(idOf(hello.capabilities));
    } finally {
      await other.dispose();
    }
  });

  it('names the deviations of a module, and the older modules-state too', async () => {
    const xml = await data(
      'operational',
      `<subtree-filter><yang-library xmlns="${xmlns.yanglib}"><module-set><module><name>ietf-routing</name></module></module-set></yang-library></subtree-filter>`,
    );
    expect(xml).toContain('<deviation>bfd-agent-deviations</deviation>');
    const old = await data(
      'operational',
      `<subtree-filter><modules-state xmlns="${xmlns.yanglib}"/></subtree-filter>`,
    );
    expect(old).toContain('<name>ietf-bfd-ip-sh</name>');
  });

  it('is told of by modules for datastores, origins and the operations', () => {
    for (const name of [
      'ietf-netconf-nmda',
      'ietf-origin',
      'ietf-datastores',
      'ietf-netconf-with-defaults',
    ]) {
      expect(hello.capabilities.some((uri) => uri.includes(`?module=${name}&`))).toBe(true);
    }
    expect(hello.capabilities.join('\n')).toMatch(/with-operational-defaults:1\.0\?basic-mode=report-all/u);
  });
});

describe('get-data', () => {
  it.each(['running', 'intended', 'candidate', 'operational'])('reads %s', async (datastore) => {
    const xml = await data(datastore, interfacesFilter);
    expect(interfaceIn(xml, 'eth0')).toContain('<description>uplink</description>');
    expect(xml).not.toContain('192.0.2.1');
  });

  it('reads startup', async () => {
    expect(await data('startup')).toBe('');
    await client.call('copy-config', { source: 'running', target: 'startup' });
    expect(await data('startup')).toBe(await data('running'));
  });

  it('has state in operational alone', async () => {
    expect(await data('operational', interfacesFilter)).toContain('<oper-status>');
    expect(await data('running')).not.toContain('oper-status');
  });

  it('selects by XPath, with the prefixes of the element', async () => {
    const filter = `<xpath-filter xmlns:i="${namespaces.if}">/i:interfaces/i:interface[i:name='eth0']/i:description</xpath-filter>`;
    const xml = await data('running', filter);
    expect(xml).toMatch(/<name>eth0<\/name><description>uplink<\/description><\/interface>/u);
    expect(xml).not.toContain('<type');
  });

  it('answers nothing where a filter selects nothing', async () => {
    expect(
      await data('running', `<xpath-filter xmlns:i="${namespaces.if}">/i:interfaces/i:none</xpath-filter>`),
    ).toBe('');
  });

  it.each([
    [1, /^<interfaces [^>]*\/>$/u],
    [2, /<interface><name>eth0<\/name><\/interface>/u],
    [3, /<name>eth0<\/name><description>uplink<\/description><type/u],
  ])('to the depth of %i', async (depth, expected) => {
    expect(await data('running', `${interfacesFilter}<max-depth>${depth}</max-depth>`)).toMatch(expected);
  });

  it('to any depth: unbounded', async () => {
    expect(await data('running', `${interfacesFilter}<max-depth>unbounded</max-depth>`)).toBe(
      await data('running', interfacesFilter),
    );
  });

  it('counts the depth from every node that is selected, also from those inside others', async () => {
    const filter = `<xpath-filter xmlns:i="${namespaces.if}">/i:interfaces | //i:description</xpath-filter>`;
    const xml = await data('running', `${filter}<max-depth>1</max-depth>`);
    expect(interfaceIn(xml, 'eth0')).toBe(
      '<interface><name>eth0</name><description>uplink</description></interface>',
    );
  });

  it('config-filter true: configuration alone', async () => {
    const xml = await data('operational', `${interfacesFilter}<config-filter>true</config-filter>`);
    expect(xml).toContain('<description>uplink</description>');
    expect(xml).not.toContain('oper-status');
  });

  it('config-filter false: state alone, with the keys of what it lies in', async () => {
    const xml = await data('operational', `${interfacesFilter}<config-filter>false</config-filter>`);
    expect(interfaceIn(xml, 'eth0')).toMatch(/<name>eth0<\/name><oper-status>/u);
    expect(xml).not.toContain('uplink');
    expect(await data('running', '<config-filter>false</config-filter>')).toBe('');
  });

  it.each([
    ['', '<local-multiplier>3</local-multiplier>'],
    ['report-all', '<local-multiplier>3</local-multiplier>'],
    ['report-all-tagged', 'default="true">3</local-multiplier>'],
  ])('operational, with-defaults "%s": defaults that are in use', async (mode, expected) => {
    const parameter = mode === '' ? '' : `<with-defaults>${mode}</with-defaults>`;
    expect(await data('operational', parameter)).toContain(expected);
  });

  it.each(['explicit', 'trim'])('operational, with-defaults "%s": none', async (mode) => {
    expect(await data('operational', `<with-defaults>${mode}</with-defaults>`)).not.toContain(
      'local-multiplier',
    );
  });

  it('of a configuration, with-defaults: explicit where there is none', async () => {
    expect(await data('running')).not.toContain('local-multiplier');
    for (const datastore of ['running', 'candidate']) {
      const all = await data(datastore, '<with-defaults>report-all</with-defaults>');
      expect(all).toContain('<local-multiplier>3</local-multiplier>');
    }
  });
});

describe('origins', () => {
  it('are told where they are asked for', async () => {
    const xml = await data('operational', `${interfacesFilter}<with-origin/>`);
    expect(xml).toMatch(/^<interfaces [^>]*or:origin="or:intended"/u);
    const configured = interfaceIn(xml, 'eth0');
    expect(configured).toMatch(/^<interface><name>eth0<\/name><description>uplink/u);
    expect(configured).toContain('<enabled or:origin="or:default">true</enabled>');
    expect(configured).toMatch(/<oper-status>/u);
    expect(interfaceIn(xml, 'lo')).toMatch(/^<interface or:origin="or:system"><name>lo<\/name>/u);
    expect(await data('operational', interfacesFilter)).not.toContain('origin');
  });

  it.each([
    ['<origin-filter>or:system</origin-filter>', ['lo'], ['eth0', 'enabled']],
    ['<origin-filter>or:default</origin-filter>', ['eth0', 'enabled'], ['lo', 'uplink']],
    ['<origin-filter>or:intended</origin-filter>', ['eth0', 'uplink'], ['lo', 'enabled']],
    [
      '<origin-filter>or:system</origin-filter><origin-filter>or:default</origin-filter>',
      ['lo', 'enabled'],
      ['uplink'],
    ],
    ['<origin-filter>or:origin</origin-filter>', ['lo', 'enabled', 'uplink'], []],
    ['<origin-filter>or:learned</origin-filter>', [], ['lo', 'enabled', 'uplink']],
    ['<negated-origin-filter>or:system</negated-origin-filter>', ['eth0', 'uplink', 'enabled'], ['lo']],
    [
      '<negated-origin-filter>or:intended</negated-origin-filter><negated-origin-filter>or:system</negated-origin-filter>',
      ['enabled'],
      ['uplink', 'lo'],
    ],
  ])('choose configuration: %s', async (filter, there, absent) => {
    const xml = await data('operational', `${interfacesFilter}<config-filter>true</config-filter>${filter}`);
    for (const text of there) expect(xml).toMatch(new RegExp(`>${text}<|<${text}`, 'u'));
    for (const text of absent) expect(xml).not.toMatch(new RegExp(`>${text}<|<${text}`, 'u'));
  });

  it('do not concern state', async () => {
    const xml = await data('operational', `${interfacesFilter}<origin-filter>or:learned</origin-filter>`);
    expect(interfaceIn(xml, 'eth0')).toMatch(/<name>eth0<\/name><oper-status>/u);
    expect(xml).not.toContain('uplink');
  });
});

describe('get-data refuses', () => {
  it.each([
    ['an unknown datastore', getData('nonsense'), 'invalid-value'],
    ['an abstract datastore', getData('conventional'), 'invalid-value'],
    ['no datastore', { rpc: `<get-data xmlns="${xmlns.nmda}"/>` }, 'missing-element'],
    [
      'a datastore of no namespace',
      { rpc: `<get-data xmlns="${xmlns.nmda}"><datastore>running</datastore></get-data>` },
      'invalid-value',
    ],
    ['the origin of what has none', getData('running', '<with-origin/>'), 'invalid-value'],
    [
      'an origin filter on what has none',
      getData('intended', '<origin-filter>or:system</origin-filter>'),
      'unknown-element',
    ],
    [
      'an unknown origin',
      getData('operational', '<origin-filter>or:nobody</origin-filter>'),
      'invalid-value',
    ],
    [
      'both kinds of origin filters',
      getData(
        'operational',
        '<origin-filter>or:system</origin-filter><negated-origin-filter>or:system</negated-origin-filter>',
      ),
      'bad-element',
    ],
    ['a depth of 0', getData('running', '<max-depth>0</max-depth>'), 'invalid-value'],
    ['a depth that is too great', getData('running', '<max-depth>65536</max-depth>'), 'invalid-value'],
    ['a depth that is no number', getData('running', '<max-depth>deep</max-depth>'), 'invalid-value'],
    [
      'config-filter that is no boolean',
      getData('running', '<config-filter>all</config-filter>'),
      'invalid-value',
    ],
    [
      'a mode of defaults that is none',
      getData('running', '<with-defaults>some</with-defaults>'),
      'invalid-value',
    ],
    ['two filters', getData('running', '<subtree-filter/><xpath-filter>/</xpath-filter>'), 'bad-element'],
    ['XPath that is none', getData('running', '<xpath-filter>((</xpath-filter>'), 'invalid-value'],
    ['XPath that yields no nodes', getData('running', '<xpath-filter>1 + 1</xpath-filter>'), 'invalid-value'],
    ['what it does not know', getData('running', '<sorted/>'), 'unknown-element'],
  ])('%s', async (_, request, tag) => {
    expect((await client.refusal('dispatch', request)).tag).toBe(tag);
  });
});

describe('edit-data', () => {
  it('changes the candidate', async () => {
    await client.call('dispatch', editData('candidate', ethernet('eth5')));
    expect(await data('candidate', interfacesFilter)).toContain('eth5');
    expect(await data('running', interfacesFilter)).not.toContain('eth5');
    await client.call('commit');
    expect(await data('running', interfacesFilter)).toContain('eth5');
  });

  it('changes startup, and leaves it valid', async () => {
    await client.call('copy-config', { source: 'running', target: 'startup' });
    await client.call('dispatch', editData('startup', ethernet('eth6')));
    expect(await data('startup')).toContain('eth6');
    const dangling = ipShSessions({ interface: 'eth9', destination: '192.0.2.9' });
    expect((await client.refusal('dispatch', editData('startup', dangling))).tag).toBe('data-missing');
    expect(await data('startup')).not.toContain('192.0.2.9');
  });

  it('replaces where that is the default operation', async () => {
    const system = await data(
      'candidate',
      `<subtree-filter><system xmlns="${namespaces.sys}"/></subtree-filter>`,
    );
    await client.call(
      'dispatch',
      editData('candidate', ethernet('eth7') + system, '<default-operation>replace</default-operation>'),
    );
    const xml = await data('candidate');
    expect(xml).toContain('eth7');
    expect(xml).not.toContain('uplink');
  });

  it('takes all of an edit or nothing', async () => {
    const before = await data('candidate');
    const half = `<interfaces xmlns="${namespaces.if}"><interface><name>eth8</name></interface>
      <interface nc:operation="delete"><name>eth9</name></interface></interfaces>`;
    expect((await client.refusal('dispatch', editData('candidate', half))).tag).toBe('data-missing');
    expect(await data('candidate')).toBe(before);
  });

  it.each(['running', 'intended', 'operational', 'nonsense'])(
    'refuses %s: invalid-value',
    async (datastore) => {
      expect((await client.refusal('dispatch', editData(datastore, ethernet('eth5')))).tag).toBe(
        'invalid-value',
      );
    },
  );

  it.each([
    [
      'without content',
      `<edit-data xmlns="${xmlns.nmda}">${datastoreLeaf('ds:candidate')}</edit-data>`,
      'missing-element',
    ],
    [
      'with a URL',
      `<edit-data xmlns="${xmlns.nmda}">${datastoreLeaf('ds:candidate')}<url>file:///x</url></edit-data>`,
      'unknown-element',
    ],
    [
      'with an operation of its own',
      editData('candidate', '', '<default-operation>create</default-operation>').rpc,
      'invalid-value',
    ],
    [
      'with an error-option, which it has not',
      editData('candidate', '', '<error-option>stop-on-error</error-option>').rpc,
      'unknown-element',
    ],
  ])('refuses an edit %s', async (_, rpc, tag) => {
    expect((await client.refusal('dispatch', { rpc })).tag).toBe(tag);
  });

  it('is refused while another session holds the lock', async () => {
    await client.connect({ ...agent.login, session: 'other' });
    await client.call('lock', { target: 'candidate', session: 'other' });
    expect((await client.refusal('dispatch', editData('candidate', ethernet('eth5')))).tag).toBe('in-use');
    await client.call('close', { session: 'other' });
  });
});

describe('lock, unlock and validate by datastore', () => {
  it.each(['ds:candidate', 'ds:running', 'ds:startup'])('%s', async (datastore) => {
    await client.call('dispatch', operation('lock', 'target', datastore));
    const again = await client.refusal('dispatch', operation('lock', 'target', datastore));
    expect(again.tag).toBe('lock-denied');
    await client.call('dispatch', operation('unlock', 'target', datastore));
    expect(await client.text('dispatch', operation('validate', 'source', datastore))).toContain('ok');
  });

  it.each(['ds:operational', 'ds:intended', 'candidate'])('not %s: invalid-value', async (datastore) => {
    expect((await client.refusal('dispatch', operation('lock', 'target', datastore))).tag).toBe(
      'invalid-value',
    );
  });
});

describe('get-schema', () => {
  it.each(['ietf-bfd-ip-sh', 'ietf-netconf-nmda', 'bfd-agent-deviations', 'ietf-netconf'])(
    'gives %s in yin',
    async (name) => {
      const reply = await client.text('dispatch', getSchema(name, 'yin'));
      expect(reply).toContain(`&lt;module name="${name}"`);
      expect(reply).toContain('urn:ietf:params:xml:ns:yang:yin:1');
    },
  );

  it('lists every schema in both formats', async () => {
    const xml = await data(
      'operational',
      `<subtree-filter><netconf-state xmlns="${xmlns.ncm}"><schemas/></netconf-state></subtree-filter>`,
    );
    const count = (format: string) => xml.match(new RegExp(`<format>${format}</format>`, 'gu'))?.length;
    expect(count('yin')).toBe(count('yang'));
    expect(count('yin')).toBeGreaterThan(20);
  });

  it('refuses other formats', async () => {
    expect((await client.refusal('dispatch', getSchema('ietf-bfd', 'rng'))).tag).toBe('invalid-value');
  });
});
