import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Agent } from '../support/agent.js';
import { config, ethernet, ipShSessions, namespaces, timers } from '../support/config-xml.js';
import { Ncclient } from '../support/ncclient.js';
import { NamespacePair } from '../support/netns.js';

const NACM = 'urn:ietf:params:xml:ns:yang:ietf-netconf-acm';
const PASSWORD = 'open sesame';

const userXml = (name: string): string =>
  `<user><name>${name}</name><password>$0$${PASSWORD}</password></user>`;

/** One agent; `admin` has all rights, `ops` is in the group ops, `guest` in no group. */
let pair: NamespacePair;
let agent: Agent;
let client: Ncclient;

beforeAll(async () => {
  // Of its own: another engine of the machine may have the BFD port.
  pair = await NamespacePair.create();
  agent = await Agent.start({ namespace: pair.left.name, args: ['--recovery-user', 'rescue'] });
  client = new Ncclient(pair.left.name);
  await client.call('connect', { ...agent.login, session: 'admin' });
  const users = ['ops', 'guest', 'rescue'].map(userXml).join('');
  await commit(
    `<system xmlns="${namespaces.sys}"><authentication>${users}</authentication></system>`,
    ethernet('eth0'),
    ethernet('eth1'),
  );
  for (const name of ['ops', 'guest', 'rescue']) {
    await client.call('connect', { ...agent.login, user: name, password: PASSWORD, session: name });
  }
}, 60_000);

afterAll(async () => {
  await client.close();
  await agent.dispose();
  await pair.dispose();
});

/** Commits as admin. */
async function commit(...parts: readonly string[]): Promise<void> {
  for (const part of parts) await client.call('edit-config', { session: 'admin', config: wrap(part) });
  await client.call('commit', { session: 'admin' });
}

/** `<config>`, for one or several top-level elements. */
function wrap(xml: string): string {
  return config(xml);
}

interface Rule {
  readonly action: 'permit' | 'deny';
  readonly what?: string;
  readonly module?: string;
  readonly operations?: string;
}

const path = (text: string): string =>
  `<path xmlns:if="${namespaces.if}" xmlns:rt="${namespaces.rt}" xmlns:sys="${namespaces.sys}" xmlns:nacm="${NACM}">${text}</path>`;
const about = (name: string): string => `<notification-name>${name}</notification-name>`;
const rpc = (name: string): string => `<rpc-name>${name}</rpc-name>`;

/** Makes these the rules of the group ops, which has the user ops, and sets leaves of /nacm. */
async function rules(list: readonly Rule[], leaves = ''): Promise<void> {
  const entries = list.map(
    ({ action, what = '', module = '*', operations = '*' }, index) =>
      `<rule><name>r${index}</name><module-name>${module}</module-name>${what}` +
      `<access-operations>${operations}</access-operations><action>${action}</action></rule>`,
  );
  const own = `<rule-list nc:operation="replace"><name>ops</name><group>ops</group>${entries.join('')}</rule-list>`;
  await commit(
    `<nacm xmlns="${NACM}"><enable-nacm nc:operation="remove"/><read-default nc:operation="remove"/>
     <write-default nc:operation="remove"/><exec-default nc:operation="remove"/></nacm>`,
    `<nacm xmlns="${NACM}">${leaves}<groups><group><name>ops</name><user-name>ops</user-name></group></groups>${own}</nacm>`,
  );
}

const described = (name: string, text: string): string =>
  `<interfaces xmlns="${namespaces.if}"><interface><name>${name}</name><description>${text}</description></interface></interfaces>`;

const removed = (name: string): string =>
  `<interfaces xmlns="${namespaces.if}"><interface nc:operation="delete"><name>${name}</name></interface></interfaces>`;

const edit = (session: string, xml: string, options: Record<string, unknown> = {}) => ({
  session,
  config: wrap(xml),
  ...options,
});

async function read(session: string, args: Record<string, unknown> = {}): Promise<string> {
  return client.text('get-config', { session, source: 'running', ...args });
}

/** Discards what a test left in the candidate. */
async function clean(): Promise<void> {
  await client.call('discard-changes', { session: 'admin' });
}

/** Value of a counter of /nacm. */
async function counter(name: string): Promise<number> {
  const state = await client.text('get', { session: 'admin', subtree: `<nacm xmlns="${NACM}"/>` });
  return Number(new RegExp(`<${name}>(\\d+)<`, 'u').exec(state)?.[1]);
}

