import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { writeUint16 } from '../../src/lib/byte-order.js';
import { addToSum, checksumOf } from '../../src/net/internet-checksum.js';
import {
  createDecodedUdpPacket,
  decodeUdpPacket,
  UDP_PACKET_DISCARDS,
  udpPacketHeaderBytes,
  writeUdpPacket,
} from '../../src/net/udp-packet.js';
import type { UdpPacketDiscard, UdpPacketHeader } from '../../src/net/udp-packet.js';
import { addressBytes } from '../support/prefix.js';

const V4: UdpPacketHeader = {
  source: addressBytes('192.0.2.1'),
  destination: addressBytes('127.3.2.1'),
  ttl: 1,
  trafficClass: 0xc0,
  identification: 0x1234,
  sourcePort: 49152,
  destinationPort: 3784,
};
const V6: UdpPacketHeader = {
  ...V4,
  source: addressBytes('2001:db8::1'),
  destination: addressBytes('::ffff:127.0.0.1'),
};
const PAYLOAD = Uint8Array.from({ length: 24 }, (_, index) => 7 * index);

const anyHeader = fc.constantFrom(4, 16).chain((size) =>
  fc.record<UdpPacketHeader>({
    source: fc.uint8Array({ minLength: size, maxLength: size }),
    destination: fc.uint8Array({ minLength: size, maxLength: size }),
    ttl: fc.nat({ max: 255 }),
    trafficClass: fc.nat({ max: 255 }),
    identification: fc.nat({ max: 0xffff }),
    sourcePort: fc.nat({ max: 0xffff }),
    destinationPort: fc.nat({ max: 0xffff }),
  }),
);

test('the sum of RFC 1071 §3 comes out as printed there', () => {
  const bytes = Uint8Array.of(0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7);
  expect(checksumOf(addToSum(0, bytes, 0, 8))).toBe(~0xddf2 & 0xffff);
});

describe('writing and reading', () => {
  test('what is written reads back, wherever it lies and whatever follows it', () => {
    fc.assert(
      fc.property(
        anyHeader,
        fc.uint8Array({ maxLength: 80 }),
        fc.nat({ max: 9 }),
        fc.nat({ max: 20 }),
        (header, payload, offset, padding) => {
          const bytes = new Uint8Array(offset + 48 + payload.length + padding).fill(0xa5);
          const payloadAt = offset + udpPacketHeaderBytes(header);
          bytes.set(payload, payloadAt);
          const length = writeUdpPacket(header, bytes, offset, payload.length);
          const packet = createDecodedUdpPacket();
          expect(decodeUdpPacket(bytes, offset, offset + length + padding, packet)).toBeNull();
          const { source, destination, identification, ...rest } = header;
          expect(packet).toEqual({
            ...rest,
            addressBytes: source.length,
            sourceAt: offset + (source.length === 4 ? 12 : 8),
            destinationAt: offset + (source.length === 4 ? 16 : 24),
            routerAlert: false,
            payloadAt,
            payloadBytes: payload.length,
          });
          expect(bytes.subarray(packet.destinationAt, packet.destinationAt + source.length)).toEqual(
            destination,
          );
          expect(source.length === 4 ? identification : 0).toBe(
            source.length === 4 ? (bytes[offset + 4] ?? 0) * 256 + (bytes[offset + 5] ?? 0) : 0,
          );
          expect(bytes.subarray(payloadAt, payloadAt + payload.length)).toEqual(payload);
        },
      ),
    );
  });

  test.each([V4, V6])('RFC 768: a checksum that comes out as zero is written as all ones', (header) => {
    const at = udpPacketHeaderBytes(header);
    const bytes = new Uint8Array(at + 2);
    writeUdpPacket(header, bytes, 0, 2);
    // What is missing to a sum of all ones makes it that as payload.
    bytes.set(bytes.subarray(at - 2, at), at);
    writeUdpPacket(header, bytes, 0, 2);
    expect([...bytes.subarray(at - 2, at)]).toEqual([0xff, 0xff]);
    expect(decodeUdpPacket(bytes, 0, bytes.length, createDecodedUdpPacket())).toBeNull();
  });

  test('one flipped bit is found by the checksums, or is in no header field that they cover', () => {
    const { bytes, length } = written(V4);
    const packet = createDecodedUdpPacket();
    for (let bit = 0; bit < 8 * length; bit += 1) {
      const damaged = Uint8Array.from(bytes);
      damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (0x80 >> (bit & 7));
      expect(decodeUdpPacket(damaged, 0, length, packet)).not.toBeNull();
    }
  });

  test('never throws, whatever the bytes are', () => {
    const packet = createDecodedUdpPacket();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), fc.constantFrom(0x45, 0x4f, 0x60), (bytes, first) => {
        bytes[0] = first;
        const discard = decodeUdpPacket(bytes, 0, bytes.length, packet);
        expect(discard === null || UDP_PACKET_DISCARDS.includes(discard)).toBe(true);
      }),
      { numRuns: 5000 },
    );
  });
});

