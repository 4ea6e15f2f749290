import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { writeLabelStack, type LabelStackEntry } from '../../src/mpls/label-stack.js';
import { FrameTransmitter } from '../../src/net/frame-transmitter.io.js';
import { libc } from '../../src/net/libc.io.js';
import type { LspChannel, LspTransmitPath } from '../../src/net/lsp-transmitter.js';
import type { NextHop } from '../../src/net/next-hop.js';
import { SourcePorts } from '../../src/net/source-ports.js';
import { FrameCapture } from '../support/frame-capture.js';
import { address } from '../support/host-address.js';
import { insideNamespace } from '../support/inside-namespace.js';
import { NamespacePair, type Namespace } from '../support/netns.js';
import { waitFor } from '../support/wait-for.js';

const FIELDS = [
  'eth.dst',
  'mpls.label',
  'mpls.ttl',
  'ip.dst',
  'ip.ttl',
  'ip.checksum.status',
  'ipv6.dst',
  'ipv6.hlim',
  'udp.srcport',
  'udp.dstport',
  'udp.checksum.status',
];

let pair: NamespacePair;
let transmitter: FrameTransmitter;
let changes: [string, boolean][];

beforeEach(async () => {
  pair = await NamespacePair.create();
  await pair.left.ip('address', 'add', '2001:db8::1/64', 'dev', 'eth0', 'nodad');
  await pair.right.ip('address', 'add', '2001:db8::2/64', 'dev', 'eth0', 'nodad');
  transmitter = insideNamespace(pair.left, () => new FrameTransmitter(new SourcePorts(() => 77), fail));
  changes = [];
  transmitter.onUsableChange = (hop) => changes.push([hop.address.text, held(hop)]);
});

afterEach(async () => {
  transmitter.close();
  await pair.dispose();
});

function fail(error: unknown): never {
  throw error;
}

/** Whether the next hop is usable, as somebody else sees it who holds it. */
function held(hop: NextHop): boolean {
  const one = transmitter.hold(hop);
  one.release();
  return one.usable;
}

function stack(...labels: readonly number[]): Uint8Array {
  const entries = labels.map((label): LabelStackEntry => ({ label, trafficClass: 6, ttl: 255 }));
  const bytes = new Uint8Array(64);
  return bytes.slice(0, writeLabelStack(entries, bytes, 0));
}

const hop = { interfaceName: 'eth0', address: address('192.0.2.2') };
const path: LspTransmitPath = {
  way: { hop, labels: stack(1024, 48120) },
  source: address('1.1.1.1'),
  destination: address('127.0.0.1'),
  destinationPort: 3784,
};

function open(change: Partial<LspTransmitPath> = {}): LspChannel {
  // Its rtnetlink socket is opened with the first next hop.
  const opened = insideNamespace(pair.left, () => transmitter.open({ ...path, ...change }));
  if (!opened.ok) throw new Error(opened.error.reason);
  return opened.value;
}

async function until(channel: LspChannel, usable: boolean, timeoutMs = 10_000): Promise<void> {
  const what = `channel that is ${usable ? '' : 'not '}usable`;
  await waitFor(() => (channel.usable === usable ? true : undefined), what, timeoutMs);
}

async function macOf(side: Namespace): Promise<string> {
  return (await side.exec('cat', ['/sys/class/net/eth0/address'])).trim();
}

function say(channel: LspChannel, byte: number): void {
  channel.send(Uint8Array.of(byte, byte), 2);
  transmitter.flush();
}

