import { describe, expect, test } from 'vitest';
import type { Key } from '../../../src/bfd/auth/authentication.js';
import { Authenticator } from '../../../src/bfd/auth/authenticator.js';
import { nodeDigest } from '../../../src/bfd/auth/node-digest.io.js';
import {
  createControlPacket,
  encodeControlPacket,
  type ControlPacket,
} from '../../../src/bfd/packet/control-packet.js';
import { SessionState } from '../../../src/bfd/packet/session-state.js';

const SECRET = Uint8Array.from(Buffer.from('secret'));
const SHA1: Key = { keyId: 1, algorithm: 'sha1', secret: SECRET };
const MD5: Key = { keyId: 2, algorithm: 'md5', secret: SECRET };
const PASSWORD: Key = { keyId: 3, algorithm: 'simple-password', secret: SECRET };

/** Signs and checks packets, and counts the digests that this takes. */
class Bench {
  digests = 0;
  readonly #authenticator: Authenticator;

  constructor(firstSequence = 0) {
    this.#authenticator = new Authenticator((algorithm, bytes) => {
      this.digests++;
      return nodeDigest(algorithm, bytes);
    }, firstSequence);
  }

  sign(key: Key, meticulous: boolean, fields: Partial<ControlPacket> = {}): Uint8Array {
    const bytes = new Uint8Array(60);
    encodeControlPacket(packet(fields), bytes, 0);
    return bytes.slice(0, this.#authenticator.sign(bytes, 0, key, meticulous));
  }

  verify(bytes: Uint8Array, key: Key, meticulous: boolean, detectMult = 3): string | null {
    const authentication = { meticulous, send: key, accept: [key] };
    return this.#authenticator.verify(packet({ detectMult }), bytes, authentication);
  }

  forget(): void {
    this.#authenticator.forgetSequence();
  }
}

function packet(fields: Partial<ControlPacket>): ControlPacket {
  return {
    ...createControlPacket(),
    authenticationPresent: true,
    state: SessionState.Up,
    detectMult: 3,
    myDiscriminator: 1,
    yourDiscriminator: 2,
    ...fields,
  };
}

function sequence(bytes: Uint8Array): number {
  return Buffer.from(bytes).readUInt32BE(28);
}

/** A packet of the peer with this sequence number. */
function numbered(key: Key, meticulous: boolean, number: number): Uint8Array {
  return new Bench(number).sign(key, meticulous);
}

describe('RFC 5880 §6.7.3, §6.7.4: the sequence number of packets sent', () => {
  test.each([SHA1, MD5])('erratum 2530: meticulous: up by one with every packet ($algorithm)', (key) => {
    const bench = new Bench(0xffff_fffe);
    const numbers = [1, 2, 3, 4].map(() => sequence(bench.sign(key, true)));
    expect(numbers).toEqual([0xffff_fffe, 0xffff_ffff, 0, 1]);
  });

  test.each([SHA1, MD5])('keyed: up by one with other contents alone ($algorithm)', (key) => {
    const bench = new Bench(0xffff_ffff);
    expect(sequence(bench.sign(key, false))).toBe(0xffff_ffff);
    expect(sequence(bench.sign(key, false))).toBe(0xffff_ffff);
    expect(sequence(bench.sign(key, false, { diagnostic: 1 }))).toBe(0);
    expect(sequence(bench.sign(key, false, { diagnostic: 1, poll: true }))).toBe(1);
    expect(bench.digests).toBe(3);
  });

  test('a packet that repeats the one before is the same to the last byte, without another digest', () => {
    const bench = new Bench();
    const first = bench.sign(SHA1, false);
    expect(bench.sign(SHA1, false)).toEqual(first);
    expect(bench.digests).toBe(1);
  });

  test('never goes back when the keys or the way of counting change', () => {
    const bench = new Bench(10);
    const numbers = [
      bench.sign(SHA1, false),
      bench.sign(SHA1, true),
      bench.sign(SHA1, false),
      bench.sign(MD5, false),
      bench.sign(SHA1, false),
    ].map(sequence);
    expect(numbers).toEqual([10, 11, 12, 13, 14]);
  });

  test('a simple password has none', () => {
    expect(new Bench().sign(PASSWORD, true)).toHaveLength(24 + 3 + SECRET.length);
  });
});

describe.each([SHA1, MD5])('RFC 5880 §6.7.3, §6.7.4: the window of sequence numbers ($algorithm)', (key) => {
  test('the first number is taken as it comes', () => {
    expect(new Bench().verify(numbered(key, true, 0x8000_0000), key, true)).toBeNull();
  });

  test.each([
    [true, 0, 'authentication-sequence'],
    [true, 1, null],
    [true, 9, null],
    [true, 10, 'authentication-sequence'],
    [true, -1, 'authentication-sequence'],
    [false, 0, null],
    [false, 9, null],
    [false, 10, 'authentication-sequence'],
    [false, -1, 'authentication-sequence'],
  ])('meticulous %s: %d further on, with Detect Mult 3: %s', (meticulous, step, expected) => {
    for (const start of [100, 0xffff_fffc]) {
      const bench = new Bench();
      expect(bench.verify(numbered(key, meticulous, start), key, meticulous)).toBeNull();
      expect(bench.verify(numbered(key, meticulous, (start + step) >>> 0), key, meticulous)).toBe(expected);
    }
  });

  test('the window is as wide as the Detect Mult of the packet says', () => {
    const bench = new Bench();
    bench.verify(numbered(key, true, 0), key, true);
    expect(bench.verify(numbered(key, true, 4), key, true, 1)).toBe('authentication-sequence');
    expect(bench.verify(numbered(key, true, 3), key, true, 1)).toBeNull();
  });

  test('erratum 7082: a packet whose digest is wrong teaches no sequence number', () => {
    const bench = new Bench();
    const forged = numbered(key, true, 5000);
    forged[forged.length - 1] = (forged[forged.length - 1] ?? 0) ^ 1;
    expect(bench.verify(forged, key, true)).toBe('authentication-digest');
    expect(bench.verify(numbered(key, true, 7), key, true)).toBeNull();
    const later = numbered(key, true, 9);
    later[2] = 77;
    expect(bench.verify(later, key, true)).toBe('authentication-digest');
    expect(bench.verify(numbered(key, true, 8), key, true)).toBeNull();
  });

  test('a number outside the window costs no digest', () => {
    const bench = new Bench();
    bench.verify(numbered(key, true, 0), key, true);
    const { digests } = bench;
    bench.verify(numbered(key, true, 1000), key, true);
    expect(bench.digests).toBe(digests);
  });

  test('once forgotten, any number is taken', () => {
    const bench = new Bench();
    bench.verify(numbered(key, true, 1000), key, true);
    bench.forget();
    expect(bench.verify(numbered(key, true, 1), key, true)).toBeNull();
    expect(bench.verify(numbered(key, true, 1), key, true)).toBe('authentication-sequence');
  });

  test('keyed: a packet that repeats the last one is known without a digest', () => {
    const bench = new Bench();
    const bytes = numbered(key, false, 3);
    expect(bench.verify(bytes, key, false)).toBeNull();
    expect(bench.verify(bytes, key, false)).toBeNull();
    expect(bench.digests).toBe(1);
    bytes[40] = (bytes[40] ?? 0) ^ 1;
    expect(bench.verify(bytes, key, false)).toBe('authentication-digest');
  });
});
