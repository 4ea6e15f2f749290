import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Key, SessionAuthentication } from '../../../src/bfd/auth/authentication.js';
import { Authenticator } from '../../../src/bfd/auth/authenticator.js';
import { nodeDigest } from '../../../src/bfd/auth/node-digest.io.js';
import { decodeControlPacket, encodeControlPacket } from '../../../src/bfd/packet/control-packet.js';

interface Vector {
  readonly describes: string;
  readonly algorithm: Key['algorithm'];
  readonly meticulous: boolean;
  readonly keyId: number;
  readonly secretHex: string;
  readonly sequence: number | null;
  readonly packetHex: string;
  readonly discard?: string;
}

const FOLDER = new URL('../../vectors/bfd-authentication/', import.meta.url);
const VECTORS = readdirSync(FOLDER).map((file) => {
  const vector: Vector = JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8'));
  return { name: file.slice(0, -'.json'.length), ...vector };
});
const ACCEPTED = VECTORS.filter(({ discard }) => discard === undefined);
const DISCARDED = VECTORS.filter(({ discard }) => discard !== undefined);

function fromHex(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex, 'hex'));
}

function authentication(vector: Vector): SessionAuthentication & { readonly send: Key } {
  const { keyId, algorithm, meticulous } = vector;
  const send = { keyId, algorithm, secret: fromHex(vector.secretHex) };
  return { meticulous, send, accept: [send] };
}

function verify(vector: Vector): string | null {
  const bytes = fromHex(vector.packetHex);
  const decoded = decodeControlPacket(bytes, 0, bytes.length);
  if (!decoded.ok) throw new Error(decoded.error);
  return new Authenticator(nodeDigest, 0).verify(decoded.value, bytes, authentication(vector));
}

describe('vectors of authentication', () => {
  test('there are some of each type, and of each rule by which a packet is discarded', () => {
    const types = new Set(ACCEPTED.map(({ algorithm, meticulous }) => `${algorithm} ${meticulous}`));
    expect(types.size).toBe(5);
    expect(new Set(DISCARDED.map(({ discard }) => discard)).size).toBe(6);
  });

  test.each(ACCEPTED)('RFC 5880 §6.7: $name is accepted: $describes', (vector) => {
    expect(verify(vector)).toBeNull();
  });

  test.each(ACCEPTED)('RFC 5880 §6.7: $name is written: $describes', (vector) => {
    const bytes = fromHex(vector.packetHex);
    const decoded = decodeControlPacket(bytes, 0, bytes.length);
    const written = new Uint8Array(60);
    expect(decoded.ok && encodeControlPacket(decoded.value, written, 3)).toBe(24);
    const { send, meticulous } = authentication(vector);
    const length = new Authenticator(nodeDigest, vector.sequence ?? 0).sign(written, 3, send, meticulous);
    expect(Buffer.from(written.subarray(3, 3 + length)).toString('hex')).toBe(vector.packetHex);
  });

  test.each(DISCARDED)('RFC 5880 §6.7: $name is discarded: $describes', (vector) => {
    expect(verify(vector)).toBe(vector.discard);
  });

  test('Python’s hashlib computes the same packets', () => {
    const python = spawnSync(
      '/usr/bin/python3',
      [new URL('../../support/bfd-authentication.py', import.meta.url).pathname],
      {
        input: JSON.stringify(ACCEPTED),
        encoding: 'utf8',
      },
    );
    expect(python.stderr).toBe('');
    expect(JSON.parse(python.stdout)).toEqual(ACCEPTED.map(({ packetHex }) => packetHex));
  });
});