const passwordFilter = (value: string): string =>
  `<system xmlns="${namespaces.sys}"><authentication><user><password>${value}</password></user></authentication></system>`;

describe('a new installation', () => {
  it('gives admin everything', async () => {
    const all = await read('admin');
    expect(all).toContain('permit-all');
    expect(all).toContain('<password>$6$');
  });

  it('lets everybody read the configuration', async () => {
    expect(await read('guest')).toContain('<name>eth0</name>');
  });

  it('lets everybody read the state', async () => {
    const state = await client.text('get', { session: 'guest' });
    expect(state).toContain('<platform>');
    expect(state).toContain('<yang-library');
  });

  it('shows no password hashes', async () => {
    const all = await read('guest');
    expect(all).toContain('<name>admin</name>');
    expect(all).not.toContain('<password>');
    expect(await client.text('get', { session: 'guest' })).not.toContain('$6$');
  });

  it('shows no access rules', async () => {
    expect(await read('guest')).not.toContain('nacm');
    expect(await client.text('get', { session: 'guest' })).not.toContain('denied-operations');
  });

  it.each([
    ['password', `//sys:password`],
    ['part of a hash', `//sys:user[starts-with(sys:password, '$6$')]`],
    ['access rules', '/nacm:nacm'],
  ])('has no XPath filter that tells of a %s', async (_, xpath) => {
    const found = await read('guest', { xpath, namespaces: { sys: namespaces.sys, nacm: NACM } });
    expect(found).not.toMatch(/<user>|<password>|nacm:/u);
  });

  it('has no subtree filter that tells of a password', async () => {
    const hash = /<password>([^<]+)<\/password>/u.exec(await read('admin'))?.[1] ?? '';
    expect(await read('admin', { subtree: passwordFilter(hash) })).toContain(hash);
    expect(await read('guest', { subtree: passwordFilter(hash) })).not.toContain('<user>');
  });

  it('lets nobody else change anything', async () => {
    const refusal = await client.refusal('edit-config', edit('guest', described('eth0', 'mine')));
    expect(refusal.tag).toBe('access-denied');
    expect(refusal.errors[0]?.path).toContain("/if:interface[if:name='eth0']/if:description");
    expect(refusal.errors[0]?.type).toBe('application');
  });

  it.each([
    ['a new entry', ethernet('eth9')],
    ['an entry that goes', removed('eth0')],
    ['a container that goes', `<interfaces xmlns="${namespaces.if}" nc:operation="remove"/>`],
    ['a replacement', `<interfaces xmlns="${namespaces.if}" nc:operation="replace"/>`],
    ['BFD', ipShSessions({ interface: 'eth0', destination: '192.0.2.1', leaves: timers(300_000) })],
    [
      'a user',
      `<system xmlns="${namespaces.sys}"><authentication><user><name>me</name></user></authentication></system>`,
    ],
    ['access control', `<nacm xmlns="${NACM}"><enable-nacm>false</enable-nacm></nacm>`],
  ])('refuses %s of others', async (_, xml) => {
    const before = await read('admin', { source: 'candidate' });
    expect((await client.refusal('edit-config', edit('guest', xml))).tag).toBe('access-denied');
    expect(await read('admin', { source: 'candidate' })).toBe(before);
  });

  it('does not mind an edit that changes nothing', async () => {
    const before = await read('admin');
    await client.call('edit-config', edit('guest', ethernet('eth0')));
    await client.call('commit', { session: 'guest' });
    expect(await read('admin')).toBe(before);
  });

  it('lets nobody else kill a session', async () => {
    const refusal = await client.refusal('kill-session', { session: 'guest', id: '4000000' });
    expect(refusal.tag).toBe('access-denied');
    expect((await client.refusal('kill-session', { session: 'admin', id: '4000000' })).tag).toBe(
      'invalid-value',
    );
  });

  it('lets nobody else delete a configuration', async () => {
    const refusal = await client.refusal('delete-config', { session: 'guest', target: 'candidate' });
    expect(refusal.tag).toBe('access-denied');
  });

  it('lets everybody lock, validate, discard and close', async () => {
    await client.call('lock', { session: 'guest', target: 'candidate' });
    await client.call('validate', { session: 'guest' });
    await client.call('unlock', { session: 'guest', target: 'candidate' });
    await client.call('connect', { ...agent.login, user: 'guest', password: PASSWORD, session: 'second' });
    await client.call('close', { session: 'second' });
    expect((await client.refusal('unlock', { session: 'guest', target: 'candidate' })).tag).toBe(
      'operation-failed',
    );
  });

  it('does not let others commit what somebody with rights has edited', async () => {
    await client.call('edit-config', edit('admin', described('eth0', 'from admin')));
    const refusal = await client.refusal('commit', { session: 'guest' });
    expect(refusal.tag).toBe('access-denied');
    expect(refusal.errors[0]?.path).toContain('if:description');
    expect(await read('admin')).not.toContain('from admin');
    await clean();
  });

  it('leaves the recovery user alone', async () => {
    expect(await read('rescue')).toContain('<password>$6$');
    await client.call('edit-config', edit('rescue', described('eth1', 'rescued')));
    await client.call('commit', { session: 'rescue' });
    expect(await read('admin')).toContain('rescued');
  });
});

