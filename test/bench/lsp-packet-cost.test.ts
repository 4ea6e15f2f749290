import { afterAll, beforeAll, expect, test } from 'vitest';
import { ReceivedLabelStack, writeLabelStack } from '../../src/mpls/label-stack.js';
import { FrameTransmitter } from '../../src/net/frame-transmitter.io.js';
import { PacketLspReceivers } from '../../src/net/lsp-receivers.io.js';
import type { PacketSource } from '../../src/net/packet-source.js';
import { openRawSockets } from '../../src/net/raw-sockets.io.js';
import { RawTransmitter } from '../../src/net/raw-transmitter.io.js';
import { SourcePorts } from '../../src/net/source-ports.js';
import type { TransmitChannel } from '../../src/net/transmitter.js';
import { createDecodedUdpPacket, decodeUdpPacket } from '../../src/net/udp-packet.js';
import { UdpReceiver } from '../../src/net/udp-receiver.io.js';
import { address } from '../support/host-address.js';
import { insideNamespace } from '../support/inside-namespace.js';
import { NamespacePair } from '../support/netns.js';
import { waitFor } from '../support/wait-for.js';

const CHANNELS = 200;
const ROUNDS = 50;
const MEASUREMENTS = 9;

/** What packets on LSPs are read into: the kernel has done that for the others. */
const labels = new ReceivedLabelStack();
const packet = createDecodedUdpPacket();

let pair: NamespacePair;
let routed: Way;
let labelled: Way;
let close: () => void;

/** Sessions' ways out, and the socket that their packets come in by at the other end. */
interface Way {
  readonly channels: readonly TransmitChannel[];
  readonly flush: () => void;
  /** Reads what has come in, and answers how much. */
  readonly receive: () => number;
}

beforeAll(async () => {
  pair = await NamespacePair.create();
  const ports = new SourcePorts(() => 7);
  const [left, right] = [pair.left, pair.right];
  const raw = insideNamespace(left, () => new RawTransmitter(openRawSockets(), ports));
  const frames = insideNamespace(left, () => new FrameTransmitter(ports, fail));
  const sources: PacketSource[] = [];
  const receivers = new PacketLspReceivers(
    { addSource: (source) => sources.push(source), removeSource: () => undefined },
    ({ bytes }) => {
      const discard =
        labels.read(bytes, 0, bytes.length) ?? decodeUdpPacket(bytes, labels.payloadAt, bytes.length, packet);
      if (discard !== null) throw new Error(discard);
    },
  );
  const udp = insideNamespace(right, () => new UdpReceiver({ family: 'ipv4', port: 3784, requiredTtl: 255 }));
  insideNamespace(right, () => receivers.listen(true));
  const index = Number(await left.exec('cat', ['/sys/class/net/eth0/ifindex']));
  const ends = { source: address('192.0.2.1'), destinationPort: 3784 };
  const hop = { interfaceName: 'eth0', address: address('192.0.2.2') };
  routed = {
    channels: open(() =>
      raw.open({ ...ends, interface: { name: 'eth0', index }, destination: address('192.0.2.2') }),
    ),
    flush: () => raw.flush(),
    receive: () => readAll(udp, (at) => udp.datagram(at)),
  };
  const lsp = { ...ends, way: { hop, labels: stack() }, destination: address('127.0.0.1') };
  const lspChannels = insideNamespace(left, () => open(() => frames.open(lsp)));
  labelled = {
    channels: lspChannels,
    flush: () => frames.flush(),
    receive: () => sources.reduce((sum, source) => sum + readAll(source, (at) => source.handOver(at, 0)), 0),
  };
  await waitFor(() => {
    lspChannels[0]?.send(new Uint8Array(24), 24);
    frames.flush();
    return labelled.receive() > 0 ? true : undefined;
  }, 'labelled packet');
  close = () => {
    receivers.listen(false);
    frames.close();
    udp.close();
  };
});

afterAll(async () => {
  close();
  await pair.dispose();
});

test('a packet on an LSP, sent and received, costs at most twice as much as one over plain UDP', () => {
  const costs = Array.from({ length: MEASUREMENTS }, () => ({
    routedUs: costUs(routed),
    labelledUs: costUs(labelled),
  }));
  const routedUs = Math.min(...costs.map((cost) => cost.routedUs));
  const labelledUs = Math.min(...costs.map((cost) => cost.labelledUs));
  console.log(`a packet sent and received: routed ${routedUs} µs, labelled ${labelledUs} µs of CPU time`);

  expect(labelledUs).toBeLessThan(2 * routedUs);
});

/** CPU time of one packet that is sent and received, in microseconds. */
function costUs({ channels, flush, receive }: Way): number {
  const payload = new Uint8Array(24);
  const before = process.cpuUsage();
  let received = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const channel of channels) channel.send(payload, payload.length);
    flush();
    received += receive();
  }
  const { user, system } = process.cpuUsage(before);
  expect(received).toBe(ROUNDS * channels.length);
  return Math.round(((user + system) / received) * 100) / 100;
}

function readAll(source: Pick<PacketSource, 'receiveBatch'>, hand: (index: number) => unknown): number {
  let received = 0;
  for (let count = source.receiveBatch(); count > 0; count = source.receiveBatch()) {
    for (let index = 0; index < count; index += 1) hand(index);
    received += count;
  }
  return received;
}

function open<C extends TransmitChannel>(
  one: () => { readonly ok: true; readonly value: C } | { readonly ok: false; readonly error: object },
): readonly C[] {
  return Array.from({ length: CHANNELS }, () => {
    const opened = one();
    if (!opened.ok) throw new Error(JSON.stringify(opened.error));
    return opened.value;
  });
}

function stack(): Uint8Array {
  const entries = [1024, 48120].map((label) => ({ label, trafficClass: 6, ttl: 255 }));
  const bytes = new Uint8Array(8);
  writeLabelStack(entries, bytes, 0);
  return bytes;
}

function fail(error: unknown): never {
  throw error;
}
