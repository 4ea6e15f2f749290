import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { Down, Init, MS, SECOND, Up } from '../session/session-driver.js';
import {
  AuthenticatedDriver,
  discardReason,
  inUse,
  KEY_ID,
  keyOf,
  MD5,
  SECRET,
  SHA1,
} from './authenticated-packet.js';

function sequences(driver: AuthenticatedDriver): number[] {
  return driver.sent.map(({ bytes }) => Buffer.from(bytes).readUInt32BE(28));
}

describe.each([...MD5, ...SHA1])('RFC 5880 §6.7.3, §6.7.4: transmission with $name', (type) => {
  test('the Auth Type, Auth Len and Auth Key ID fields MUST be those of the type and the current key', () => {
    const driver = new AuthenticatedDriver(type).up();
    driver.advanceToTimeout();
    const { bytes } = driver.sent[0] ?? {};
    expect([...(bytes?.subarray(24, 27) ?? [])]).toEqual([type.type, type.bytes, KEY_ID]);
    expect(bytes?.[3]).toBe(24 + type.bytes);
  });

  test('the Sequence Number field MUST be set to bfd.XmitAuthSeq, at first a random value', () => {
    const driver = new AuthenticatedDriver(type);
    driver.advance(0);
    expect(sequences(driver)).toEqual([driver.drawUint32]);
  });

  test('the digest MUST be calculated over the entire packet, with the key padded with zero bytes', () => {
    const driver = new AuthenticatedDriver(type).up();
    driver.advanceToTimeout();
    const bytes = Buffer.from(driver.sent[0]?.bytes ?? []);
    const padding = Buffer.alloc(type.bytes - 8 - SECRET.length);
    const whole = Buffer.concat([bytes.subarray(0, 32), SECRET, padding]);
    expect(bytes.subarray(32)).toEqual(createHash(type.algorithm).update(whole).digest());
  });

  test('the secret key MUST NOT be carried in the packet', () => {
    const driver = new AuthenticatedDriver(type).up();
    driver.advance(100 * MS);
    expect(driver.sent.length).toBeGreaterThan(1);
    expect(driver.sent.some(({ bytes }) => Buffer.from(bytes).includes(Buffer.from(SECRET)))).toBe(false);
  });

  test('bfd.XmitAuthSeq: meticulous it MUST be incremented with every packet; else it is with other contents', () => {
    const driver = new AuthenticatedDriver(type).up();
    driver.advance(100 * MS);
    driver.receiveSigned(Up);
    driver.command({ type: 'admin-down' });
    const [first = 0, second = 0, third = 0] = sequences(driver);
    expect(driver.sent).toHaveLength(3);
    expect(second).toBe((first + (type.meticulous ? 1 : 0)) >>> 0);
    expect(third).toBe((second + 1) >>> 0);
  });

  test('bfd.XmitAuthSeq is circular, an unsigned 32-bit value', () => {
    const driver = new AuthenticatedDriver(type);
    driver.advance(0);
    driver.receiveSigned(Down);
    driver.receiveSigned(Init);
    expect(sequences(driver)).toEqual([0xffff_fffe, 0xffff_ffff, 0]);
  });
});