describe('what is discarded', () => {
  test.each<[string, UdpPacketDiscard, UdpPacketHeader, (bytes: Uint8Array) => void]>([
    ['version 5', 'ip-version', V4, (bytes) => (bytes[0] = 0x55)],
    ['a header of 16 bytes', 'ip-header-length', V4, (bytes) => (bytes[0] = 0x44)],
    ['a total length beyond the end', 'ip-total-length', V4, (bytes) => writeUint16(bytes, 2, 53)],
    ['a total length within the header', 'ip-total-length', V4, (bytes) => writeUint16(bytes, 2, 19)],
    ['a damaged header', 'ip-header-checksum', V4, (bytes) => (bytes[8] = 2)],
    ['more fragments', 'ip-fragment', V4, (bytes) => resum(bytes, 6, 0x2000)],
    ['a later fragment', 'ip-fragment', V4, (bytes) => resum(bytes, 6, 1)],
    ['TCP', 'not-udp', V4, (bytes) => resum(bytes, 8, 0x0106)],
    ['a UDP length beyond the end', 'udp-length', V4, (bytes) => writeUint16(bytes, 24, 33)],
    ['a UDP length within the header', 'udp-length', V4, (bytes) => writeUint16(bytes, 24, 7)],
    ['a damaged payload', 'udp-checksum', V4, (bytes) => (bytes[40] = 0xee)],
    ['a payload length beyond the end', 'ip-total-length', V6, (bytes) => writeUint16(bytes, 4, 33)],
    ['a UDP header cut short', 'udp-truncated', V6, (bytes) => writeUint16(bytes, 4, 7)],
    ['a fragment header', 'ip-fragment', V6, (bytes) => (bytes[6] = 44)],
    ['a routing header', 'not-udp', V6, (bytes) => (bytes[6] = 43)],
    ['options beyond the end', 'ip-options', V6, (bytes) => ((bytes[6] = 0), (bytes[41] = 200))],
    ['no UDP checksum over IPv6', 'udp-checksum', V6, (bytes) => writeUint16(bytes, 46, 0)],
    ['a damaged address', 'udp-checksum', V6, (bytes) => (bytes[23] = 9)],
  ])('%s: %s', (_, discard, header, damage) => {
    const { bytes, length } = written(header);
    damage(bytes);
    expect(decodeUdpPacket(bytes, 0, length, createDecodedUdpPacket())).toBe(discard);
  });

  test('what ends within its headers', () => {
    for (const header of [V4, V6]) {
      const { bytes } = written(header);
      expect(decodeUdpPacket(bytes, 0, 0, createDecodedUdpPacket())).toBe('ip-truncated');
      expect(decodeUdpPacket(bytes, 0, 19, createDecodedUdpPacket())).toBe('ip-truncated');
      expect(decodeUdpPacket(bytes, 0, 30, createDecodedUdpPacket())).not.toBeNull();
    }
  });
});

