import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AgentPair, type Leaves } from '../support/agent-pair.js';
import { authenticationXml, keyChainXml, keyXml, multihopXml, sessionXml } from '../support/agent-xml.js';
import { waitFor } from '../support/wait-for.js';

const FAST = '<min-interval>100000</min-interval>';
const BFD_AGENT_BFD = 'urn:bfd-agent:yang:bfd-agent-bfd';

let pair: AgentPair;
beforeAll(async () => {
  pair = await AgentPair.start();
  await pair.left.client.call('create-subscription', {});
}, 60_000);
beforeEach(() => pair.clear());
afterAll(() => pair.dispose());

/** A single-hop session on each side, with the same content. */
async function sessions(left: string, right: string, content: string, ...more: string[]): Promise<void> {
  await pair.left.commit(...more, sessionXml({ dest: right, content: FAST + content }));
  await pair.right.commit(...more, sessionXml({ dest: left, content: FAST + content }));
}

function downs(...ends: readonly Leaves[]): (string | undefined)[] {
  return ends.map((end) => end['down-count']);
}

/** A multihop session that takes nothing of a TTL below 250, and sends with the given one. */
function multihop(source: string, dest: string, ttl: number): string {
  const content = `${FAST}<tx-ttl>${ttl}</tx-ttl><rx-ttl>250</rx-ttl>`;
  return multihopXml({ source, dest, content });
}

/** The next notification that the left agent sends and that is as wanted. */
async function notification(wanted: RegExp): Promise<string> {
  for (;;) {
    const xml = await pair.left.client.text('take-notification', { timeout: 10 });
    if (wanted.test(xml)) return xml;
  }
}

const secret = '<keystring>of both</keystring>';
function chain(keys: string): string {
  return keyChainXml('ring', keys);
}

describe('a single-hop session', () => {
  it.each([
    ['global IPv6 addresses', '2001:db8::1', '2001:db8::2'],
    ['link-local IPv6 addresses', 'fe80::1', 'fe80::2%eth0'],
  ])('between %s comes Up', async (_, left, right) => {
    await sessions(left, right, '');
    const [ours] = await pair.up({ 'detection-time': '300000' });
    expect(ours).toMatchObject({
      'dest-addr': right,
      'dest-port': '3784',
      'path-type': 'bfd-types:path-ip-sh',
    });
  });
});

describe('a multihop session', () => {
  it.each([
    ['192.0.2.1', '192.0.2.2'],
    ['2001:db8::1', '2001:db8::2'],
  ])('between %s and %s comes Up, and tells of it', async (left, right) => {
    const content = `${FAST}<rx-ttl>255</rx-ttl>`;
    await pair.left.commit(multihopXml({ source: left, dest: right, content }));
    await pair.right.commit(multihopXml({ source: right, dest: left, content }));
    const [ours] = await pair.up({ 'detection-time': '300000' });
    expect(ours).toMatchObject({ 'source-addr': left, 'dest-addr': right, 'dest-port': '4784' });
    expect(await notification(/<multihop-notification.*>up</su)).toContain(`>${right}</`);
  });

  it('goes Down when packets come from further away than it allows, and Up again in place', async () => {
    await pair.left.commit(multihop('192.0.2.1', '192.0.2.2', 255));
    await pair.right.commit(multihop('192.0.2.2', '192.0.2.1', 250));
    const [before] = await pair.up();
    await pair.right.commit(multihop('192.0.2.2', '192.0.2.1', 249));
    const down = await pair.left.until({ 'local-state': 'down' });
    expect(down).toMatchObject({
      'local-diagnostic': 'control-expiry',
      'record:verdict': 'packets-refused',
      'record:refused-for': 'ttl',
    });
    expect(await pair.left.engine()).toMatch(/<reason>ttl<\/reason><count>[1-9]/u);
    await pair.right.commit(multihop('192.0.2.2', '192.0.2.1', 255));
    const [after] = await pair.up();
    expect(after['local-discriminator']).toBe(before['local-discriminator']);
  });
});