const eth0 = "/if:interfaces/if:interface[if:name='eth0']";
const description = '/if:interfaces/if:interface/if:description';

describe('rules', () => {
  it('take effect at once in sessions that are open', async () => {
    await rules([]);
    expect((await client.refusal('edit-config', edit('ops', described('eth0', 'a')))).tag).toBe(
      'access-denied',
    );
    await rules([{ action: 'permit' }]);
    await client.call('edit-config', edit('ops', described('eth0', 'a')));
    await client.call('commit', { session: 'ops' });
    expect(await read('guest')).toContain('<description>a</description>');
    await rules([]);
    expect((await client.refusal('edit-config', edit('ops', described('eth0', 'b')))).tag).toBe(
      'access-denied',
    );
  });

  it('permit the write of one leaf, in candidate and commit', async () => {
    await rules([{ action: 'permit', what: path(description) }]);
    await client.call('edit-config', edit('ops', described('eth0', 'one leaf')));
    await client.call('commit', { session: 'ops' });
    expect(await read('guest')).toContain('one leaf');
    const refusal = await client.refusal(
      'edit-config',
      edit(
        'ops',
        `<interfaces xmlns="${namespaces.if}"><interface><name>eth0</name><enabled>false</enabled></interface></interfaces>`,
      ),
    );
    expect(refusal.errors[0]?.path).toMatch(/if:enabled$/u);
  });

  it('permit one entry of a list', async () => {
    await rules([{ action: 'permit', what: path(eth0) }]);
    await client.call('edit-config', edit('ops', described('eth0', 'entry')));
    expect((await client.refusal('edit-config', edit('ops', described('eth1', 'x')))).tag).toBe(
      'access-denied',
    );
    await client.call('commit', { session: 'ops' });
  });

  it('permit the entry that is named as the user', async () => {
    await commit(ethernet('ops'));
    await rules([{ action: 'permit', what: path('/if:interfaces/if:interface[if:name=$USER]') }]);
    await client.call('edit-config', edit('ops', described('ops', 'my own')));
    expect((await client.refusal('edit-config', edit('ops', described('eth0', 'x')))).tag).toBe(
      'access-denied',
    );
    await clean();
    await commit(removed('ops'));
  });

  it.each([
    ['create', ethernet('eth7'), removed('eth0')],
    ['update', described('eth0', 'updated'), ethernet('eth7')],
    ['delete', removed('eth1'), described('eth0', 'updated')],
  ])('tell %s from the other kinds of writing', async (operations, permitted, refused) => {
    await commit(described('eth0', 'before'));
    await rules([{ action: 'permit', what: path('/if:interfaces'), operations: `read ${operations}` }]);
    await client.call('edit-config', edit('ops', permitted));
    expect((await client.refusal('edit-config', edit('ops', refused))).tag).toBe('access-denied');
    await clean();
  });

  it('ask for create where a replacement makes something, and for delete where it drops something', async () => {
    const replacement = `<interfaces xmlns="${namespaces.if}" nc:operation="replace"><interface><name>eth0</name>
      <type xmlns:ianaift="urn:ietf:params:xml:ns:yang:iana-if-type">ianaift:ethernetCsmacd</type></interface></interfaces>`;
    await rules([{ action: 'permit', what: path('/if:interfaces'), operations: 'create update' }]);
    const refusal = await client.refusal('edit-config', edit('ops', replacement));
    expect(refusal.errors[0]?.message).toContain('delete');
    await rules([{ action: 'permit', what: path('/if:interfaces') }]);
    await client.call('edit-config', edit('ops', replacement));
    await clean();
  });

  it('do not tell of the existence of what may not be created or deleted', async () => {
    await rules([]);
    for (const name of ['eth0', 'nowhere']) {
      const created = `<interfaces xmlns="${namespaces.if}"><interface nc:operation="create"><name>${name}</name></interface></interfaces>`;
      expect((await client.refusal('edit-config', edit('ops', created))).tag).toBe('access-denied');
      expect((await client.refusal('edit-config', edit('ops', removed(name)))).tag).toBe('access-denied');
    }
  });

  it('do not tell of the value of what may not be read', async () => {
    await commit(described('eth0', 'secret'));
    await rules([{ action: 'deny', what: path(description), operations: 'read' }]);
    for (const guess of ['secret', 'wrong']) {
      expect((await client.refusal('edit-config', edit('ops', described('eth0', guess)))).tag).toBe(
        'access-denied',
      );
    }
    await client.call('edit-config', edit('guest', described('eth0', 'secret')));
  });

  it('with continue-on-error refuse only what may not be changed', async () => {
    await rules([{ action: 'permit', what: path(eth0) }]);
    const both = `<interfaces xmlns="${namespaces.if}">
      <interface><name>eth0</name><description>mine</description></interface>
      <interface><name>eth1</name><description>not mine</description></interface></interfaces>`;
    const refusal = await client.refusal(
      'edit-config',
      edit('ops', both, { error_option: 'continue-on-error', test_option: 'set' }),
    );
    expect(refusal.errors.map(({ tag }) => tag)).toEqual(['access-denied']);
    const candidate = await read('admin', { source: 'candidate' });
    expect(candidate).toContain('<description>mine</description>');
    expect(candidate).not.toContain('not mine');
    await clean();
  });

  it('hide entries from reading, with all that is in them', async () => {
    await rules([{ action: 'deny', what: path(eth0) }]);
    const shown = await read('ops');
    expect(shown).not.toContain('eth0');
    expect(shown).toContain('<name>eth1</name>');
    expect(await read('guest')).toContain('<name>eth0</name>');
  });

  it('hide a leaf from reading, in configuration and in state', async () => {
    await rules([{ action: 'deny', what: path(description), operations: 'read' }]);
    expect(await read('ops')).not.toContain('<description>');
    const state = await client.text('get', {
      session: 'ops',
      subtree: `<interfaces xmlns="${namespaces.if}"/>`,
    });
    expect(state).toContain('<oper-status>');
    expect(state).not.toContain('<description>');
  });

  it('hide an entry whose key may not be read', async () => {
    await rules([{ action: 'deny', what: path('/if:interfaces/if:interface/if:name'), operations: 'read' }]);
    expect(await read('ops')).not.toContain('<interface>');
  });

  it('show what leads to something that is permitted by its path, and no more', async () => {
    await rules([
      { action: 'permit', what: path(`${eth0}/if:description`) },
      { action: 'deny', what: path('/') },
    ]);
    const shown = await read('ops');
    expect(shown).toMatch(
      /<interface>\s*<name>eth0<\/name>\s*<description>[^<]*<\/description>\s*<\/interface>/u,
    );
    expect(shown).not.toContain('eth1');
    expect(shown).not.toContain('<system');
  });

  it('hide a whole module', async () => {
    await rules([{ action: 'deny', module: 'ietf-system' }]);
    expect(await read('ops')).not.toContain('<system');
    expect(await read('ops')).toContain('<interfaces');
  });

  it('go by their order', async () => {
    await rules([
      { action: 'permit', what: path(eth0) },
      { action: 'deny', what: path('/if:interfaces') },
    ]);
    expect(await read('ops')).toContain('eth0');
    await rules([
      { action: 'deny', what: path('/if:interfaces') },
      { action: 'permit', what: path(eth0) },
    ]);
    expect(await read('ops')).not.toContain('eth0');
  });

  it('open what a module keeps back', async () => {
    await rules([{ action: 'permit', what: path('/sys:system/sys:authentication/sys:user/sys:password') }]);
    expect(await read('ops')).toContain('<password>$6$');
    expect(await read('ops')).not.toContain('nacm');
  });

  it('do not let a reader without rights copy secrets away', async () => {
    await rules([{ action: 'permit', operations: 'create update' }, { action: 'deny' }]);
    expect(
      (await client.refusal('copy-config', { session: 'ops', source: 'running', target: 'candidate' })).tag,
    ).toBe('access-denied');
  });

  it('refuse operations', async () => {
    await rules([{ action: 'deny', what: rpc('get-config') }]);
    expect((await client.refusal('get-config', { session: 'ops', source: 'running' })).tag).toBe(
      'access-denied',
    );
    await client.call('get', { session: 'ops' });
    expect(await read('guest')).toContain('eth0');
  });

  it('refuse operations by their module', async () => {
    await rules([{ action: 'deny', module: 'ietf-netconf-monitoring', operations: 'exec' }]);
    const refusal = await client.refusal('get-schema', { session: 'ops', identifier: 'ietf-netconf' });
    expect(refusal.tag).toBe('access-denied');
  });

  it('permit kill-session', async () => {
    await rules([{ action: 'permit', what: rpc('kill-session') }]);
    expect((await client.refusal('kill-session', { session: 'ops', id: '4000000' })).tag).toBe(
      'invalid-value',
    );
  });

  it('never refuse close-session', async () => {
    await rules([{ action: 'deny' }]);
    await client.call('connect', { ...agent.login, user: 'ops', password: PASSWORD, session: 'third' });
    expect((await client.refusal('get', { session: 'third' })).tag).toBe('access-denied');
    await client.call('close', { session: 'third' });
  });

  it('are none for a user of no group, those for everybody neither', async () => {
    await commit(
      `<nacm xmlns="${NACM}"><rule-list><name>everybody</name><group>*</group>
       <rule><name>all</name><action>permit</action></rule></rule-list></nacm>`,
    );
    expect((await client.refusal('edit-config', edit('guest', described('eth0', 'x')))).tag).toBe(
      'access-denied',
    );
    await commit(
      `<nacm xmlns="${NACM}"><rule-list nc:operation="delete"><name>everybody</name></rule-list></nacm>`,
    );
  });

  it.each([
    ['an unknown node', '/if:nonsense'],
    ['no absolute path', 'if:interfaces'],
    ['a search', '//if:interface'],
  ])('refuse a path that is %s', async (_, text) => {
    const xml = `<nacm xmlns="${NACM}"><rule-list><name>bad</name><rule><name>a</name>${path(text)}<action>deny</action></rule></rule-list></nacm>`;
    expect((await client.refusal('edit-config', edit('admin', xml))).tag).toBe('invalid-value');
  });
});

