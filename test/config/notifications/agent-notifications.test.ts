import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Filter } from '../../../src/config/config-service.js';
import type { LostSession } from '../../../src/config/commit/health-gate.js';
import type { EventNotification } from '../../../src/config/notification-source.js';
import type { AgentEvent } from '../../../src/config/notifications/agent-event.js';
import { notificationContent } from '../../../src/config/notifications/notification-content.js';
import { interfaceXml, multihopXml, sessionXml } from '../../support/agent-xml.js';
import { emptyWorkspace } from '../../support/agent-workspace.js';
import { edit, openTestAgent, REQUESTER, type TestAgent } from '../../support/test-agent.js';
import { multihop, singleHop } from '../../support/configured-sessions.js';
import { xmlElement } from '../../support/xml-element.js';
import { sessionReport } from '../../link/recording-control.js';

const NCN = 'urn:ietf:params:xml:ns:yang:ietf-netconf-notifications';
const SH = 'urn:ietf:params:xml:ns:yang:ietf-bfd-ip-sh';
const KEY = 'ip-sh/eth0/192.0.2.1';
const session = { sessionId: 7, user: 'a<b', sourceHost: '2001:db8::1' };

let agent: TestAgent;
let heard: EventNotification[];

beforeEach(async () => {
  agent = await openTestAgent();
  heard = [];
  agent.config.notifications.onNotification((notification) => heard.push(notification));
});

afterEach(() => agent.close());

async function commit(xml: string): Promise<void> {
  await agent.config.editConfig('candidate', edit(xml), { ...REQUESTER, sourceHost: '192.0.2.9' });
  const done = await agent.config.commit({ ...REQUESTER, sourceHost: '192.0.2.9' });
  expect(done.ok).toBe(true);
}