describe('a session in the passive role', () => {
  const passive = `<role xmlns="${BFD_AGENT_BFD}">passive</role>`;

  it('waits for its peer', async () => {
    await pair.left.commit(sessionXml({ dest: '192.0.2.2', content: FAST + passive }));
    await new Promise((resolve) => {
      setTimeout(resolve, 1500);
    });
    expect(await pair.left.session()).toMatchObject({ 'local-state': 'down', 'send-packet-count': '0' });
    await pair.right.commit(sessionXml({ dest: '192.0.2.1', content: FAST }));
    await pair.up();
  });
});

describe('demand mode', () => {
  it('silences the peer while both are Up, and a poll that is not answered ends it', async () => {
    const demand = '<demand-enabled>true</demand-enabled>';
    await pair.left.commit(sessionXml({ dest: '192.0.2.2', content: FAST }));
    await pair.right.commit(sessionXml({ dest: '192.0.2.1', content: FAST + demand }));
    const [ours, theirs] = await pair.up();
    await pair.right.until({ 'detection-mode': 'demand-without-echo', 'demand-capability': 'true' });
    expect(ours['detection-mode']).toBe('async-without-echo');
    expect(downs(ours, theirs)).toEqual(['0', '0']);
    await pair.link.silence();
    try {
      await pair.right.until({ 'local-state': 'down', 'local-diagnostic': 'control-expiry' });
      await pair.left.until({ 'local-diagnostic': 'neighbor-down' });
    } finally {
      await pair.link.speak();
    }
    await pair.up();
  });
});

function echo(txUs: number, rxUs: number): string {
  return (
    `<echo xmlns="${BFD_AGENT_BFD}"><desired-min-echo-tx-interval>${txUs}</desired-min-echo-tx-interval>` +
    `<required-min-echo-rx-interval>${rxUs}</required-min-echo-rx-interval></echo>`
  );
}

describe('the Echo function', () => {
  it('runs as fast as the peer allows, and notices that packets do not come back', async () => {
    await pair.left.commit(sessionXml({ dest: '192.0.2.2', content: FAST + echo(50_000, 0) }));
    // It waits for long, so that it is not the one that notices.
    await pair.right.commit(sessionXml({ dest: '192.0.2.1', content: echo(0, 80_000) }));
    const [, theirs] = await pair.up();
    await pair.left.until({ 'detection-mode': 'async-with-echo', 'echo-tx-interval-in-use': '80000' });
    expect(theirs['detection-mode']).toBe('async-without-echo');
    await pair.link.silence();
    try {
      const down = await pair.left.until({ 'local-state': 'down' });
      expect(down['record:verdict']).toBe('echo-lost');
      expect(down['record:local-diagnostic']).toBe('echo-failed');
      const told = await notification(/<state-change-reason>echo-failed</u);
      expect(told).toContain('<echo-enabled>true</echo-enabled>');
    } finally {
      await pair.link.speak();
    }
  });
});