describe('what is accepted', () => {
  test('no UDP checksum over IPv4', () => {
    const { bytes, length } = written(V4);
    writeUint16(bytes, 26, 0);
    expect(decodeUdpPacket(bytes, 0, length, createDecodedUdpPacket())).toBeNull();
  });

  test.each([
    ['Router Alert', [148, 4, 0, 0], true],
    ['no operation, then Router Alert', [1, 1, 1, 1, 148, 4, 0, 0], true],
    ['the end of options', [0, 148, 4, 0], false],
    ['another option', [136, 4, 0, 0], false],
  ])('IPv4 with %s', (_, options, routerAlert) => {
    const packet = createDecodedUdpPacket();
    const bytes = withIpv4Options(options);
    expect(decodeUdpPacket(bytes, 0, bytes.length, packet)).toBeNull();
    expect(packet).toMatchObject({ routerAlert, payloadBytes: PAYLOAD.length, destinationPort: 3784 });
  });

  test.each([
    ['of length zero', [148, 0, 0, 0]],
    ['of length one', [148, 1, 0, 0]],
    ['beyond the header', [148, 5, 0, 0]],
    ['without a length', [1, 1, 1, 148]],
  ])('but not an option %s', (_, options) => {
    const bytes = withIpv4Options(options);
    expect(decodeUdpPacket(bytes, 0, bytes.length, createDecodedUdpPacket())).toBe('ip-options');
  });

  test.each([
    ['RFC 7506: the Router Alert of MPLS OAM', [5, 2, 0, 69, 1, 0], true],
    ['padding alone', [0, 0, 1, 2, 0, 0], false],
  ])('IPv6 with %s', (_, options, routerAlert) => {
    const packet = createDecodedUdpPacket();
    const bytes = withIpv6Options(options);
    expect(decodeUdpPacket(bytes, 0, bytes.length, packet)).toBeNull();
    expect(packet).toMatchObject({ routerAlert, payloadBytes: PAYLOAD.length, sourcePort: 49152 });
  });

  test('but not an IPv6 option beyond its header', () => {
    const bytes = withIpv6Options([5, 5, 0, 0, 0, 0]);
    expect(decodeUdpPacket(bytes, 0, bytes.length, createDecodedUdpPacket())).toBe('ip-options');
  });
});

function written(header: UdpPacketHeader): { bytes: Uint8Array; length: number } {
  const headerBytes = udpPacketHeaderBytes(header);
  const bytes = new Uint8Array(headerBytes + PAYLOAD.length);
  bytes.set(PAYLOAD, headerBytes);
  return { bytes, length: writeUdpPacket(header, bytes, 0, PAYLOAD.length) };
}

/** Sets 16 bits of an IPv4 header, and its checksum anew. */
function resum(bytes: Uint8Array, at: number, value: number): void {
  writeUint16(bytes, at, value);
  writeUint16(bytes, 10, 0);
  const headerBytes = 4 * ((bytes[0] ?? 0) & 0x0f);
  writeUint16(bytes, 10, checksumOf(addToSum(0, bytes, 0, headerBytes)));
}

function withIpv4Options(options: readonly number[]): Uint8Array {
  const { bytes } = written(V4);
  const longer = Uint8Array.of(...bytes.subarray(0, 20), ...options, ...bytes.subarray(20));
  longer[0] = 0x45 + options.length / 4;
  resum(longer, 2, longer.length);
  return longer;
}

function withIpv6Options(options: readonly number[]): Uint8Array {
  const { bytes } = written(V6);
  const longer = Uint8Array.of(...bytes.subarray(0, 40), 17, 0, ...options, ...bytes.subarray(40));
  longer[6] = 0;
  writeUint16(longer, 4, longer.length - 40);
  return longer;
}
