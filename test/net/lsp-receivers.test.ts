import { afterEach, beforeEach, expect, test } from 'vitest';
import { FrameTransmitter } from '../../src/net/frame-transmitter.io.js';
import { PacketLspReceivers } from '../../src/net/lsp-receivers.io.js';
import { PacketLoop } from '../../src/net/packet-loop.io.js';
import type { PacketSource } from '../../src/net/packet-source.js';
import { SourcePorts } from '../../src/net/source-ports.js';
import { createDecodedUdpPacket, decodeUdpPacket } from '../../src/net/udp-packet.js';
import { address } from '../support/host-address.js';
import { insideNamespace } from '../support/inside-namespace.js';
import { NamespacePair } from '../support/netns.js';
import { sendFrames, type ScapyFrame } from '../support/send-frames.js';
import { waitFor } from '../support/wait-for.js';

/** What tells one packet from another in these tests. */
interface Heard {
  readonly labelled: boolean;
  readonly interfaceIndex: number;
  readonly text: string;
}

let pair: NamespacePair;
let mac: string;
let loop: PacketLoop;
let heard: Heard[];
let receivers: PacketLspReceivers;

beforeEach(async () => {
  pair = await NamespacePair.create();
  mac = (await pair.left.exec('cat', ['/sys/class/net/eth0/address'])).trim();
  heard = [];
  const idle = {
    flush: () => undefined,
    handleRepeated: () => false,
    handleDatagram: () => undefined,
    handleTimers: () => undefined,
    nextDeadlineUs: () => null,
  };
  loop = new PacketLoop(idle, fail);
  loop.start();
  receivers = new PacketLspReceivers(loop, (packet) => {
    const text = Buffer.from(packet.bytes).toString('latin1');
    heard.push({ labelled: packet.labelled, interfaceIndex: packet.interfaceIndex, text });
  });
});

afterEach(async () => {
  receivers.listen(false);
  loop.stop();
  await pair.dispose();
});

function fail(error: unknown): never {
  throw error;
}

function listen(): void {
  expect(insideNamespace(pair.left, () => receivers.listen(true))).toBeNull();
}

/** A payload that says what is meant to come of the frame. */
function saying(text: string, frame: ScapyFrame & { readonly etherDestination?: string } = {}) {
  return { ...frame, payload: Buffer.from(`<${text}>`).toString('hex') };
}

function said(): (string | undefined)[] {
  return heard.map(({ text }) => /<(.*)>/.exec(text)?.[1]);
}

function labels(count: number): { readonly labels: readonly { readonly label: number }[] } {
  return { labels: Array.from({ length: count }, (_, index) => ({ label: 100 + index })) };
}

const IPV6 = { destination: '::ffff:127.0.0.1' };

test('of what arrives, LSP ping and BFD on LSPs are heard, and nothing else', async () => {
  listen();
  sendFrames(pair.right, mac, [
    saying('one label', labels(1)),
    saying('three labels', labels(3)),
    saying('sixteen labels', labels(16)),
    saying('LSP ping under labels', { ...labels(2), destinationPort: 3503 }),
    saying('router alert', { ...labels(1), routerAlert: true }),
    saying('IPv6 under a label', { ...labels(1), ...IPV6 }),
    saying('IPv6 with router alert', { ...labels(1), ...IPV6, routerAlert: true }),
    saying('plain IPv4'),
    saying('plain LSP ping', { destination: '127.5.6.7', destinationPort: 3503 }),
    saying('plain IPv6', IPV6),
    saying('plain IPv6 loopback', { destination: '::1', destinationPort: 3503 }),
    saying('no: seventeen labels', labels(17)),
    saying('no: another port', { ...labels(1), destinationPort: 53 }),
    saying('no: another port, plain', { destinationPort: 53 }),
    saying('no: another destination', { ...labels(1), destination: '192.0.2.1' }),
    saying('no: routed BFD', { destination: '192.0.2.1', ttl: 255 }),
    saying('no: routed IPv6', { destination: '2001:db8::1' }),
    saying('no: TCP', { ...labels(1), protocol: 'tcp' }),
    saying('no: a later fragment', { ...labels(1), fragmentOffset: 8 }),
    saying('no: multicast MPLS', { ...labels(1), etherType: 0x8848 }),
    saying('no: for another host', { ...labels(1), etherDestination: '02:00:00:00:00:77' }),
    saying('no: plain, for another host', { etherDestination: '02:00:00:00:00:77' }),
    saying('no: to all', { ...labels(1), etherDestination: 'ff:ff:ff:ff:ff:ff' }),
    saying('last', labels(1)),
  ]);
  await waitFor(() => (said().includes('last') ? true : undefined), 'last frame');

  expect(new Set(said())).toEqual(
    new Set([
      'one label',
      'three labels',
      'sixteen labels',
      'LSP ping under labels',
      'router alert',
      'IPv6 under a label',
      'IPv6 with router alert',
      'plain IPv4',
      'plain LSP ping',
      'plain IPv6',
      'plain IPv6 loopback',
      'last',
    ]),
  );
  expect(heard).toHaveLength(12);
  const index = Number(await pair.left.exec('cat', ['/sys/class/net/eth0/ifindex']));
  expect(new Set(heard.map(({ interfaceIndex }) => interfaceIndex))).toEqual(new Set([index]));
  const plain = heard.filter(({ labelled }) => !labelled).map(({ text }) => text);
  expect(plain).toHaveLength(4);
  for (const text of plain) {
    const bytes = Buffer.from(text, 'latin1');
    expect(decodeUdpPacket(bytes, 0, bytes.length, createDecodedUdpPacket())).toBeNull();
  }
  expect(receivers.lost()).toBe(0);
});