test('packets leave with labels, without, and over IPv6, to the neighbour’s address', async () => {
  const channel = open();
  expect(channel.usable).toBe(false);
  const overIpv6 = open({
    way: { hop: { interfaceName: 'eth0', address: address('2001:db8::2') }, labels: stack(16) },
    source: address('2001:db8::1:1'),
    destination: address('::ffff:127.0.0.1'),
  });
  await until(channel, true);
  await until(overIpv6, true);
  const capture = await FrameCapture.start(pair.right, 'udp port 3784 or mpls');

  channel.setTtl(1);
  say(channel, 1);
  channel.setWay({ hop, labels: stack(17) });
  say(channel, 1);
  channel.setWay({ hop, labels: stack() });
  say(channel, 2);
  overIpv6.setTtl(1);
  say(overIpv6, 3);
  overIpv6.setWay({ hop, labels: stack() });
  say(overIpv6, 4);

  const mac = await macOf(pair.right);
  const common = {
    'eth.dst': mac,
    'udp.srcport': '49229',
    'udp.dstport': '3784',
    'udp.checksum.status': '1',
  };
  const four = { 'ip.dst': '127.0.0.1', 'ip.ttl': '1', 'ip.checksum.status': '1', 'ipv6.dst': '' };
  const six = { 'ip.dst': '', 'ipv6.dst': '::ffff:127.0.0.1', 'ipv6.hlim': '1' };
  const frames = await capture.stop(...FIELDS);
  expect(frames).toHaveLength(5);
  expect(frames[0]).toMatchObject({ ...common, ...four, 'mpls.label': '1024,48120', 'mpls.ttl': '255,255' });
  expect(frames[1]).toMatchObject({ ...common, ...four, 'mpls.label': '17' });
  expect(frames[2]).toMatchObject({ ...common, ...four, 'mpls.label': '' });
  const sixPort = { ...common, 'udp.srcport': String(overIpv6.sourcePort) };
  expect(frames[3]).toMatchObject({ ...sixPort, ...six, 'mpls.label': '16' });
  expect(frames[4]).toMatchObject({ ...sixPort, ...six, 'mpls.label': '' });
  expect([channel.failedSends, overIpv6.failedSends]).toEqual([0, 0]);
  expect(changes).toContainEqual(['192.0.2.2', true]);
  expect(changes).toContainEqual(['2001:db8::2', true]);
});

test('a neighbour that gets another link-layer address is followed, and stays usable', async () => {
  const channel = open();
  await until(channel, true);
  await pair.right.exec('sysctl', ['-q', '-w', 'net.ipv4.conf.eth0.arp_notify=1']);
  const capture = await FrameCapture.start(pair.right, 'mpls');
  say(channel, 1);
  await pair.right.ip('link', 'set', 'eth0', 'address', '02:00:00:00:00:99');
  await waitFor(async () => {
    const known = await pair.left.ip('neighbour', 'show', '192.0.2.2');
    return known.includes('02:00:00:00:00:99') ? true : undefined;
  }, 'new address in the kernel');
  await waitFor(() => {
    say(channel, 2);
    return true;
  }, 'packet');
  await new Promise((resolve) => {
    setTimeout(resolve, 100);
  });
  say(channel, 3);

  const destinations = (await capture.stop('eth.dst')).map((frame) => frame['eth.dst']);
  expect(destinations.at(-1)).toBe('02:00:00:00:00:99');
  expect(destinations[0]).not.toBe('02:00:00:00:00:99');
  expect(channel.usable).toBe(true);
  expect(changes).toEqual([['192.0.2.2', true]]);
});

test('a neighbour that does not answer is not usable, until it does', async () => {
  const absent = { interfaceName: 'eth0', address: address('192.0.2.3') };
  const channel = open({ way: { hop: absent, labels: stack(16) } });
  const hold = transmitter.hold(absent);
  await waitFor(() => (/does not answer/.test(hold.obstacle ?? '') ? true : undefined), 'obstacle');
  expect(hold.obstacle).toBe('192.0.2.3 does not answer on interface eth0');
  expect(channel.usable).toBe(false);
  say(channel, 1);
  expect(channel.failedSends).toBe(1);

  await pair.right.ip('address', 'add', '192.0.2.3/24', 'dev', 'eth0');
  await until(channel, true, 15_000);
  expect(hold).toMatchObject({ usable: true, obstacle: null });

  await pair.right.ip('address', 'delete', '192.0.2.3/24', 'dev', 'eth0');
  await pair.left.ip('neighbour', 'delete', '192.0.2.3', 'dev', 'eth0');
  await until(channel, false, 15_000);
  expect(changes).toEqual([
    ['192.0.2.3', true],
    ['192.0.2.3', false],
  ]);
  hold.release();
});

