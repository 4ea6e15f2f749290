import { describe, expect, test } from 'vitest';
import { Down, Init, SECOND, SessionDriver, Up } from '../session/session-driver.js';
import {
  AuthenticatedDriver,
  discardReason,
  inUse,
  KEY_ID,
  keyOf,
  MD5,
  SECRET,
  SHA1,
  signed,
  SIMPLE,
} from './authenticated-packet.js';

const OTHER = keyOf(SIMPLE, 9, Uint8Array.from(Buffer.from('sesame')));

describe('RFC 5880 §6.7.2: transmission with a Simple Password', () => {
  test('§6.7.2: the password and Key ID MUST be stored in the section of each outgoing packet', () => {
    const driver = new AuthenticatedDriver(SIMPLE).up();
    driver.receiveSigned(Up, {}, { poll: true });
    driver.advanceHearing(0, Up, SECOND);
    driver.command({ type: 'admin-down' });
    driver.advance(2 * SECOND);
    expect(driver.sent.length).toBeGreaterThan(3);
    for (const { bytes } of driver.sent) {
      expect((bytes[1] ?? 0) & 0x04).toBe(0x04);
      expect([...bytes.subarray(26)]).toEqual([KEY_ID, ...SECRET]);
    }
  });

  test('§6.7.2: the Auth Type field MUST be set to 1', () => {
    const driver = new AuthenticatedDriver(SIMPLE).up();
    driver.advanceToTimeout();
    expect(driver.sent[0]?.bytes[24]).toBe(1);
  });

  test.each([1, 6, 16])('§6.7.2: the Auth Len field MUST be set to the proper length: %d + 3', (length) => {
    const key = keyOf(SIMPLE, 1, new Uint8Array(length).fill(66));
    const driver = new SessionDriver({ authentication: { meticulous: false, send: key, accept: [key] } });
    driver.advance(0);
    const { bytes } = driver.sent[0] ?? {};
    expect(bytes?.[25]).toBe(length + 3);
    expect(bytes?.[3]).toBe(24 + length + 3);
    expect(bytes).toHaveLength(24 + length + 3);
  });
});

describe('RFC 5880 §6.7.2: reception with a Simple Password', () => {
  test('§6.7.2: without an Authentication Section the packet MUST be discarded', () => {
    const driver = new AuthenticatedDriver(SIMPLE).up();
    expect(discardReason(driver.receive(Down))).toBe('missing-authentication');
    expect(driver.session.localState).toBe(Up);
  });

  test.each([0, 2, 3, 4, 5, 6, 255])('§6.7.2: with Auth Type %d the packet MUST be discarded', (type) => {
    const driver = new AuthenticatedDriver(SIMPLE).up();
    expect(discardReason(driver.receiveSigned(Down, { type }))).toBe('authentication-type');
  });

  test('§6.7.2: with a Key ID that no configured password has the packet MUST be discarded', () => {
    const driver = new AuthenticatedDriver(SIMPLE).up();
    expect(discardReason(driver.receiveSigned(Down, { keyId: 8 }))).toBe('authentication-key');
  });

  test.each([8, 10, 3, 0, 255])(
    '§6.7.2: with a wrong Auth Len, %d, the packet MUST be discarded',
    (length) => {
      const driver = new AuthenticatedDriver(SIMPLE).up();
      expect(discardReason(driver.receiveSigned(Down, { length }))).toBe('authentication-length');
    },
  );

  test('§6.7.2: with another password the packet MUST be discarded', () => {
    const driver = new AuthenticatedDriver(SIMPLE).up();
    expect(discardReason(driver.receiveSigned(Down, { secret: OTHER.secret }))).toBe(
      'authentication-password',
    );
  });

  test('§6.7.2: otherwise the packet MUST be accepted', () => {
    const driver = new AuthenticatedDriver(SIMPLE);
    expect(discardReason(driver.receiveSigned(Down))).toBeNull();
    expect(driver.session.localState).toBe(Init);
  });

  test('§6.7.2: the Key ID selects the password of several', () => {
    const driver = new AuthenticatedDriver(SIMPLE, inUse(SIMPLE, [keyOf(SIMPLE), OTHER])).up();
    const other = { keyId: OTHER.keyId, secret: OTHER.secret };
    expect(discardReason(driver.receiveSigned(Up, other))).toBeNull();
    expect(discardReason(driver.receiveSigned(Up))).toBeNull();
    expect(discardReason(driver.receiveSigned(Up, { secret: OTHER.secret }))).toBe('authentication-password');
  });
});