const NMDA = 'urn:ietf:params:xml:ns:yang:ietf-netconf-nmda';
const DATASTORES = 'urn:ietf:params:xml:ns:yang:ietf-datastores';
const datastoreLeaf = (name: string): string =>
  `<datastore xmlns="${NMDA}" xmlns:ds="${DATASTORES}">ds:${name}</datastore>`;

async function getData(session: string, datastore: string, parameters = ''): Promise<string> {
  const request = `<get-data xmlns="${NMDA}" xmlns:sys="${namespaces.sys}" xmlns:nacm="${NACM}"
    xmlns:or="urn:ietf:params:xml:ns:yang:ietf-origin">${datastoreLeaf(datastore)}${parameters}</get-data>`;
  return client.text('dispatch', { session, rpc: request });
}

const editData = (session: string, datastore: string, xml: string) => ({
  session,
  rpc: `<edit-data xmlns="${NMDA}" xmlns:nc="${namespaces.nc}">${datastoreLeaf(datastore)}<config>${xml}</config></edit-data>`,
});

/** Saves running as startup. */
async function save(session = 'admin'): Promise<void> {
  await client.call('copy-config', { session, source: 'running', target: 'startup' });
}

describe('get-data', () => {
  it.each(['running', 'candidate', 'startup', 'intended', 'operational'])(
    'shows neither password hashes nor access rules of %s',
    async (datastore) => {
      await save();
      expect(await getData('admin', datastore)).toContain('<password>$6$');
      const shown = await getData('guest', datastore);
      expect(shown).toContain('<name>eth0</name>');
      expect(shown).not.toMatch(/\$6\$|<password|<nacm/u);
    },
  );

  it.each([
    ['an XPath filter', '<xpath-filter>//sys:password | /nacm:nacm</xpath-filter>'],
    ['a condition', "<xpath-filter>//sys:user[starts-with(sys:password, '$6$')]</xpath-filter>"],
    ['a subtree filter', `<subtree-filter><nacm xmlns="${NACM}"/></subtree-filter>`],
    ['origins', '<xpath-filter>/nacm:nacm</xpath-filter><with-origin/>'],
    [
      'an origin filter',
      '<xpath-filter>//sys:password | /nacm:nacm</xpath-filter><origin-filter>or:intended</origin-filter>',
    ],
    ['a depth', '<xpath-filter>/nacm:nacm</xpath-filter><max-depth>1</max-depth>'],
    ['defaults', '<xpath-filter>/nacm:nacm</xpath-filter><with-defaults>report-all</with-defaults>'],
  ])('has nothing for %s that asks for what may not be read', async (_, parameters) => {
    expect(await getData('admin', 'operational', parameters)).toMatch(/<user>|<nacm/u);
    expect(await getData('guest', 'operational', parameters)).not.toMatch(/<user>|<password|<nacm/u);
  });

  it('with origins and a depth shows what may be read', async () => {
    await rules([{ action: 'deny', what: path(description), operations: 'read' }]);
    const shown = await getData('ops', 'operational', '<with-origin/><max-depth>3</max-depth>');
    expect(shown).toMatch(/origin="\w+:intended"/u);
    expect(shown).toContain('<name>eth0</name>');
    expect(shown).not.toContain('<description>');
  });

  it('hides by rules in every datastore', async () => {
    await save();
    await rules([{ action: 'deny', what: path(eth0) }]);
    for (const datastore of ['running', 'candidate', 'startup', 'intended', 'operational']) {
      const shown = await getData('ops', datastore);
      expect(shown).toContain('<name>eth1</name>');
      expect(shown).not.toContain('eth0');
    }
  });
});

