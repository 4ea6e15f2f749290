/** Scenarios of FRR's own tests, as far as they concern BFD: topologies, timers and addresses are theirs. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ipMhSession, ipShSession } from '../../support/desired-sessions.js';
import { TestEngine } from '../../support/engine.js';
import { Frr } from '../../support/frr.js';
import { NamespacePair } from '../../support/netns.js';

const isUp = ({ localState, remoteState }: { localState: string; remoteState: string }): boolean =>
  localState === 'up' && remoteState === 'up';

let pair: NamespacePair;
let engine: TestEngine;
let frr: Frr;

beforeEach(async () => {
  pair = await NamespacePair.create();
  // FRR 8.4 hears nothing at a link-local address that comes after it has started.
  await pair.left.ip('address', 'add', 'fe80::1/64', 'dev', 'eth0', 'nodad');
  await pair.right.ip('address', 'add', 'fe80::2/64', 'dev', 'eth0', 'nodad');
  engine = await TestEngine.start(pair.left);
  frr = await Frr.start(pair.right, 'bfd\nexit', { realTime: true });
});

afterEach(async () => {
  await engine.stop();
  await frr.stop();
  await pair.dispose();
});

async function configure(peer: string, ...lines: readonly string[]): Promise<void> {
  await frr.vtysh('configure terminal', 'bfd', `peer ${peer}`, ...lines);
}

test('bfd_topo2: link-local IPv6 at 300 ms, AdminDown by FRR, and removed', async () => {
  const timers = { desiredMinTxIntervalUs: 300_000, requiredMinRxIntervalUs: 300_000 };
  const session = ipShSession('fe80::2', timers);
  await engine.set(session);
  await configure('fe80::1 local-address fe80::2 interface eth0');
  const report = await engine.until(
    session.key,
    (view) => isUp(view) && view.detectionTimeUs === 900_000,
    20_000,
  );
  expect(report).toMatchObject({
    negotiatedTxIntervalUs: 300_000,
    localDiagnostic: 0,
  });
  const peer = await frr.until('fe80::1', (view) => view['remote-transmit-interval'] === 300);
  expect(peer).toMatchObject({
    status: 'up',
    diagnostic: 'ok',
    'remote-diagnostic': 'ok',
    'remote-receive-interval': 300,
    'remote-echo-receive-interval': 0,
  });

  const line = 'fe80::1 local-address fe80::2 interface eth0';
  await configure(line, 'shutdown');
  const told = await engine.until(session.key, ({ downCount }) => downCount === 1);
  expect(told).toMatchObject({ remoteState: 'admin-down', localDiagnostic: 3 });
  await configure(line, 'no shutdown');
  await engine.until(session.key, (view) => isUp(view) && view.upCount === 2, 20_000);
  await engine.remove(session.key);
  await frr.until('fe80::1', (view) => view.status === 'down');
});

describe('bfd_topo3: the passive role', () => {
  const OWN = '2001:db8:1::1';
  const PEER = '2001:db8:1::2';
  const FAR = { own: '2001:db8:10::1', peer: '2001:db8:3::1' };
  const IPV4 = { own: '192.168.1.1', peer: '192.168.2.1' };

  beforeEach(async () => {
    const { left, right } = pair;
    const plain = ['dev', 'eth0', 'nodad'];
    await left.ip('address', 'add', `${OWN}/64`, ...plain);
    await right.ip('address', 'add', `${PEER}/64`, ...plain);
    await left.ip('address', 'add', `${FAR.own}/128`, ...plain);
    await right.ip('address', 'add', `${FAR.peer}/128`, ...plain);
    await left.ip('-6', 'route', 'add', `${FAR.peer}/128`, 'via', PEER);
    await right.ip('-6', 'route', 'add', `${FAR.own}/128`, 'via', OWN);
    await left.ip('address', 'add', `${IPV4.own}/32`, 'dev', 'eth0');
    await right.ip('address', 'add', `${IPV4.peer}/32`, 'dev', 'eth0');
    await left.ip('route', 'add', `${IPV4.peer}/32`, 'via', '192.0.2.2', 'src', IPV4.own);
    await right.ip('route', 'add', `${IPV4.own}/32`, 'via', '192.0.2.1', 'src', IPV4.peer);
  });

  const FAST = {
    desiredMinTxIntervalUs: 600_000,
    requiredMinRxIntervalUs: 600_000,
    role: 'passive',
  } as const;
  const SLOW = {
    desiredMinTxIntervalUs: 2_000_000,
    requiredMinRxIntervalUs: 2_000_000,
    role: 'passive',
  } as const;
  const SESSIONS = [
    { desired: ipShSession(PEER, { ...FAST, source: OWN }), own: OWN, ms: 600 },
    { desired: ipMhSession(FAR.own, FAR.peer, { ...SLOW, requiredTtl: 253 }), own: FAR.own, ms: 2000 },
    { desired: ipMhSession(IPV4.own, IPV4.peer, { ...SLOW, requiredTtl: 254 }), own: IPV4.own, ms: 2000 },
  ] as const;

  async function configureFrr(role: string): Promise<void> {
    const timers = (ms: number) => [`receive-interval ${ms}`, `transmit-interval ${ms}`, role];
    await configure(`${OWN} local-address ${PEER} interface eth0`, ...timers(600));
    await configure(`${FAR.own} multihop local-address ${FAR.peer}`, 'minimum-ttl 250', ...timers(2000));
    await configure(`${IPV4.own} multihop local-address ${IPV4.peer}`, 'minimum-ttl 254', ...timers(2000));
  }

  test('comes Up by the active end alone; both ends passive stay Down', async () => {
    for (const { desired } of SESSIONS) await engine.set(desired);
    await configureFrr('passive-mode');
    await sleep(2500);
    for (const { desired } of SESSIONS) {
      expect(await engine.report(desired.key)).toMatchObject({
        localState: 'down',
        sentPackets: 0,
        receivedPackets: 0,
      });
    }

    await configureFrr('no passive-mode');
    for (const { desired, own, ms } of SESSIONS) {
      const report = await engine.until(
        desired.key,
        (view) => isUp(view) && view.detectionTimeUs === 3 * ms * 1000,
        30_000,
      );
      expect(report).toMatchObject({ negotiatedTxIntervalUs: ms * 1000, upCount: 1, downCount: 0 });
      const peer = await frr.until(own, (view) => view['remote-transmit-interval'] === ms, 30_000);
      expect(peer).toMatchObject({ status: 'up', 'remote-receive-interval': ms, 'passive-mode': false });
    }
  });

  test('packets whose TTL is below the least that is required are not heard', async () => {
    const { desired, own } = SESSIONS[2];
    await configureFrr('no passive-mode');
    await engine.set({ ...desired, role: 'active', transmitTtl: 253 });
    await sleep(4000);
    expect(await engine.report(desired.key)).toMatchObject({ remoteState: 'down', upCount: 0 });
    expect((await frr.counters(own))['session-up']).toBe(0);
    await engine.set({ ...desired, role: 'active', transmitTtl: 255 });
    await engine.until(desired.key, isUp, 30_000);
  });
});

test('bfd_echo6_topo1: Echo packets at 100 ms from the session’s address, beside a decoy, and no flap', async () => {
  const own = '2001:db8:1::1';
  const decoy = '2001:db8:1::5';
  const peer = '2001:db8:1::2';
  await pair.left.ip('address', 'add', `${own}/64`, 'dev', 'eth0', 'nodad', 'preferred_lft', '0');
  await pair.left.ip('address', 'add', `${decoy}/64`, 'dev', 'eth0', 'nodad');
  await pair.right.ip('address', 'add', `${peer}/64`, 'dev', 'eth0', 'nodad');
  // The engine's own Echo packets come back as the peer forwards them.
  await pair.right.exec('sysctl', ['-q', '-w', 'net.ipv6.conf.all.forwarding=1']);
  const echo = { desiredMinEchoTxIntervalUs: 100_000, requiredMinEchoRxIntervalUs: 100_000 };
  const timers = { desiredMinTxIntervalUs: 300_000, requiredMinRxIntervalUs: 300_000 };
  const session = ipShSession(peer, { ...timers, ...echo, source: own });
  await engine.set(session);
  await configure(
    `${own} local-address ${peer} interface eth0`,
    'echo transmit-interval 100',
    'echo receive-interval 100',
    'echo-mode',
  );
  await engine.until(session.key, (view) => isUp(view) && view.echoTxIntervalUs === 100_000, 32_000);
  const first = await frr.counters(own);
  await sleep(5000);
  const second = await frr.counters(own);
  expect(second['echo-packet-input'] - first['echo-packet-input']).toBeGreaterThan(25);
  expect(second['session-down']).toBe(first['session-down']);
  expect(await engine.report(session.key)).toMatchObject({ localState: 'up', upCount: 1, downCount: 0 });
});
