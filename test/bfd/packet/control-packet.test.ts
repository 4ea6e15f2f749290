import { readdirSync, readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  CONTROL_PACKET_BYTES,
  createDecodedControlPacket,
  decodeControlPacket,
  encodeControlPacket,
} from '../../../src/bfd/packet/control-packet.js';
import type { ControlPacket } from '../../../src/bfd/packet/control-packet.js';
import { DISCARD_REASONS } from '../../../src/bfd/packet/discard-reason.js';
import { SessionState, stateName } from '../../../src/bfd/packet/session-state.js';

interface Vector {
  readonly describes: string;
  readonly decodeOnly?: boolean;
  readonly packet?: Omit<ControlPacket, 'state'> & { readonly state: string };
  readonly discard?: string;
}

const FOLDER = new URL('../../vectors/bfd/', import.meta.url);
const VECTORS = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.json'))
  .map((file) => {
    const name = file.slice(0, -'.json'.length);
    const vector: Vector = JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8'));
    const hex = readFileSync(new URL(`${name}.hex`, FOLDER), 'utf8').replace(/\s/g, '');
    return { name, vector, bytes: Uint8Array.from(Buffer.from(hex, 'hex')) };
  });
const ACCEPTED = VECTORS.filter(({ vector }) => vector.packet !== undefined);
const DISCARDED = VECTORS.filter(({ vector }) => vector.discard !== undefined);
const ENCODED = ACCEPTED.filter(({ vector }) => vector.decodeOnly !== true);

const uint32 = fc.nat({ max: 0xffff_ffff });
const anyPacket: fc.Arbitrary<ControlPacket> = fc.record({
  diagnostic: fc.nat({ max: 31 }),
  state: fc.constantFrom(...Object.values(SessionState)),
  poll: fc.boolean(),
  final: fc.boolean(),
  controlPlaneIndependent: fc.boolean(),
  authenticationPresent: fc.constant(false),
  demand: fc.boolean(),
  multipoint: fc.constant(false),
  detectMult: fc.integer({ min: 1, max: 255 }),
  myDiscriminator: fc.integer({ min: 1, max: 0xffff_ffff }),
  yourDiscriminator: fc.integer({ min: 1, max: 0xffff_ffff }),
  desiredMinTxIntervalUs: uint32,
  requiredMinRxIntervalUs: uint32,
  requiredMinEchoRxIntervalUs: uint32,
});

describe('vectors', () => {
  test('there are some of each kind', () => {
    expect(ENCODED.length).toBeGreaterThanOrEqual(9);
    expect(DISCARDED.length).toBeGreaterThanOrEqual(15);
  });

  test.each(ACCEPTED)('RFC 5880 §4.1: $name is read', ({ vector, bytes }) => {
    const result = decodeControlPacket(bytes, 0, bytes.length);
    expect(result.ok && { ...result.value, state: stateName(result.value.state) }).toEqual(vector.packet);
  });

  test.each(ENCODED)('RFC 5880 §4.1: $name is written', ({ vector, bytes }) => {
    const result = decodeControlPacket(bytes, 0, bytes.length);
    const written = new Uint8Array(bytes.length);
    expect(result.ok && encodeControlPacket(result.value, written, 0)).toBe(bytes.length);
    expect(written).toEqual(bytes);
    expect(vector.decodeOnly).toBeUndefined();
  });

  test.each(DISCARDED)('RFC 5880 §6.8.6: $name', ({ vector, bytes }) => {
    expect(decodeControlPacket(bytes, 0, bytes.length)).toEqual({ ok: false, error: vector.discard });
  });
});

describe('decodeControlPacket', () => {
  test('never throws, and answers with a packet that obeys the rules or with a known reason', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        const result = decodeControlPacket(bytes, 0, bytes.length);
        expect(
          result.ok
            ? result.value.detectMult > 0 && result.value.myDiscriminator > 0 && !result.value.multipoint
            : DISCARD_REASONS.includes(result.error),
        ).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  test('never throws on a good packet with some bytes changed, wherever it lies and whatever its length', () => {
    const change = fc.tuple(fc.nat({ max: 23 }), fc.nat({ max: 255 }));
    fc.assert(
      fc.property(
        anyPacket,
        fc.array(change, { maxLength: 4 }),
        fc.nat({ max: 40 }),
        fc.nat({ max: 80 }),
        (packet, changes, offset, length) => {
          const bytes = new Uint8Array(64);
          encodeControlPacket(packet, bytes, offset);
          for (const [index, value] of changes) {
            bytes[offset + index] = value;
          }
          const result = decodeControlPacket(bytes, offset, length);
          expect(result.ok && length < CONTROL_PACKET_BYTES).toBe(false);
        },
      ),
      { numRuns: 2000 },
    );
  });

  test('reads at an offset and does not look behind the payload', () => {
    const bytes = new Uint8Array(64).fill(0xff);
    const [first] = ENCODED;
    bytes.set(first?.bytes ?? [], 30);
    expect(decodeControlPacket(bytes, 30, 24).ok).toBe(true);
    expect(decodeControlPacket(bytes, 30, 23)).toEqual({ ok: false, error: 'length-exceeds-payload' });
    expect(decodeControlPacket(bytes.subarray(0, 50), 30, 24)).toEqual({
      ok: false,
      error: 'length-exceeds-payload',
    });
  });

  test('fills the object that it is given, and leaves it alone when it discards', () => {
    const into = createDecodedControlPacket();
    const good = Uint8Array.from(ENCODED[0]?.bytes ?? []);
    expect(decodeControlPacket(good, 0, good.length, into)).toBe(into);
    const before = { ...into.value };
    const bad = good.slice();
    bad[2] = 0;
    const failure = decodeControlPacket(bad, 0, bad.length, into);
    expect(failure.ok).toBe(false);
    expect(into.value).toEqual(before);
    expect(decodeControlPacket(bad, 0, bad.length)).toBe(failure);
  });
});

describe('encodeControlPacket', () => {
  test('is undone by decodeControlPacket', () => {
    fc.assert(
      fc.property(anyPacket, fc.nat({ max: 16 }), (packet, offset) => {
        const bytes = new Uint8Array(48);
        expect(encodeControlPacket(packet, bytes, offset)).toBe(CONTROL_PACKET_BYTES);
        expect(decodeControlPacket(bytes, offset, CONTROL_PACKET_BYTES)).toEqual({ ok: true, value: packet });
      }),
      { numRuns: 1000 },
    );
  });

  test('touches its 24 bytes alone', () => {
    fc.assert(
      fc.property(anyPacket, (packet) => {
        const bytes = new Uint8Array(40).fill(0xa5);
        encodeControlPacket(packet, bytes, 8);
        expect([...bytes.subarray(0, 8), ...bytes.subarray(32)]).toEqual(Array(16).fill(0xa5));
      }),
    );
  });
});