describe('defaults', () => {
  const modes = ['report-all', 'report-all-tagged'];

  it.each(modes)('are hidden as set values are: %s', async (mode) => {
    await rules([
      { action: 'deny', what: path('/if:interfaces/if:interface/if:enabled'), operations: 'read' },
    ]);
    const withDefaults = { with_defaults: mode };
    const all = [
      (session: string) => read(session, withDefaults),
      (session: string) => client.text('get', { session, ...withDefaults }),
      (session: string) => getData(session, 'operational', `<with-defaults>${mode}</with-defaults>`),
      (session: string) => getData(session, 'startup', `<with-defaults>${mode}</with-defaults>`),
    ];
    await save();
    for (const shownTo of all) {
      expect(await shownTo('guest')).toMatch(/<enabled[^>]*>true/u);
      const shown = await shownTo('ops');
      expect(shown).toContain('<name>eth0</name>');
      expect(shown).not.toContain('<enabled');
    }
  });

  it('of access control are not shown', async () => {
    const shown = await read('guest', { with_defaults: 'report-all' });
    expect(shown).not.toContain('nacm');
  });
});

describe('changes of startup, and by edit-data', () => {
  it.each(['candidate', 'startup'])('edit-data of %s is refused as edit-config is', async (datastore) => {
    await save();
    await rules([]);
    const before = await getData('admin', datastore);
    for (const xml of [described('eth0', 'mine'), ethernet('eth9'), removed('eth1')]) {
      const refusal = await client.refusal('dispatch', editData('guest', datastore, xml));
      expect(refusal.tag).toBe('access-denied');
    }
    const after = await getData('admin', datastore);
    expect(after.replace(/message-id="[^"]*"/u, '')).toBe(before.replace(/message-id="[^"]*"/u, ''));
  });

  it('a rule permits a part of startup', async () => {
    await save();
    await rules([{ action: 'permit', what: path(eth0) }]);
    await client.call('dispatch', editData('ops', 'startup', described('eth0', 'at start')));
    expect(await read('admin', { source: 'startup' })).toContain('at start');
    const refused = editData('ops', 'startup', described('eth1', 'x'));
    expect((await client.refusal('dispatch', refused)).tag).toBe('access-denied');
  });

  it('everybody who may run copy-config may save running, with what he may not read', async () => {
    await client.call('delete-config', { session: 'admin', target: 'startup' });
    await save('guest');
    expect(await read('admin', { source: 'startup' })).toBe(await read('admin'));
    expect(await read('guest', { source: 'startup' })).not.toMatch(/<password|nacm/u);
  });

  it('nobody else copies anything else to startup', async () => {
    await save();
    const before = await read('admin', { source: 'startup' });
    await client.call('edit-config', edit('admin', described('eth0', 'not committed')));
    for (const source of ['<candidate/>', `<config>${ethernet('eth5')}</config>`]) {
      const copy = `<copy-config xmlns="${namespaces.nc}"><target><startup/></target><source>${source}</source></copy-config>`;
      const refusal = await client.refusal('dispatch', { session: 'guest', rpc: copy });
      expect(refusal.tag).toBe('access-denied');
    }
    expect(await read('admin', { source: 'startup' })).toBe(before);
    await clean();
  });

  it('startup is deleted only by whom a rule permits it', async () => {
    await save();
    const target = 'startup';
    expect((await client.refusal('delete-config', { session: 'guest', target })).tag).toBe('access-denied');
    expect(await read('admin', { source: target })).toContain('eth0');
    await rules([{ action: 'permit', what: rpc('delete-config') }]);
    await client.call('delete-config', { session: 'ops', target });
    expect(await read('admin', { source: target })).not.toContain('eth0');
  });

  it('changes that are refused are counted', async () => {
    const before = await counter('denied-data-writes');
    await client.refusal('dispatch', editData('guest', 'startup', ethernet('eth8')));
    expect(await counter('denied-data-writes')).toBe(before + 1);
  });
});

