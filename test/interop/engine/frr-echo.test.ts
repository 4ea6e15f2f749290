import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Child } from '../../support/child.js';
import { EngineAndFrr } from '../../support/engine-and-frr.js';

const FRR_ECHO = ['echo transmit-interval 60', 'echo receive-interval 60', 'echo-mode'];

let both: EngineAndFrr;

beforeAll(async () => {
  both = await EngineAndFrr.start();
});

afterAll(async () => {
  await both.stop();
});

test('FRR’s Echo packets over IPv4, which this host’s kernel forwards back; then it does not', async () => {
  await forwarding(1);
  const session = await both.session('single hop', 'IPv4');
  await session.bringUp({ requiredMinEchoRxIntervalUs: 50_000 }, ...FRR_ECHO);
  await session.frrUntil((peer) => peer['remote-echo-receive-interval'] === 50);
  const first = await echoes(session.ends.own);
  await sleep(2000);
  const second = await echoes(session.ends.own);
  expect(second.returned - first.returned).toBeGreaterThan(20);
  expect(await session.report()).toMatchObject({ localState: 'up', upCount: 1, downCount: 0 });
  expect(await session.frrFlaps()).toEqual({ ups: 1, downs: 0 });

  await forwarding(0);
  const report = await session.until(({ downCount }) => downCount > 0);
  expect(report.downRecord).toMatchObject({ localDiagnostic: 3, remoteDiagnostic: 2 });
  expect((await session.frrFlaps()).downs).toBeGreaterThan(0);
  await session.configure('shutdown');
});

test('Echo packets over IPv6 come from the session’s address, though the kernel prefers another', async () => {
  const session = await both.session('single hop', 'IPv6');
  // RFC 6724 §5 rule 3 and 8 put it before the session's own, which is deprecated for new connections.
  const { left } = both.pair;
  await left.ip('address', 'add', '2001:db8::2:ffff/64', 'dev', 'eth0', 'nodad');
  const deprecated = [`${session.ends.own}/64`, 'dev', 'eth0', 'preferred_lft', '0'];
  await left.ip('address', 'change', ...deprecated);
  const filter = ['-f', 'udp port 3785', '-T', 'fields', '-e', 'ipv6.src', '-e', 'ipv6.hlim', '-l'];
  const capture = new Child(...left.command('tshark', ['-i', 'eth0', ...filter]));
  await capture.wait(
    () => capture.stderr.find((line) => line.includes('Capture started')),
    'capture',
    20_000,
  );

  const echo = { desiredMinEchoTxIntervalUs: 100_000, requiredMinEchoRxIntervalUs: 100_000 };
  await session.bringUp(echo, ...FRR_ECHO);
  await session.until(({ echoTxIntervalUs }) => echoTxIntervalUs === 100_000);
  await sleep(2000);
  await capture.stop('SIGINT');

  // Sent first, with Hop Limit 255; what FRR sends back has less.
  const sources = capture.stdout.filter((line) => line.endsWith('\t255')).map((line) => line.split('\t')[0]);
  expect(new Set(sources)).toEqual(new Set([session.ends.own, session.ends.peer]));
  expect((await echoes(session.ends.own)).returned).toBeGreaterThan(10);
  expect(await session.report()).toMatchObject({
    localState: 'up',
    upCount: 1,
    downCount: 0,
    echoTxIntervalUs: 100_000,
  });
  expect(await session.frrFlaps()).toEqual({ ups: 1, downs: 0 });
});

async function forwarding(value: 0 | 1): Promise<void> {
  await both.pair.left.exec('sysctl', ['-q', '-w', `net.ipv4.ip_forward=${value}`]);
}

/** FRR's own Echo packets. */
async function echoes(address: string): Promise<{ readonly sent: number; readonly returned: number }> {
  const counters = await both.frr.counters(address);
  return { sent: counters['echo-packet-output'], returned: counters['echo-packet-input'] };
}
