import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeBase64 } from '../../../src/config/users/base64.js';
import { parseSshPublicKey, typeServes } from '../../../src/config/users/ssh-public-key.js';
import { ecdsaKey, ed25519Key, rsaKey, wire } from '../../support/ssh-keys.js';

describe('base64', () => {
  it('is decoded as Node encodes it', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(decodeBase64(Buffer.from(bytes).toString('base64'))).toEqual(new Uint8Array(bytes));
      }),
    );
  });

  it('may be broken into lines', () => {
    expect(decodeBase64('AAEC\n  AwQ=')).toEqual(Uint8Array.of(0, 1, 2, 3, 4));
  });

  it('of another form is refused', () => {
    for (const text of ['A', 'AB', 'ABC', 'A===', 'AB!D', 'AB-_', 'AA=A', '=AAA']) {
      expect([text, decodeBase64(text)]).toEqual([text, undefined]);
    }
  });
});

describe('an SSH public key', () => {
  it.each([
    ['ssh-ed25519', ed25519Key()],
    ['ssh-rsa', rsaKey(2048)],
    ['ecdsa-sha2-nistp256', ecdsaKey('nistp256', 'prime256v1')],
    ['ecdsa-sha2-nistp384', ecdsaKey('nistp384', 'secp384r1')],
    ['ecdsa-sha2-nistp521', ecdsaKey('nistp521', 'secp521r1')],
  ])('of type %s is read', (type, blob) => {
    expect(parseSshPublicKey(blob)).toEqual({ ok: true, value: { type, blob } });
  });

  it.each([
    ['that is empty', Uint8Array.of(), /name of its type/u],
    ['of an unknown type', wire('ssh-dss', 'x'), /"ssh-dss" are not supported/u],
    ['of 1024 bits', rsaKey(1024), /at least 2048 bits, this one has 1024/u],
    ['that is too short', wire('ssh-ed25519', 'short'), /32 bytes/u],
    ['with bytes behind it', Buffer.concat([ed25519Key(), Buffer.of(0)]), /behind the end/u],
    [
      'whose curve is another',
      wire('ecdsa-sha2-nistp256', 'nistp384', Buffer.alloc(65, 4)),
      /curve differs/u,
    ],
    [
      'with a compressed point',
      wire('ecdsa-sha2-nistp256', 'nistp256', Buffer.alloc(33, 2)),
      /uncompressed/u,
    ],
  ])('%s is refused with the reason', (_, blob, reason) => {
    const read = parseSshPublicKey(blob);
    expect(read.ok ? '' : read.error).toMatch(reason);
  });

  it('that is any bytes at all never throws', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        expect(parseSshPublicKey(bytes).ok).toBe(false);
      }),
    );
  });

  it('that is cut short anywhere is refused', () => {
    const blob = rsaKey(2048);
    for (let length = 0; length < blob.length; length += 1) {
      expect(parseSshPublicKey(blob.subarray(0, length)).ok).toBe(false);
    }
  });

  it('of RSA serves its three signature algorithms and no other', () => {
    for (const algorithm of ['ssh-rsa', 'rsa-sha2-256', 'rsa-sha2-512'])
      expect(typeServes('ssh-rsa', algorithm)).toBe(true);
    expect(typeServes('ssh-rsa', 'ssh-ed25519')).toBe(false);
    expect(typeServes('ssh-ed25519', 'ssh-ed25519')).toBe(true);
    expect(typeServes('ssh-ed25519', 'ssh-rsa')).toBe(false);
  });
});
