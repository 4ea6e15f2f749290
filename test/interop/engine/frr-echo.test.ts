import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { EngineAndFrr, type FrrSession } from '../../support/engine-and-frr.js';
import { FrameCapture } from '../../support/frame-capture.js';
import type { Namespace } from '../../support/netns.js';

const FRR_ECHO = ['echo transmit-interval 60', 'echo receive-interval 60', 'echo-mode'];

let both: EngineAndFrr;
let session: FrrSession;

beforeAll(async () => {
  both = await EngineAndFrr.start();
  await forwarding(both.pair.right, 1);
});

afterEach(async () => {
  await session.configure('no echo-mode', 'shutdown');
  await both.engine.remove(session.desired().key);
});

afterAll(async () => {
  await both.stop();
});

test('FRR’s Echo packets over IPv4, which this host’s kernel forwards back; then the engine does', async () => {
  await forwarding(both.pair.left, 1);
  session = await both.session('single hop', 'IPv4');
  await session.bringUp({ requiredMinEchoRxIntervalUs: 50_000 }, ...FRR_ECHO);
  await session.frrUntil((peer) => peer['remote-echo-receive-interval'] === 50);
  const first = await echoes(session.ends.own);
  await sleep(2000);
  const second = await echoes(session.ends.own);
  expect(second.returned - first.returned).toBeGreaterThan(20);

  await forwarding(both.pair.left, 0);
  await sleep(3000);
  const third = await echoes(session.ends.own);
  expect(third.returned - second.returned).toBeGreaterThan(30);
  expect(await session.report()).toMatchObject({ localState: 'up', upCount: 1, downCount: 0 });
  expect(await session.frrFlaps()).toEqual({ ups: 1, downs: 0 });
});

test.each(['IPv4', 'IPv6'] as const)(
  'this system’s Echo packets over %s, which FRR’s kernel forwards back; then it does not',
  async (family) => {
    session = await both.session('single hop', family);
    const { own } = session.ends;
    const capture = await FrameCapture.start(both.pair.left, 'udp port 3785');
    await session.bringUp({ desiredMinEchoTxIntervalUs: 100_000 }, ...FRR_ECHO);
    await session.until(({ echoTxIntervalUs }) => echoTxIntervalUs === 100_000);
    await sleep(3000);

    expect(await session.report()).toMatchObject({
      localState: 'up',
      upCount: 1,
      downCount: 0,
      echoTxIntervalUs: 100_000,
    });
    expect(await session.frrFlaps()).toEqual({ ups: 1, downs: 0 });
    const four = family === 'IPv4';
    const [source, destination] = four ? ['ip.src', 'ip.dst'] : ['ipv6.src', 'ipv6.dst'];
    const ttl = four ? 'ip.ttl' : 'ipv6.hlim';
    const frames = await capture.stop(source, destination, ttl, 'udp.srcport', 'udp.dstport');
    const common = { [source]: own, [destination]: own, 'udp.srcport': '3785', 'udp.dstport': '3785' };
    const ours = frames.filter((frame) => frame[source] === own);
    const sent = ours.filter((frame) => frame[ttl] === '255');
    const returned = ours.filter((frame) => frame[ttl] === '254');
    for (const frame of ours) expect(frame).toMatchObject(common);
    expect(sent.length).toBeGreaterThan(20);
    expect(Math.abs(sent.length - returned.length)).toBeLessThanOrEqual(1);

    await forwarding(both.pair.right, 0);
    const report = await session.until(({ downCount }) => downCount > 0);
    expect(report.downRecord).toMatchObject({ localDiagnostic: 2, verdict: 'echo-lost' });
    await forwarding(both.pair.right, 1);
    await session.up();
  },
);

test('Echo packets over IPv6 come from the session’s address, though the kernel prefers another', async () => {
  session = await both.session('single hop', 'IPv6');
  // RFC 6724 §5 rule 3 and 8 put it before the session's own, which is deprecated for new connections.
  const { left } = both.pair;
  await left.ip('address', 'add', '2001:db8::2:ffff/64', 'dev', 'eth0', 'nodad');
  const deprecated = [`${session.ends.own}/64`, 'dev', 'eth0', 'preferred_lft', '0'];
  await left.ip('address', 'change', ...deprecated);
  const capture = await FrameCapture.start(left, 'udp port 3785');

  const echo = { desiredMinEchoTxIntervalUs: 100_000, requiredMinEchoRxIntervalUs: 100_000 };
  await session.bringUp(echo, ...FRR_ECHO);
  await session.until(({ echoTxIntervalUs }) => echoTxIntervalUs === 100_000);
  await sleep(2000);

  const frames = await capture.stop('ipv6.src', 'ipv6.hlim');
  const { own, peer } = session.ends;
  const fresh = frames.filter((frame) => frame['ipv6.hlim'] === '255');
  expect(new Set(fresh.map((frame) => frame['ipv6.src']))).toEqual(new Set([own, peer]));
  expect((await echoes(session.ends.own)).returned).toBeGreaterThan(10);
  expect(await session.report()).toMatchObject({
    localState: 'up',
    upCount: 1,
    downCount: 0,
    echoTxIntervalUs: 100_000,
  });
  expect(await session.frrFlaps()).toEqual({ ups: 1, downs: 0 });
});

async function forwarding(side: Namespace, value: 0 | 1): Promise<void> {
  for (const name of ['net.ipv4.ip_forward', 'net.ipv6.conf.all.forwarding']) {
    await side.exec('sysctl', ['-q', '-w', `${name}=${value}`]);
  }
}

/** FRR's own Echo packets. */
async function echoes(address: string): Promise<{ readonly sent: number; readonly returned: number }> {
  const counters = await both.frr.counters(address);
  return { sent: counters['echo-packet-output'], returned: counters['echo-packet-input'] };
}