describe('authentication', () => {
  it.each([
    ['simple-password', 'cleartext', ''],
    ['keyed-md5', 'md5', ''],
    ['meticulous-keyed-md5', 'md5', '<meticulous>true</meticulous>'],
    ['keyed-sha1', 'sha-1', ''],
    ['meticulous-keyed-sha1', 'sha-1', '<meticulous>true</meticulous>'],
  ])('by %s lets a session come Up', async (type, algorithm, more) => {
    const keys = chain(keyXml({ id: 5, algorithm, secret }));
    await sessions('192.0.2.1', '192.0.2.2', authenticationXml('ring', more), keys);
    const ends = await pair.up({ 'remote-authentication-type': type });
    expect(ends.map((end) => end['remote-authenticated'])).toEqual(['true', 'true']);
  });

  it('with other secrets keeps it Down, and says so', async () => {
    const content = FAST + authenticationXml('ring');
    const ours = chain(keyXml({ secret }));
    const theirs = chain(keyXml({ secret: '<keystring>another</keystring>' }));
    await pair.left.commit(ours, sessionXml({ dest: '192.0.2.2', content }));
    await pair.right.commit(theirs, sessionXml({ dest: '192.0.2.1', content }));
    const refusal = /<reason>authentication-digest<\/reason><count>([1-9]\d*)</u;
    const isRefused = async (): Promise<true | undefined> =>
      refusal.test(await pair.left.engine()) || undefined;
    await waitFor(isRefused, 'packet that was refused for its digest');
    const session = await pair.left.session();
    expect(session).toMatchObject({ 'local-state': 'down' });
    expect(Number(session['receive-invalid-packet-count'])).toBeGreaterThan(0);
    await pair.right.commit(chain(keyXml({ secret })));
    await pair.up();
  });

  it('moves from one key to another without loss', async () => {
    const old = keyXml({ id: 1, secret });
    const next = keyXml({ id: 2, secret: '<keystring>of tomorrow</keystring>', algorithm: 'md5' });
    const acceptOnly = keyXml({
      id: 2,
      secret: '<keystring>of tomorrow</keystring>',
      algorithm: 'md5',
      lifetime:
        '<send-lifetime><end-date-time>2001-01-01T00:00:00Z</end-date-time></send-lifetime><accept-lifetime><always/></accept-lifetime>',
    });
    await sessions('192.0.2.1', '192.0.2.2', authenticationXml('ring'), chain(old));
    await pair.up({ 'remote-authentication-type': 'keyed-sha1' });
    const ends = [pair.left, pair.right];
    const key = (op: string, id: number): string =>
      chain(keyXml({ id, secret: '', op }).replace(/<crypto.*m>/u, ''));
    for (const end of ends) await end.commit(chain(acceptOnly));
    for (const end of ends) {
      await end.commit(
        chain(
          next.replace(
            '<crypto',
            '<lifetime xmlns:nc="urn:ietf:params:xml:ns:netconf:base:1.0" nc:operation="remove"/><crypto',
          ),
        ),
      );
    }
    for (const end of ends) await end.commit(key('delete', 1));
    const [left, right] = await pair.up({ 'remote-authentication-type': 'keyed-md5' });
    expect(downs(left, right)).toEqual(['0', '0']);
  });

  it('moves from one key to another when the time of the keys comes, without loss', async () => {
    const at = new Date(Date.now() + 6000).toISOString();
    const from = `<send-accept-lifetime><start-date-time>${at}</start-date-time></send-accept-lifetime>`;
    const until = `<send-accept-lifetime><end-date-time>${at}</end-date-time></send-accept-lifetime>`;
    const tolerance = '<accept-tolerance><duration>5</duration></accept-tolerance>';
    const keys =
      tolerance +
      keyXml({ id: 1, secret, algorithm: 'md5', lifetime: until }) +
      keyXml({ id: 2, secret, lifetime: from });
    await sessions('192.0.2.1', '192.0.2.2', authenticationXml('ring'), chain(keys));
    await pair.up({ 'remote-authentication-type': 'keyed-md5' });
    const ends = await pair.up({ 'remote-authentication-type': 'keyed-sha1' });
    expect(downs(...ends)).toEqual(['0', '0']);
  });

  it('without a key that is valid now sends nothing, and never goes on without', async () => {
    const past =
      '<send-accept-lifetime><end-date-time>2001-01-01T00:00:00Z</end-date-time></send-accept-lifetime>';
    await pair.left.commit(
      chain(keyXml({ lifetime: past })),
      sessionXml({ dest: '192.0.2.2', content: FAST + authenticationXml('ring') }),
    );
    await pair.right.commit(sessionXml({ dest: '192.0.2.1', content: FAST }));
    await pair.left.until({ obstacle: 'its key chain has no key that may be sent with now' });
    expect(await pair.right.session()).toMatchObject({ 'local-state': 'down', 'receive-packet-count': '0' });
  });
});

describe('the engine', () => {
  it('tells of itself', async () => {
    const engine = await pair.left.engine();
    expect(engine).toMatch(/<state>up<\/state><process-id>\d+<\/process-id><start-time>20/u);
    expect(engine).toMatch(/<socket-drops>0</u);
  });

  it('tells what keeps a session from sending', async () => {
    await pair.left.commit(
      sessionXml({ dest: '198.51.100.7', content: '<source-addr>198.51.100.6</source-addr>' }),
    );
    const { obstacle } = await pair.left.until({ 'local-state': 'down' });
    expect(obstacle).toBe('no interface has the address 198.51.100.6');
  });
});