describe('rules about operations', () => {
  it.each([
    ['get-data', 'ietf-netconf-nmda', `<get-data xmlns="${NMDA}">${datastoreLeaf('running')}</get-data>`],
    ['edit-data', 'ietf-netconf-nmda', editData('', 'candidate', '').rpc],
    [
      'create-subscription',
      'notifications',
      '<create-subscription xmlns="urn:ietf:params:xml:ns:netconf:notification:1.0"/>',
    ],
  ])('hold for %s of %s', async (name, module, xml) => {
    await rules([{ action: 'deny', module, what: rpc(name), operations: 'exec' }]);
    expect((await client.refusal('dispatch', { session: 'ops', rpc: xml })).tag).toBe('access-denied');
    await rules([{ action: 'deny', module, operations: 'exec' }]);
    expect((await client.refusal('dispatch', { session: 'ops', rpc: xml })).tag).toBe('access-denied');
  });
});

describe('notifications', () => {
  const CHANGE = 'netconf-config-change';
  let number = 0;

  /** Subscribes in a session of its own; answers its name. */
  async function subscribe(user: string, request: Record<string, unknown> = {}): Promise<string> {
    const session = `subscribed-${(number += 1)}`;
    const password = user === 'admin' ? {} : { password: PASSWORD };
    await client.call('connect', { ...agent.login, user, ...password, session });
    await client.call('create-subscription', { session, ...request });
    return session;
  }

  /** A change, then a session that begins: what the subscriber gets of them, up to the latter. */
  async function told(session: string): Promise<string[]> {
    await commit(described('eth1', `change ${(number += 1)}`));
    const taken: string[] = [];
    const last = `last-${number}`;
    await client.call('connect', { ...agent.login, session: last });
    for (;;) {
      const next = await client.call('take-notification', { session, timeout: 3 });
      if (typeof next !== 'string') return taken;
      taken.push(next);
      if (next.includes('netconf-session-start')) return taken;
    }
  }

  const changes = (list: readonly string[]): number => list.filter((text) => text.includes(CHANGE)).length;

  it('are sent to everybody where no rule says otherwise', async () => {
    await rules([]);
    const session = await subscribe('guest');
    expect(changes(await told(session))).toBe(1);
  });

  it('are withheld by name, and counted', async () => {
    await rules([{ action: 'deny', what: about(CHANGE), operations: 'read' }]);
    const session = await subscribe('ops');
    const before = await counter('denied-notifications');
    const list = await told(session);
    expect(changes(list)).toBe(0);
    expect(list.at(-1)).toContain('netconf-session-start');
    expect(await counter('denied-notifications')).toBe(before + 1);
  });

  it('are withheld by path and by module', async () => {
    const ncn = 'urn:ietf:params:xml:ns:yang:ietf-netconf-notifications';
    const what = `<path xmlns:ncn="${ncn}">/ncn:${CHANGE}</path>`;
    await rules([{ action: 'deny', what, operations: 'read' }]);
    expect(changes(await told(await subscribe('ops')))).toBe(0);
    await rules([{ action: 'deny', module: 'ietf-netconf-notifications', operations: 'read' }]);
    expect(await told(await subscribe('ops'))).toEqual([]);
  });

  it('go by the rules of when they are sent', async () => {
    await rules([]);
    const session = await subscribe('ops');
    expect(changes(await told(session))).toBe(1);
    await rules([{ action: 'deny', what: about(CHANGE), operations: 'read' }]);
    expect(changes(await told(session))).toBe(0);
  });

  it('are withheld from replay, whose end is told', async () => {
    await rules([{ action: 'deny', operations: 'read' }]);
    const session = await subscribe('ops', { start_time: '2020-01-01T00:00:00Z' });
    const first = await client.text('take-notification', { session });
    expect(first).toContain('replayComplete');
    expect(first).not.toContain(CHANGE);
    await rules([]);
    const again = await subscribe('ops', { start_time: '2020-01-01T00:00:00Z' });
    expect(await client.text('take-notification', { session: again })).not.toContain('replayComplete');
  });

  it('are withheld by read-default, not from the recovery user', async () => {
    await rules([], '<read-default>deny</read-default>');
    expect(await told(await subscribe('guest'))).toEqual([]);
    expect(changes(await told(await subscribe('rescue')))).toBe(1);
    await rules([]);
  });

  it('come from streams that are listed as far as they may be read', async () => {
    const streams = { subtree: '<netconf xmlns="urn:ietf:params:xml:ns:netmod:notification"/>' };
    await rules([{ action: 'deny', module: 'nc-notifications', operations: 'read' }]);
    expect(await client.text('get', { session: 'guest', ...streams })).toContain('<stream>');
    expect(await client.text('get', { session: 'ops', ...streams })).not.toContain('<stream>');
  });
});

