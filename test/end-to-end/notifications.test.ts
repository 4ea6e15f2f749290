import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Agent } from '../support/agent.js';
import { Bird } from '../support/bird.js';
import { config, ethernet, ipShSessions, namespaces, timers } from '../support/config-xml.js';
import { Ncclient } from '../support/ncclient.js';
import { NamespacePair } from '../support/netns.js';
import { waitFor } from '../support/wait-for.js';

const NCN = 'urn:ietf:params:xml:ns:yang:ietf-netconf-notifications';
const nothing =
  `<interfaces xmlns="${namespaces.if}" nc:operation="remove"/>` +
  `<routing xmlns="${namespaces.rt}" nc:operation="remove"/>`;
const session = (attributes = '') =>
  ipShSessions({ interface: 'eth0', destination: '192.0.2.2', leaves: timers(100_000), attributes });

/** Takes notifications until one contains `text`; answers all that came. */
async function takeUntil(client: Ncclient, text: string): Promise<string[]> {
  const taken: string[] = [];
  for (;;) {
    const notification = await client.text('take-notification');
    taken.push(notification);
    if (notification.includes(text)) return taken;
  }
}

const time = (text: string): number => Date.parse(/<eventTime>(.+?)<\/eventTime>/.exec(text)?.[1] ?? '');

const leaf = (name: string, text: string): string | undefined =>
  new RegExp(`<${name}(?: [^>]*)?>([^<]*)</${name}>`).exec(text)?.[1];

