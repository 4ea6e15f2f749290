import { describe, expect, test } from 'vitest';
import { decodeControlPacket } from '../../../src/bfd/packet/control-packet.js';
import { assertParameters } from '../../../src/bfd/session/parameters.js';
import { Down, MS, PARAMETERS, SessionDriver, Up } from '../session/session-driver.js';
import {
  AuthenticatedDriver,
  discardReason,
  inUse,
  keyOf,
  MD5,
  SHA1,
  SIMPLE,
} from './authenticated-packet.js';

/** The bytes of the next packet of a session that is Up. */
function nextBytes(driver: SessionDriver): Uint8Array {
  driver.advanceToTimeout();
  const { bytes } = driver.sent[0] ?? {};
  if (bytes === undefined) throw new Error('nothing was sent');
  return bytes;
}

describe('RFC 5880 §4.1: the generic control packet', () => {
  test('§4.1: the Multipoint bit MUST be zero on transmit', () => {
    for (const state of [Down, Up]) {
      const bytes = nextBytes(new SessionDriver({ demand: true }).bring(state));
      expect((bytes[1] ?? 0) & 1).toBe(0);
    }
  });

  test('§4.1: the Multipoint bit MUST be zero on receipt', () => {
    const bytes = nextBytes(new SessionDriver().bring(Up));
    expect(decodeControlPacket(bytes, 0, bytes.length).ok).toBe(true);
    bytes[1] = (bytes[1] ?? 0) | 1;
    expect(decodeControlPacket(bytes, 0, bytes.length)).toEqual({ ok: false, error: 'multipoint' });
  });

  test('§4.1: My Discriminator is nonzero, Desired Min TX Interval is never the reserved zero', () => {
    const view = new DataView(nextBytes(new SessionDriver().bring(Up)).buffer);
    expect(view.getUint32(4)).not.toBe(0);
    expect(view.getUint32(12)).toBe(50 * MS);
    expect(() => new SessionDriver({ desiredMinTxIntervalUs: 0 })).toThrow(RangeError);
  });
});

describe('RFC 5880 §4.2: the Simple Password section', () => {
  test.each([1, 16])('§4.2: the password MUST be from 1 to 16 bytes in length: %d is accepted', (length) => {
    const key = keyOf(SIMPLE, 1, new Uint8Array(length).fill(65));
    const authentication = { meticulous: false, send: key, accept: [key] };
    expect(() => assertParameters({ ...PARAMETERS, authentication })).not.toThrow();
  });

  test.each([0, 17])('§4.2: the password MUST be from 1 to 16 bytes in length: %d is refused', (length) => {
    const key = keyOf(SIMPLE, 1, new Uint8Array(length));
    const authentication = { meticulous: false, send: key, accept: [key] };
    expect(() => assertParameters({ ...PARAMETERS, authentication })).toThrow(RangeError);
  });

  test('§4.2: the Auth Len is the length of the password plus three', () => {
    const bytes = nextBytes(new AuthenticatedDriver(SIMPLE).up());
    expect([...bytes.subarray(24)]).toEqual([1, 9, 7, ...Buffer.from('secret')]);
  });
});

describe.each([...MD5, ...SHA1])('RFC 5880 §4.3, §4.4: the $name section', (type) => {
  test('§4.3, §4.4: the Reserved byte MUST be set to zero on transmit', () => {
    expect(nextBytes(new AuthenticatedDriver(type).up())[27]).toBe(0);
  });

  test('§4.3, §4.4: the Reserved byte MUST be ignored on receipt', () => {
    const driver = new AuthenticatedDriver(type).up();
    expect(discardReason(driver.receiveSigned(Up, { reserved: 0xff }))).toBeNull();
  });

  test('§4.3, §4.4: a key longer than the digest field is refused', () => {
    const longest = type.bytes - 8;
    const authenticated = (length: number) => {
      const key = keyOf(type, 1, new Uint8Array(length).fill(1));
      return { ...PARAMETERS, authentication: { ...inUse(type), send: key } };
    };
    expect(() => assertParameters(authenticated(longest))).not.toThrow();
    expect(() => assertParameters(authenticated(longest + 1))).toThrow(RangeError);
  });
});