describe.each([...MD5, ...SHA1])('RFC 5880 §6.7.3, §6.7.4: receipt with $name', (type) => {
  test('without an Authentication Section the packet MUST be discarded', () => {
    const driver = new AuthenticatedDriver(type).up();
    expect(discardReason(driver.receive(Down))).toBe('missing-authentication');
  });

  test('with an Auth Type that is not correct the packet MUST be discarded', () => {
    const driver = new AuthenticatedDriver(type).up();
    for (const other of [0, 1, 2, 3, 4, 5, 6, 255].filter((each) => each !== type.type)) {
      expect(discardReason(driver.receiveSigned(Down, { type: other }))).toBe('authentication-type');
    }
    expect(driver.session.localState).toBe(Up);
  });

  test('with an Auth Key ID that no configured key has the packet MUST be discarded', () => {
    const driver = new AuthenticatedDriver(type).up();
    expect(discardReason(driver.receiveSigned(Down, { keyId: 8 }))).toBe('authentication-key');
  });

  test('with another Auth Len the packet MUST be discarded', () => {
    const driver = new AuthenticatedDriver(type).up();
    for (const length of [0, 3, type.bytes - 1, type.bytes + 1, 255]) {
      expect(discardReason(driver.receiveSigned(Down, { length }))).toBe('authentication-length');
    }
  });

  test('bfd.AuthSeqKnown 1: outside of the window of three times Detect Mult it MUST be discarded', () => {
    const driver = new AuthenticatedDriver(type).up();
    const last = driver.sequence - 1;
    for (const outside of [last - 1, last + 10, last + 0x8000_0000, ...(type.meticulous ? [last] : [])]) {
      expect(discardReason(driver.receiveSigned(Down, { sequence: outside >>> 0 }))).toBe(
        'authentication-sequence',
      );
    }
    expect(driver.session.localState).toBe(Up);
  });

  test('bfd.AuthSeqKnown 1: at the ends of the window it is accepted', () => {
    const driver = new AuthenticatedDriver(type).up();
    const last = driver.sequence - 1;
    const lower = type.meticulous ? last + 1 : last;
    expect(discardReason(driver.receiveSigned(Up, { sequence: lower }))).toBeNull();
    expect(discardReason(driver.receiveSigned(Up, { sequence: lower + 9 }))).toBeNull();
    expect(discardReason(driver.receiveSigned(Up, { sequence: lower }))).toBe('authentication-sequence');
  });

  test('bfd.AuthSeqKnown 0: it MUST be set to 1, and bfd.RcvAuthSeq to the received number', () => {
    const driver = new AuthenticatedDriver(type);
    driver.sequence = 0xffff_fff0;
    expect(discardReason(driver.receiveSigned(Down))).toBeNull();
    expect(discardReason(driver.receiveSigned(Down, { sequence: 0xffff_ffef }))).toBe(
      'authentication-sequence',
    );
    expect(discardReason(driver.receiveSigned(Down, { sequence: 0xffff_fff9 }))).toBeNull();
    expect(discardReason(driver.receiveSigned(Down, { sequence: 2 }))).toBeNull();
  });

  test('the key that the Auth Key ID selects makes the digest: when it is equal the packet MUST be accepted', () => {
    const other = keyOf(type, 8, Uint8Array.from(Buffer.from('another')));
    const driver = new AuthenticatedDriver(type, inUse(type, [keyOf(type), other])).up();
    expect(discardReason(driver.receiveSigned(Up, { keyId: 8, secret: other.secret }))).toBeNull();
    expect(discardReason(driver.receiveSigned(Up))).toBeNull();
  });

  test('when the digest does not match the packet MUST be discarded', () => {
    const driver = new AuthenticatedDriver(type).up();
    const secret = Uint8Array.from(Buffer.from('Secret'));
    expect(discardReason(driver.receiveSigned(Down, { secret }))).toBe('authentication-digest');
    expect(driver.session.localState).toBe(Up);
  });

  test('erratum 7082: a first packet whose digest does not match is discarded, and teaches nothing', () => {
    const driver = new AuthenticatedDriver(type);
    const secret = Uint8Array.from(Buffer.from('Secret'));
    expect(discardReason(driver.receiveSigned(Down, { secret, sequence: 5000 }))).toBe(
      'authentication-digest',
    );
    expect(discardReason(driver.receiveSigned(Down, { sequence: 1 }))).toBeNull();
  });

  test('§6.8.1: bfd.AuthSeqKnown MUST be set to zero after twice the Detection Time without packets', () => {
    const driver = new AuthenticatedDriver(type).up();
    const last = driver.sequence - 1;
    const detectionTimeUs = driver.session.detectionTimeUs;
    driver.advance(2 * detectionTimeUs - 1);
    expect(discardReason(driver.receiveSigned(Down, { sequence: last - 50 }))).toBe(
      'authentication-sequence',
    );
    driver.advance(1);
    expect(discardReason(driver.receiveSigned(Down, { sequence: last - 50 }))).toBeNull();
  });

  test('§6.8.1: a peer that has restarted comes back, though its packets are discarded meanwhile', () => {
    const driver = new AuthenticatedDriver(type).up();
    driver.sequence = 0x8000_0000;
    let accepted = 0;
    for (let packet = 0; packet < 100 && accepted === 0; packet += 1) {
      driver.advance(10 * MS);
      accepted += discardReason(driver.receiveSigned(Down)) === null ? 1 : 0;
    }
    expect(accepted).toBe(1);
    expect(driver.nowUs).toBeLessThan(1_000_000_000 + SECOND);
  });
});