describe('subscriptions of ncclient', () => {
  let pair: NamespacePair;
  let agent: Agent;
  let client: Ncclient;
  let other: Ncclient;

  beforeAll(async () => {
    pair = await NamespacePair.create();
    agent = await Agent.start({ namespace: pair.left.name });
  });

  afterAll(async () => {
    await agent.dispose();
    await pair.dispose();
  });

  beforeEach(async () => {
    [client, other] = [new Ncclient(pair.left.name), new Ncclient(pair.left.name)];
    await client.call('connect', agent.login);
    await other.call('connect', agent.login);
  });

  afterEach(async () => {
    await client.close();
    await change(nothing);
    await other.close();
  });

  async function change(...parts: readonly string[]): Promise<void> {
    await other.call('edit-config', { config: config(...parts) });
    await other.call('commit');
  }

  it('the hello announces notification and interleave', async () => {
    const { capabilities } = await client.connect({ ...agent.login, session: 'second' });
    expect(capabilities).toContain('urn:ietf:params:netconf:capability:notification:1.0');
    expect(capabilities).toContain('urn:ietf:params:netconf:capability:interleave:1.0');
    expect(capabilities.join('\n')).toContain('module=ietf-netconf-notifications&revision=2012-02-06');
  });

  it('the list of streams has NETCONF with replay', async () => {
    const streams = await client.text('get', {
      subtree: '<netconf xmlns="urn:ietf:params:xml:ns:netmod:notification"><streams/></netconf>',
    });
    expect(streams).toContain('<name>NETCONF</name>');
    expect(streams).toContain('<replaySupport>true</replaySupport>');
    expect(streams).toMatch(/<replayLogCreationTime>\d{4}-/);
    expect(streams).not.toContain('replayLogAgedTime');
  });

  it('a commit is told with who made it and what it changed', async () => {
    await client.call('create-subscription');
    await change(ethernet('eth0'), session());
    const told = (await takeUntil(client, 'netconf-config-change')).at(-1) ?? '';
    expect(told).toContain('<username>admin</username>');
    expect(told).toContain('<source-host>127.0.0.1</source-host>');
    expect(told).toContain('<datastore>running</datastore>');
    expect(told).toMatch(/<target[^>]*>\/if:interfaces\/if:interface\[if:name='eth0'\]<\/target>/);
    expect(told).toMatch(/<target[^>]*>\/rt:routing.*control-plane-protocol\[.*<\/target>/);
    expect(told.match(/<operation>create<\/operation>/g)).toHaveLength(2);
    expect(Math.abs(time(told) - Date.now())).toBeLessThan(10_000);
  });

  it('a commit that changes nothing is not told', async () => {
    await client.call('create-subscription', { stream_name: 'NETCONF' });
    await other.call('commit');
    expect(await client.call('take-notification', { timeout: 0.5 })).toBeNull();
  });

  it('requests are answered while a subscription is active, and the reply comes before what it causes', async () => {
    await client.call('create-subscription');
    await client.call('edit-config', { config: config(ethernet('eth7')) });
    await client.call('commit');
    expect(await client.text('get-config', { source: 'running' })).toContain('eth7');
    expect((await takeUntil(client, 'eth7')).at(-1)).toContain('netconf-config-change');
  });

  it('sessions that begin, close and are killed are told', async () => {
    await client.call('create-subscription');
    const { sessionId: thirdId } = await other.connect({ ...agent.login, session: 'third' });
    const { sessionId: fourthId } = await other.connect({ ...agent.login, session: 'fourth' });
    await other.call('close', { session: 'third' });
    await other.call('kill-session', { id: fourthId });
    const told = await takeUntil(client, 'killed');
    expect(told[0]).toContain(`<session-id>${thirdId}</session-id>`);
    expect(told[0]).toContain('netconf-session-start');
    expect(told.join('')).toMatch(
      new RegExp(`<session-id>${thirdId}</session-id>.*<termination-reason>closed</termination-reason>`),
    );
    expect(told.at(-1)).toContain(`<session-id>${fourthId}</session-id>`);
    expect(told.at(-1)).toMatch(/<killed-by>\d+<\/killed-by><termination-reason>killed</);
  });

  it.each([
    {
      name: 'a subtree filter',
      filter: { subtree: `<netconf-session-end xmlns="${NCN}"/>` },
    },
    {
      name: 'a subtree filter with a content match',
      filter: {
        subtree: `<netconf-session-end xmlns="${NCN}"><termination-reason>closed</termination-reason></netconf-session-end>`,
      },
    },
    {
      name: 'an XPath filter',
      filter: {
        xpath: "/ncn:netconf-session-end[ncn:termination-reason='closed']",
        namespaces: { ncn: NCN },
      },
    },
  ])('$name selects what is sent, whole', async ({ filter }) => {
    await client.call('create-subscription', filter);
    await change(ethernet('eth1'));
    await other.call('connect', { ...agent.login, session: 'third' });
    await other.call('close', { session: 'third' });
    const told = await client.text('take-notification');
    expect(told).toContain('<netconf-session-end');
    expect(told).toContain('<username>admin</username>');
    expect(await client.call('take-notification', { timeout: 0.2 })).toBeNull();
  });

  it('an XPath filter on the edits finds the commits that touch a node', async () => {
    const xpath = "/ncn:netconf-config-change[contains(ncn:edit/ncn:target, 'eth2')]";
    await client.call('create-subscription', { xpath, namespaces: { ncn: NCN } });
    await change(ethernet('eth1'));
    await change(ethernet('eth2'));
    const told = await client.text('take-notification');
    expect(told).toContain("if:name='eth2'");
    expect(told).not.toContain("if:name='eth1'");
  });

  const past = '2020-01-01T00:00:00Z';
  const future = '2099-01-01T00:00:00+02:00';
  it.each([
    {
      name: 'a stream that does not exist',
      args: { stream_name: 'SNMP' },
      tag: 'invalid-value',
      bad: undefined,
    },
    { name: 'a start in the future', args: { start_time: future }, tag: 'bad-element', bad: 'startTime' },
    {
      name: 'a stop before the start',
      args: { start_time: past, stop_time: '2019-12-31T23:59:59Z' },
      tag: 'bad-element',
      bad: 'stopTime',
    },
    { name: 'a time that is none', args: { start_time: 'yesterday' }, tag: 'bad-element', bad: 'startTime' },
    {
      name: 'an XPath filter with an unknown prefix',
      args: { xpath: '/x:y', namespaces: { z: 'urn:z' } },
      tag: 'invalid-value',
      bad: undefined,
    },
    {
      name: 'an XPath filter that is none',
      args: { xpath: '/ncn:netconf-session-end[', namespaces: { ncn: NCN } },
      tag: 'invalid-value',
      bad: undefined,
    },
  ])('$name is refused, and the session can subscribe then', async ({ args, tag, bad }) => {
    const refusal = await client.refusal('create-subscription', args);
    expect(refusal.tag).toBe(tag);
    expect(refusal.errors[0]?.type).toBe('protocol');
    expect(/<bad-element[^>]*>(.*)<\/bad-element>/.exec(refusal.errors[0]?.info ?? '')?.[1]).toBe(bad);
    await client.call('create-subscription');
  });

  it.each([
    {
      // ncclient itself refuses to send it.
      name: 'a stop without a start',
      content: `<stopTime>${future}</stopTime>`,
      tag: 'missing-element',
      info: '<bad-element>startTime</bad-element>',
    },
    {
      name: 'a parameter that is not known',
      content: '<speed>1</speed>',
      tag: 'unknown-element',
      info: '<bad-element>speed</bad-element>',
    },
    {
      name: 'a filter of an unknown type',
      content: '<filter type="regex"/>',
      tag: 'bad-attribute',
      info: '<bad-attribute>type</bad-attribute>',
    },
  ])('$name is refused', async ({ content, tag, info }) => {
    const rpc = `<create-subscription xmlns="urn:ietf:params:xml:ns:netconf:notification:1.0">${content}</create-subscription>`;
    const refusal = await client.refusal('dispatch', { rpc });
    expect(refusal.tag).toBe(tag);
    expect(refusal.errors[0]?.info?.replaceAll(/ xmlns="[^"]*"/g, '')).toContain(info);
  });

  it('a second subscription of a session is refused, the first goes on', async () => {
    await client.call('create-subscription');
    expect((await client.refusal('create-subscription')).tag).toBe('in-use');
    await change(ethernet('eth3'));
    expect((await takeUntil(client, 'eth3')).at(-1)).toContain('netconf-config-change');
  });

  it('what happened before is replayed, then what happens is sent', async () => {
    const start = new Date().toISOString();
    await change(ethernet('eth4'));
    await client.call('create-subscription', { start_time: start });
    const replayed = await takeUntil(client, 'replayComplete');
    expect(replayed.join('')).toContain('eth4');
    expect(replayed.every((each) => time(each) >= Date.parse(start))).toBe(true);
    await change(ethernet('eth5'));
    const live = await takeUntil(client, 'eth5');
    expect(live.join('')).not.toContain('eth4');
  });

  it('a stop time in the past ends the subscription after the replay, and another can be made', async () => {
    const start = new Date().toISOString();
    await change(ethernet('eth6'));
    const stop = new Date().toISOString();
    await client.call('create-subscription', { start_time: start, stop_time: stop });
    const taken = await takeUntil(client, 'notificationComplete');
    expect(taken.at(-2)).toContain('replayComplete');
    expect(taken.join('')).toContain('eth6');
    await client.call('create-subscription');
  });

  it('a stop time that comes ends the subscription, not the session', async () => {
    const start = new Date().toISOString();
    const stop = new Date(Date.now() + 1500).toISOString();
    await client.call('create-subscription', { start_time: start, stop_time: stop });
    await takeUntil(client, 'replayComplete');
    const last = (await takeUntil(client, 'notificationComplete')).at(-1) ?? '';
    expect(time(last)).toBeGreaterThanOrEqual(Date.parse(stop));
    expect(await client.text('get-config', { source: 'running' })).toContain('<data');
  });

  it('notifications are counted', async () => {
    await client.call('create-subscription');
    await change(ethernet('eth8'));
    await takeUntil(client, 'eth8');
    const counted = await client.text('get', {
      subtree:
        '<netconf-state xmlns="urn:ietf:params:xml:ns:yang:ietf-netconf-monitoring"><statistics><out-notifications/></statistics></netconf-state>',
    });
    expect(Number(/<out-notifications>(\d+)</.exec(counted)?.[1])).toBeGreaterThan(0);
  });

  it('replay goes back to before a restart, also one by kill -9', async () => {
    const start = new Date().toISOString();
    await change(ethernet('eth9'));
    await change(nothing);
    await agent.child.stop('SIGKILL');
    await agent.resume();
    await client.call('connect', { ...agent.login, session: 'again' });
    await client.call('create-subscription', { start_time: start, session: 'again' });
    const taken: string[] = [];
    while (!taken.at(-1)?.includes('replayComplete')) {
      taken.push(await client.text('take-notification', { session: 'again' }));
    }
    expect(taken.filter((each) => each.includes('netconf-config-change'))).toHaveLength(2);
    await other.call('connect', agent.login);
  });
});

describe('a BFD session with BIRD', () => {
  let pair: NamespacePair;
  let agent: Agent;
  let client: Ncclient;
  let bird: Bird;

  beforeEach(async () => {
    pair = await NamespacePair.create();
    agent = await Agent.start({ namespace: pair.left.name });
    client = new Ncclient(pair.left.name);
    await client.call('connect', agent.login);
    bird = await Bird.start(
      pair.right,
      `protocol bfd {
  interface "eth0" { min rx interval 100 ms; min tx interval 100 ms; multiplier 3; };
  neighbor 192.0.2.1 dev "eth0" local 192.0.2.2;
}`,
    );
  });

  afterEach(async () => {
    await client.close();
    await agent.dispose();
    await bird.stop();
    await pair.dispose();
  });

  it('every change of its state is told, with all that RFC 9314 has of it', async () => {
    const filter = {
      xpath: '/sh:singlehop-notification',
      namespaces: { sh: namespaces['bfd-ip-sh'] },
    };
    await client.call('create-subscription', filter);
    await client.call('edit-config', { config: config(ethernet('eth0'), session()) });
    await client.call('commit');
    const up = (await takeUntil(client, '<new-state>up<')).at(-1) ?? '';
    const state = await waitFor(async () => {
      const text = await client.text('get', {
        xpath: '/rt:routing//sh:session',
        namespaces: { rt: namespaces.rt, sh: namespaces['bfd-ip-sh'] },
      });
      return text.includes('<local-state>up<') ? text : undefined;
    }, 'session up');
    expect(leaf('local-discr', up)).toBe(leaf('local-discriminator', state));
    expect(leaf('remote-discr', up)).toBe(leaf('remote-discriminator', state));
    expect(leaf('session-index', up)).toBe(leaf('session-index', state));
    expect(leaf('state-change-reason', up)).toBe('none');
    expect(leaf('dest-addr', up)).toBe('192.0.2.2');
    expect(leaf('source-addr', up)).toBe('192.0.2.1');
    expect(leaf('interface', up)).toBe('eth0');
    expect(leaf('echo-enabled', up)).toBe('false');
    expect(leaf('path-type', up)).toBe('bfd-types:path-ip-sh');

    await pair.cut();
    const down = (await takeUntil(client, '<new-state>down<')).at(-1) ?? '';
    expect(leaf('state-change-reason', down)).toBe('path-down');
    expect(leaf('time-of-last-state-change', down)).toBe(leaf('eventTime', up));
  });
});
