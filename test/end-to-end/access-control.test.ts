import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Agent } from '../support/agent.js';
import { config, ethernet, ipShSessions, namespaces, timers } from '../support/config-xml.js';
import { Ncclient } from '../support/ncclient.js';

const NACM = 'urn:ietf:params:xml:ns:yang:ietf-netconf-acm';
const PASSWORD = 'open sesame';

const userXml = (name: string): string =>
  `<user><name>${name}</name><password>$0$${PASSWORD}</password></user>`;

/** One agent; `admin` has all rights, `ops` is in the group ops, `guest` in no group. */
let agent: Agent;
let client: Ncclient;

beforeAll(async () => {
  agent = await Agent.start({ args: ['--recovery-user', 'rescue'] });
  client = new Ncclient();
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

describe('rules', () => {
  const eth0 = "/if:interfaces/if:interface[if:name='eth0']";
  const description = '/if:interfaces/if:interface/if:description';

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
    await client.refusal('edit-config', edit('guest', described('eth0', 'x')));
    await client.refusal('edit-config', edit('guest', ethernet('eth8')));
    expect(await counter('denied-data-writes')).toBe(before + 2);
    expect(await counter('denied-notifications')).toBe(0);
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