test('frames for others stay outside in promiscuous mode, too', async () => {
  listen();
  await pair.left.ip('link', 'set', 'eth0', 'promisc', 'on');
  sendFrames(pair.right, mac, [
    saying('no', { ...labels(1), etherDestination: '02:00:00:00:00:77' }),
    saying('yes', labels(1)),
  ]);
  await waitFor(() => (said().includes('yes') ? true : undefined), 'frame');

  expect(said()).toEqual(['yes']);
});

test('what this host sends, it does not hear', async () => {
  listen();
  const macOfRight = (await pair.right.exec('cat', ['/sys/class/net/eth0/address'])).trim();
  sendFrames(pair.left, macOfRight, [saying('own', labels(1)), saying('own, plain')]);
  sendFrames(pair.right, mac, [saying('the other’s', labels(1))]);
  await waitFor(() => (heard.length > 0 ? true : undefined), 'frame');

  expect(heard).toHaveLength(1);
});

test('sockets are open while somebody listens, and no longer', async () => {
  sendFrames(pair.right, mac, [saying('before', labels(1))]);
  listen();
  listen();
  expect(await openSockets()).toBe(3);
  sendFrames(pair.right, mac, [saying('during', labels(1))]);
  await waitFor(() => (heard.length > 0 ? true : undefined), 'frame');

  receivers.listen(false);
  expect(await openSockets()).toBe(0);
  sendFrames(pair.right, mac, [saying('after', labels(1))]);
  listen();
  sendFrames(pair.right, mac, [saying('again', labels(1))]);
  await waitFor(() => (heard.length > 1 ? true : undefined), 'second frame');

  expect(said()).toEqual(['during', 'again']);
});

test('who is given a packet may stop listening', async () => {
  let packets = 0;
  const once = new PacketLspReceivers(loop, (packet) => {
    packets += 1;
    once.listen(false);
    // The bytes hold until the end of the call.
    expect(packet.bytes.length).toBeGreaterThan(0);
  });
  expect(insideNamespace(pair.left, () => once.listen(true))).toBeNull();
  sendFrames(pair.right, mac, [saying('one', labels(1)), saying('two', labels(1)), saying('three')]);
  await waitFor(() => (packets > 0 ? true : undefined), 'frame');
  await new Promise((resolve) => {
    setTimeout(resolve, 200);
  });

  expect(packets).toBe(1);
});

test('packets that find the buffer full are counted', async () => {
  const sources: PacketSource[] = [];
  const idle = new PacketLspReceivers(
    { addSource: (source) => sources.push(source), removeSource: () => undefined },
    () => undefined,
  );
  expect(insideNamespace(pair.left, () => idle.listen(true))).toBeNull();
  const ports = new SourcePorts(() => 1);
  const sender = insideNamespace(pair.right, () => new FrameTransmitter(ports, fail));
  const hop = { interfaceName: 'eth0', address: address('192.0.2.1') };
  const path = {
    way: { hop, labels: new Uint8Array(0) },
    source: address('192.0.2.2'),
    destination: address('127.0.0.1'),
    destinationPort: 3784,
  };
  const opened = insideNamespace(pair.right, () => sender.open(path));
  if (!opened.ok) throw new Error(opened.error.reason);
  await waitFor(() => (opened.value.usable ? true : undefined), 'neighbour');
  const sent = 20_000;
  for (let count = 0; count < sent; count += 1) opened.value.send(Uint8Array.of(1, 2, 3), 3);
  sender.flush();

  let received = 0;
  for (const source of sources) {
    for (let count = source.receiveBatch(); count > 0; count = source.receiveBatch()) received += count;
  }
  expect(received).toBeGreaterThan(100);
  expect(received + idle.lost()).toBe(sent);
  expect(idle.lost()).toBeGreaterThan(0);
  idle.listen(false);
  expect(received + idle.lost()).toBe(sent);
  sender.close();
});

/** Packet sockets in the left namespace. */
async function openSockets(): Promise<number> {
  const text = await pair.left.exec('cat', ['/proc/net/packet']);
  return text.trim().split('\n').length - 1;
}
