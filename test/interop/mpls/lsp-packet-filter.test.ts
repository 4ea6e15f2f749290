/** The filters are run by the kernel itself, on the loopback interface of a network namespace of its own. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { LABEL_ENTRY_BYTES, writeLabelStack } from '../../../src/mpls/label-stack.js';
import { acceptLabelledLspPackets, acceptPlainLspPackets } from '../../../src/net/lsp-packet-filter.js';
import { encodeFilter } from '../../../src/net/packet-filter.js';
import type { FilterInstruction } from '../../../src/net/packet-filter.js';
import { udpPacketHeaderBytes, writeUdpPacket } from '../../../src/net/udp-packet.js';
import { addressBytes } from '../../support/prefix.js';
import { readVectors, toHex } from '../../support/vector-folder.js';

const DRIVER = fileURLToPath(new URL('../../support/filter-packets.py', import.meta.url));
const MPLS = 0x8847;
const IPV4 = 0x0800;
const IPV6 = 0x86dd;
const MAX_LABELS = 4;

/** Which of these packets the kernel lets through. Without the link-layer header, as they are on the wire. */
function received(
  program: readonly FilterInstruction[],
  etherType: number,
  packets: readonly Uint8Array[],
): boolean[] {
  const good = udp({ to: etherType === IPV6 ? '::1' : '127.9.9.9' });
  const input = JSON.stringify({
    program: toHex(encodeFilter(program)),
    etherType,
    packets: packets.map(toHex),
    sentinel: toHex(etherType === MPLS ? labelled(1, good) : good),
  });
  const { status, stdout, stderr } = spawnSync('unshare', ['--net', '/usr/bin/python3', DRIVER], {
    input,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

interface Fields {
  readonly to?: string;
  readonly port?: number;
  readonly ttl?: number;
}

function udp({ to = '127.0.0.1', port = 3784, ttl = 1 }: Fields = {}): Uint8Array {
  const header = {
    source: addressBytes(to.includes(':') ? '2001:db8::1' : '192.0.2.1'),
    destination: addressBytes(to),
    ttl,
    trafficClass: 0,
    identification: 0,
    sourcePort: 49152,
    destinationPort: port,
  };
  const bytes = new Uint8Array(udpPacketHeaderBytes(header) + 24);
  writeUdpPacket(header, bytes, 0, 24);
  return bytes;
}

function labelled(depth: number, packet: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(depth * LABEL_ENTRY_BYTES + packet.length);
  const stack = Array.from({ length: depth }, (_, index) => ({
    label: 1000 + index,
    trafficClass: 7,
    ttl: 255,
  }));
  bytes.set(packet, writeLabelStack(stack, bytes, 0));
  return bytes;
}

/** Changes a byte; checksums are not the filter's business. */
function changed(packet: Uint8Array, at: number, value: number): Uint8Array {
  const bytes = Uint8Array.from(packet);
  bytes[at] = value;
  return bytes;
}

/** Puts the Router Alert options of RFC 2113 and RFC 7506 into a packet. */
function withRouterAlert(packet: Uint8Array): Uint8Array {
  return packet[0] === 0x45
    ? changed(Uint8Array.of(...packet.subarray(0, 20), 148, 4, 0, 0, ...packet.subarray(20)), 0, 0x46)
    : changed(
        Uint8Array.of(...packet.subarray(0, 40), 17, 0, 5, 2, 0, 69, 1, 0, ...packet.subarray(40)),
        6,
        0,
      );
}

const IPV4_PACKETS: readonly [string, Uint8Array, boolean][] = [
  ['BFD', udp(), true],
  ['LSP ping', udp({ port: 3503 }), true],
  ['any address of 127/8', udp({ to: '127.255.3.4' }), true],
  ['any TTL', udp({ ttl: 255 }), true],
  ['with Router Alert', withRouterAlert(udp()), true],
  ['with Router Alert, another port', withRouterAlert(udp({ port: 53 })), false],
  ['another port', udp({ port: 4784 }), false],
  ['another destination', udp({ to: '128.0.0.1' }), false],
  ['TCP', changed(udp(), 9, 6), false],
  ['a later fragment', changed(udp(), 7, 1), false],
  ['a first fragment', changed(udp(), 6, 0x20), true],
  ['cut short', udp().subarray(0, 23), false],
  ['version 5', changed(udp(), 0, 0x55), false],
];

const IPV6_PACKETS: readonly [string, Uint8Array, boolean][] = [
  ['BFD', udp({ to: '::ffff:127.1.2.3' }), true],
  ['LSP ping', udp({ to: '::ffff:127.0.0.1', port: 3503 }), true],
  ['to ::1', udp({ to: '::1', port: 3503 }), true],
  ['with Router Alert', withRouterAlert(udp({ to: '::ffff:127.0.0.1' })), true],
  ['with Router Alert, another port', withRouterAlert(udp({ to: '::1', port: 53 })), false],
  ['another port', udp({ to: '::ffff:127.0.0.1', port: 53 }), false],
  ['a mapped address that is no loopback', udp({ to: '::ffff:128.0.0.1' }), false],
  ['to ::2', udp({ to: '::2' }), false],
  ['another destination', udp({ to: '2001:db8::7f00:1' }), false],
  ['TCP', changed(udp({ to: '::1' }), 6, 6), false],
  ['a fragment', changed(udp({ to: '::1' }), 6, 44), false],
];

describe('packets without labels', () => {
  test.each([
    ['IPv4', IPV4, IPV4_PACKETS],
    ['IPv6', IPV6, IPV6_PACKETS],
  ])('%s', (_, etherType, packets) => {
    const accepted = received(
      acceptPlainLspPackets(),
      etherType,
      packets.map(([, bytes]) => bytes),
    );
    expect(packets.map(([name], index) => [name, accepted[index]])).toEqual(
      packets.map(([name, , is]) => [name, is]),
    );
  });
});

describe('labelled packets', () => {
  test.each([1, 2, 3, 4])('under %i', (depth) => {
    const packets = [...IPV4_PACKETS, ...IPV6_PACKETS];
    const accepted = received(
      acceptLabelledLspPackets(MAX_LABELS),
      MPLS,
      packets.map(([, bytes]) => labelled(depth, bytes)),
    );
    expect(packets.map(([name], index) => [name, accepted[index]])).toEqual(
      packets.map(([name, , is]) => [name, is]),
    );
  });

  test('under too many, or cut short within the labels', () => {
    const deep = labelled(MAX_LABELS + 1, udp());
    const short = labelled(2, udp()).subarray(0, 6);
    expect(received(acceptLabelledLspPackets(MAX_LABELS), MPLS, [deep, short])).toEqual([false, false]);
  });

  test('the reference frames', () => {
    const frames = readVectors<{ ethernet: { etherType: number } }>('mpls-frames').filter(
      ({ vector }) => vector.ethernet.etherType === MPLS,
    );
    const accepted = received(
      acceptLabelledLspPackets(MAX_LABELS),
      MPLS,
      frames.map(({ bytes }) => bytes.subarray(14)),
    );
    expect(frames.length).toBeGreaterThanOrEqual(5);
    expect(accepted).toEqual(frames.map(() => true));
  });

  test('there is room for the deepest stack', () => {
    expect(received(acceptLabelledLspPackets(16), MPLS, [labelled(16, udp())])).toEqual([true]);
  });
});