describe('the leaves of /nacm', () => {
  it('read-default deny hides everything', async () => {
    await rules([], '<read-default>deny</read-default>');
    expect(await read('guest')).not.toContain('<interfaces');
    expect(await read('admin')).toContain('<interfaces');
  });

  it('write-default permit lets everybody write what no module protects', async () => {
    await rules([], '<write-default>permit</write-default>');
    await client.call('edit-config', edit('guest', described('eth0', 'from guest')));
    const user = `<system xmlns="${namespaces.sys}"><authentication><user><name>me</name></user></authentication></system>`;
    expect((await client.refusal('edit-config', edit('guest', user))).tag).toBe('access-denied');
    await clean();
  });

  it('exec-default deny leaves close-session', async () => {
    await rules([], '<exec-default>deny</exec-default>');
    expect((await client.refusal('get', { session: 'guest' })).tag).toBe('access-denied');
    await client.call('get', { session: 'admin' });
  });

  it('enable-nacm false lets everybody do everything', async () => {
    await rules([], '<enable-nacm>false</enable-nacm>');
    expect(await read('guest')).toContain('<password>$6$');
    await client.call('edit-config', edit('guest', described('eth0', 'free')));
    await clean();
    await rules([]);
    expect(await read('guest')).not.toContain('<password>');
  });

  it('count refused operations', async () => {
    const before = await counter('denied-operations');
    await client.refusal('delete-config', { session: 'guest', target: 'candidate' });
    expect(await counter('denied-operations')).toBe(before + 1);
  });

  it('count refused changes, one for each request', async () => {
    const before = await counter('denied-data-writes');
    const notifications = await counter('denied-notifications');
    await client.refusal('edit-config', edit('guest', described('eth0', 'x')));
    await client.refusal('edit-config', edit('guest', ethernet('eth8')));
    expect(await counter('denied-data-writes')).toBe(before + 2);
    expect(await counter('denied-notifications')).toBe(notifications);
  });

  it('can lock admin out, and the recovery user gets in', async () => {
    await commit(
      `<nacm xmlns="${NACM}"><groups><group nc:operation="delete"><name>admin</name></group></groups></nacm>`,
    );
    expect((await client.refusal('edit-config', edit('admin', described('eth0', 'x')))).tag).toBe(
      'access-denied',
    );
    const group = `<nacm xmlns="${NACM}"><groups><group><name>admin</name><user-name>admin</user-name></group></groups></nacm>`;
    await client.call('edit-config', edit('rescue', group));
    await client.call('commit', { session: 'rescue' });
    await client.call('edit-config', edit('admin', described('eth0', 'back')));
    await clean();
  });
});