describe('RFC 5880 §6.7, §6.7.1: authentication as a whole', () => {
  test.each(SHA1)('§6.7: implementations MUST support both types of SHA1: $name', (type) => {
    const driver = new AuthenticatedDriver(type).up();
    expect(driver.session.localState).toBe(Up);
  });

  test.each([SIMPLE, ...MD5, ...SHA1])(
    '§6.7.1: the receipt of packets does not change the authentication state: $name',
    (type) => {
      const driver = new AuthenticatedDriver(type).up();
      for (let packet = 0; packet < 50; packet += 1) {
        driver.receive(Up);
      }
      driver.advanceToTimeout();
      expect(driver.sent[0]?.authenticationPresent).toBe(true);
      const plain = new SessionDriver().bring(Up);
      const packet = { ...plain.packet(Up), authenticationPresent: true };
      expect(discardReason(plain.receiveBytes(packet, signed(type, packet)))).toBe(
        'unexpected-authentication',
      );
      plain.advanceToTimeout();
      expect(plain.sent[0]?.authenticationPresent).toBe(false);
    },
  );

  test.each([SIMPLE, ...MD5, ...SHA1])(
    '§6.7: discarded packets do not keep the session Up: $name',
    (type) => {
      const driver = new AuthenticatedDriver(type).up();
      for (let packet = 0; packet < 10; packet += 1) {
        driver.advance(20_000);
        driver.receiveSigned(Up, { keyId: 99 });
      }
      expect(driver.session.localState).toBe(Down);
      expect(driver.session.localDiagnostic).toBe(1);
    },
  );

  test.each([SIMPLE, ...MD5, ...SHA1])(
    '§6.7: a change of keys does not disturb the session: $name',
    (type) => {
      const driver = new AuthenticatedDriver(type).up();
      const young = keyOf(type, 8, Uint8Array.from(Buffer.from('younger')));
      driver.change({ authentication: inUse(type, [keyOf(type), young]) });
      expect(discardReason(driver.receiveSigned(Up))).toBeNull();
      driver.change({ authentication: { ...inUse(type), send: young, accept: [keyOf(type), young] } });
      expect(discardReason(driver.receiveSigned(Up))).toBeNull();
      const withYoung = { keyId: 8, secret: young.secret, length: type === SIMPLE ? 10 : type.bytes };
      expect(discardReason(driver.receiveSigned(Up, withYoung))).toBeNull();
      driver.change({ authentication: { ...inUse(type), send: young, accept: [young] } });
      expect(discardReason(driver.receiveSigned(Up, withYoung))).toBeNull();
      expect(discardReason(driver.receiveSigned(Up))).toBe('authentication-key');
      driver.advanceToTimeout();
      expect(driver.sent.at(-1)?.bytes[26]).toBe(8);
      expect(driver.effects.filter((effect) => effect.type === 'state-changed')).toEqual([]);
    },
  );

  test('§6.7: without a key to send with the session goes Down and sends nothing, not even a Final', () => {
    const type = SHA1[1] ?? SIMPLE;
    const driver = new AuthenticatedDriver(type).up();
    driver.change({ authentication: { ...inUse(type), send: null } });
    expect(driver.session.localState).toBe(Down);
    expect(driver.session.keyMissing).toBe(true);
    driver.receiveSigned(Down, {}, { poll: true });
    driver.advance(10 * SECOND);
    expect(driver.sent).toEqual([]);
    expect(driver.session.localState).toBe(Down);
    driver.change({ authentication: inUse(type) });
    driver.up();
    expect(driver.session.localState).toBe(Up);
  });
});