/** Leaves of a notification by name; of several of one name the last. */
function leaves(xml: string): Record<string, string> {
  return Object.fromEntries(
    Array.from(xml.matchAll(/<([\w-]+)[^>]*>([^<]*)<\//g), ([, name, value]) => [name, value]),
  );
}

const change = (to: 'down' | 'up', timeMs: number) =>
  ({
    type: 'state-change',
    key: KEY,
    timeMs,
    from: to === 'up' ? 'init' : 'up',
    to,
    localDiagnostic: to === 'up' ? 0 : 1,
    previousChangeMs: timeMs - 1000,
    sourceAddress: '192.0.2.2',
    report: { ...sessionReport(KEY), localDiscriminator: 17, remoteDiscriminator: 34 },
  }) as const;

const subtree = (content: string): Filter => ({
  type: 'subtree',
  element: xmlElement(`<filter xmlns="urn:ietf:params:xml:ns:netconf:notification:1.0">${content}</filter>`),
});

const lostSession = (at: number): LostSession =>
  at % 2 === 0
    ? {
        key: `ip-sh/eth${at}/192.0.2.1`,
        type: 'ip-sh',
        instance: 'main',
        entryKeys: { interface: `eth${at}`, 'dest-addr': '192.0.2.1' },
        state: 'admin-down',
        diagnostic: 7,
      }
    : {
        key: `ip-mh/192.0.2.1/2001:db8::${at}`,
        type: 'ip-mh',
        instance: 'main',
        entryKeys: { 'source-addr': '192.0.2.1', 'dest-addr': `2001:db8::${at}` },
        state: undefined,
        diagnostic: undefined,
      };

const events: readonly AgentEvent[] = [
  { type: 'session-start', timeMs: 0, session },
  { type: 'session-end', timeMs: 0, session, reason: 'killed', killedBy: 9 },
  { type: 'session-end', timeMs: 0, session, reason: 'bad-hello', killedBy: null },
  { type: 'config-change', timeMs: 0, by: session, edits: [] },
  { type: 'config-change', timeMs: 0, by: null, edits: [{ target: null, operation: 'merge' }] },
  {
    type: 'config-change',
    timeMs: 0,
    by: null,
    edits: [
      {
        target: {
          text: "/i:interfaces/i:interface[i:name='a&b']",
          namespaces: new Map([['i', 'urn:ietf:params:xml:ns:yang:ietf-interfaces']]),
        },
        operation: 'delete',
      },
    ],
  },
  { type: 'confirmed-commit', timeMs: 0, event: 'start', session, timeoutSeconds: 600 },
  { type: 'confirmed-commit', timeMs: 0, event: 'timeout', session, timeoutSeconds: null },
  { type: 'session-state', timeMs: 0, session: singleHop('192.0.2.1'), change: change('up', 5000) },
  {
    type: 'session-state',
    timeMs: 0,
    session: multihop('192.0.2.9', '203.0.113.1'),
    change: change('down', 6000),
  },
  { type: 'health-gate', timeMs: 0, commit: {}, health: { watched: 3, lost: [] } },
  {
    type: 'health-gate',
    timeMs: 0,
    commit: { number: 7, label: 'a & b' },
    health: { watched: 3, lost: [lostSession(0), lostSession(1)] },
  },
  {
    type: 'capability-change',
    timeMs: 0,
    added: ['urn:a?module=a&revision=2026-01-01'],
    deleted: ['urn:b'],
    modified: [],
  },
];

describe('the content of notifications', () => {
  it.each(events)('of $type follows its schema: %j', (event) => {
    const { context } = emptyWorkspace();
    const parsed = context.parseNotification(notificationContent(event));
    expect(parsed.ok ? [] : parsed.error.map(({ message }) => message)).toEqual([]);
  });

  it('of a time-out of a confirmed commit names no session', () => {
    const [timeout = ''] = events
      .filter((event) => event.type === 'confirmed-commit' && event.event === 'timeout')
      .map((event) => notificationContent(event));
    expect(leaves(timeout)).toEqual({ 'confirm-event': 'timeout' });
  });
});

describe('the notification of a health check that failed', () => {
  it('names a bounded number of sessions, and how many there are', () => {
    const lost = Array.from({ length: 300 }, (_, at) => lostSession(at));
    const xml = notificationContent({
      type: 'health-gate',
      timeMs: 0,
      commit: {},
      health: { watched: 300, lost },
    });
    expect(xml).toContain('<lost-sessions>300</lost-sessions>');
    expect(xml.match(/<lost-session>/gu)).toHaveLength(256);
  });
});

describe('what the agent tells', () => {
  it('a commit: who, from where, and what', async () => {
    await commit(interfaceXml('eth0'));
    expect(heard).toHaveLength(1);
    expect(leaves(heard[0]?.xml ?? '')).toMatchObject({
      username: 'admin',
      'session-id': '1',
      'source-host': '192.0.2.9',
      datastore: 'running',
      target: "/if:interfaces/if:interface[if:name='eth0']",
      operation: 'create',
    });
  });

  it('nothing of a commit that changes nothing, or is refused', async () => {
    await agent.config.commit(REQUESTER);
    await agent.config.editConfig('candidate', edit(sessionXml({ dest: '224.0.0.1' })), REQUESTER);
    expect((await agent.config.commit(REQUESTER)).ok).toBe(false);
    expect(heard).toEqual([]);
  });

  it('a state of a BFD session, after the commit that made the session', async () => {
    agent.engine.beforeAnswer = () => agent.engine.tell(change('up', 5000));
    await commit(interfaceXml('eth0') + sessionXml({ dest: '192.0.2.1' }));
    await agent.config.stop();
    expect(heard.map(({ xml }) => /^<([\w-]+)/.exec(xml)?.[1])).toEqual([
      'netconf-config-change',
      'singlehop-notification',
    ]);
    expect(heard[1]?.timeMs).toBe(5000);
    expect(leaves(heard[1]?.xml ?? '')).toEqual({
      'local-discr': '17',
      'remote-discr': '34',
      'new-state': 'up',
      'state-change-reason': 'none',
      'time-of-last-state-change': '1970-01-01T00:00:04.000Z',
      'dest-addr': '192.0.2.1',
      'source-addr': '192.0.2.2',
      'session-index': '17',
      'path-type': 'bfd-types:path-ip-sh',
      interface: 'eth0',
      'echo-enabled': 'false',
    });
  });

  it('a state of a BFD session over several hops', async () => {
    await commit(multihopXml({ source: '192.0.2.9', dest: '203.0.113.1' }));
    agent.engine.tell({ ...change('down', 5000), key: 'ip-mh/192.0.2.9/203.0.113.1' });
    await agent.config.stop();
    expect(heard[1]?.xml).toMatch(/^<multihop-notification /u);
    expect(leaves(heard[1]?.xml ?? '')).toEqual({
      'local-discr': '17',
      'remote-discr': '34',
      'new-state': 'down',
      'state-change-reason': 'control-expiry',
      'time-of-last-state-change': '1970-01-01T00:00:04.000Z',
      'dest-addr': '203.0.113.1',
      'source-addr': '192.0.2.2',
      'session-index': '17',
      'path-type': 'bfd-types:path-ip-mh',
    });
  });

  it('nothing of a BFD session that is not configured', async () => {
    agent.engine.tell(change('down', 5000));
    await agent.config.stop();
    expect(heard).toEqual([]);
  });
});

describe('filters', () => {
  const notifications = events.map((event) => ({ timeMs: 0, xml: notificationContent(event) }));
  const xpath = (select: string): Filter => ({
    type: 'xpath',
    select,
    namespaces: new Map([
      ['n', NCN],
      ['sh', SH],
      ['mh', 'urn:ietf:params:xml:ns:yang:ietf-bfd-ip-mh'],
    ]),
  });

  it.each([
    { name: 'nothing', filter: subtree(''), selected: [] },
    { name: 'a notification', filter: subtree(`<netconf-session-end xmlns="${NCN}"/>`), selected: [1, 2] },
    { name: 'one without namespace', filter: subtree('<netconf-session-start/>'), selected: [0] },
    {
      name: 'a value',
      filter: subtree(
        `<netconf-session-end xmlns="${NCN}"><termination-reason>killed</termination-reason></netconf-session-end>`,
      ),
      selected: [1],
    },
    {
      name: 'either of two',
      filter: subtree(`<netconf-session-start xmlns="${NCN}"/><singlehop-notification xmlns="${SH}"/>`),
      selected: [0, 8],
    },
    {
      name: 'a value in canonical form',
      filter: subtree(
        `<netconf-session-start xmlns="${NCN}"><source-host>2001:DB8:0::1</source-host></netconf-session-start>`,
      ),
      selected: [0],
    },
    { name: 'XPath', filter: xpath('/n:netconf-session-end'), selected: [1, 2] },
    { name: 'XPath with a predicate', filter: xpath("/sh:*[sh:new-state='up']"), selected: [8] },
    {
      name: 'XPath of several hops',
      filter: xpath('/mh:multihop-notification[mh:path-type]'),
      selected: [9],
    },
    { name: 'XPath anywhere', filter: xpath("//n:session-id[. = '7']"), selected: [0, 1, 2, 3, 6] },
    {
      name: 'XPath, a union',
      filter: xpath('/n:netconf-config-change/n:edit | //sh:interface'),
      selected: [4, 5, 8],
    },
  ])('$name', async ({ filter, selected }) => {
    const matches = await agent.config.notifications.matches(notifications, filter);
    expect(matches).toEqual({ ok: true, value: notifications.map((_, index) => selected.includes(index)) });
  });

  it.each(['/x:y', '/n:netconf-session-end[', '1 + 1', ''])('"%s" is refused', async (select) => {
    const checked = await agent.config.notifications.checkFilter(xpath(select));
    expect(checked).toMatchObject({ ok: false, error: [{ tag: 'invalid-value' }] });
  });

  it('find the changes of what lies in a protocol instance, whose type is an identity', async () => {
    await commit(interfaceXml('eth0') + sessionXml({ dest: '192.0.2.1' }));
    await commit(sessionXml({ dest: '192.0.2.1', op: 'delete' }));
    const matches = await agent.config.notifications.matches(
      heard,
      subtree(`<netconf-config-change xmlns="${NCN}"/>`),
    );
    expect(matches).toEqual({ ok: true, value: [true, true] });
  });

  it('what the schema does not know is selected by none, and harms nothing', async () => {
    const unknown = { timeMs: 0, xml: '<gone xmlns="urn:gone"/>' };
    const matches = await agent.config.notifications.matches([unknown, ...notifications], xpath('/n:*'));
    expect(matches).toMatchObject({
      ok: true,
      value: [false, ...notifications.map(({ xml }) => xml.includes(`xmlns="${NCN}"`))],
    });
  });
});