test('an interface that goes down, loses its carrier or is another one takes its next hops along', async () => {
  const channel = open();
  await until(channel, true);
  const hold = transmitter.hold(hop);

  await pair.left.ip('link', 'set', 'eth0', 'down');
  await until(channel, false, 1000);
  expect(hold.obstacle).toBe('interface eth0 is down');
  await pair.left.ip('link', 'set', 'eth0', 'up');
  await until(channel, true);

  await pair.right.ip('link', 'set', 'eth0', 'down');
  // The kernel may tell it a second later.
  await until(channel, false, 3000);
  expect(hold.obstacle).toBe('interface eth0 has no carrier');
  await pair.right.ip('link', 'set', 'eth0', 'up');
  await until(channel, true);

  await pair.cut();
  await until(channel, false, 1000);
  expect(hold.obstacle).toBe('interface eth0 does not exist');
  await pair.connect();
  await until(channel, true);
  const capture = await FrameCapture.start(pair.right, 'mpls');
  say(channel, 1);
  const frames = await capture.stop('mpls.label', 'eth.dst');
  expect(frames).toEqual([{ 'mpls.label': '1024,48120', 'eth.dst': await macOf(pair.right) }]);
  hold.release();
});

test('packets of a thousand channels share one system call, in the order in which they were sent', async () => {
  const channels = Array.from({ length: 1000 }, () => open());
  const [first] = channels;
  if (first === undefined) throw new Error('no channel');
  await until(first, true);
  expect(channels.every(({ usable }) => usable)).toBe(true);
  const capture = await FrameCapture.start(pair.right, 'mpls');

  const calls = vi.spyOn(libc, 'sendmmsg');
  channels.forEach((channel) => channel.send(Uint8Array.of(0), 1));
  transmitter.flush();

  expect(calls).toHaveBeenCalledTimes(1);
  calls.mockRestore();
  const ports = (await capture.stop('udp.srcport')).map((frame) => Number(frame['udp.srcport']));
  expect(ports).toEqual(channels.map(({ sourcePort }) => sourcePort));
  expect(channels.reduce((sum, { failedSends }) => sum + failedSends, 0)).toBe(0);
});

test('packets that change before they have left leave as they were', async () => {
  const channel = open();
  await until(channel, true);
  const capture = await FrameCapture.start(pair.right, 'mpls');
  expect(channel.repeat?.()).toBe(false);
  channel.send(Uint8Array.of(1), 1);
  expect(channel.repeat?.()).toBe(true);
  channel.setWay({ hop, labels: stack(99) });
  channel.send(Uint8Array.of(1), 1);
  channel.send(Uint8Array.of(2), 1);
  channel.close();

  const frames = await capture.stop('mpls.label', 'udp.length');
  const labels = frames.map((frame) => frame['mpls.label']);
  expect(labels).toEqual(['1024,48120', '1024,48120', '99', '99']);
});

test('single packets of every length are sent whole, and refused while their next hop is not known', async () => {
  await pair.left.ip('link', 'set', 'eth0', 'mtu', '9100');
  await pair.right.ip('link', 'set', 'eth0', 'mtu', '9100');
  const header = {
    source: address('1.1.1.1').bytes,
    destination: address('127.0.0.1').bytes,
    ttl: 1,
    trafficClass: 0xc0,
    identification: 0,
    sourcePort: 50_000,
    destinationPort: 3503,
  };
  const { way } = path;
  expect(transmitter.sendSingle(way, header, new Uint8Array(8))).toBe(false);
  const channel = open();
  await until(channel, true);
  const capture = await FrameCapture.start(pair.right, 'mpls');
  const lengths = Array.from({ length: 100 }, (_, index) => 90 * (index + 1));
  for (const length of lengths) {
    expect(transmitter.sendSingle(way, header, new Uint8Array(length).fill(length))).toBe(true);
  }
  transmitter.flush();

  const frames = await capture.stop('udp.length', 'udp.checksum.status', 'mpls.label');
  expect(frames).toEqual(
    lengths.map((length) => ({
      'udp.length': String(length + 8),
      'udp.checksum.status': '1',
      'mpls.label': '1024,48120',
    })),
  );
  expect(transmitter.failedSingles).toBe(0);
  expect(() => transmitter.sendSingle(way, header, new Uint8Array(9001))).toThrow(RangeError);
  expect(() =>
    transmitter.sendSingle({ hop, labels: new Uint8Array(68) }, header, new Uint8Array(1)),
  ).toThrow(RangeError);
  // More than fits into a frame.
  await pair.left.ip('link', 'set', 'eth0', 'mtu', '1500');
  expect(transmitter.sendSingle(way, header, new Uint8Array(1600))).toBe(true);
  transmitter.flush();
  expect(transmitter.failedSingles).toBe(1);
});
