import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { scheduleKeys } from '../../../src/bfd/auth/key-schedule.js';
import type { AuthenticationKey } from '../../../src/bfd/engine/session-model.js';

function key(keyId: number, change: Partial<AuthenticationKey> = {}): AuthenticationKey {
  return {
    keyId,
    algorithm: 'sha1',
    secretHex: '736563726574',
    sendFromMs: null,
    sendUntilMs: null,
    acceptFromMs: null,
    acceptUntilMs: null,
    ...change,
  };
}

function at(timeMs: number, ...keys: AuthenticationKey[]) {
  const { authentication, nextChangeMs } = scheduleKeys({ meticulous: true, keys }, timeMs);
  const accept = authentication.accept.map(({ keyId }) => keyId);
  return { send: authentication.send?.keyId ?? null, accept, nextChangeMs };
}

describe('keys at a time', () => {
  test('a key without times is valid for ever', () => {
    expect(at(0, key(1))).toEqual({ send: 1, accept: [1], nextChangeMs: null });
  });

  test('the bytes of the secret, the algorithm and meticulous are handed on', () => {
    const { authentication } = scheduleKeys({ meticulous: true, keys: [key(1)] }, 0);
    const expected = { keyId: 1, algorithm: 'sha1', secret: Uint8Array.from(Buffer.from('secret')) };
    expect(authentication).toEqual({ meticulous: true, send: expected, accept: [expected] });
  });

  test('without a key there is none to send with, and none is accepted', () => {
    expect(at(0)).toEqual({ send: null, accept: [], nextChangeMs: null });
  });

  test('a lifetime includes its begin and excludes its end', () => {
    const timed = key(1, { sendFromMs: 10, sendUntilMs: 20, acceptFromMs: 5, acceptUntilMs: 25 });
    expect(at(4, timed)).toEqual({ send: null, accept: [], nextChangeMs: 5 });
    expect(at(5, timed)).toEqual({ send: null, accept: [1], nextChangeMs: 10 });
    expect(at(10, timed)).toEqual({ send: 1, accept: [1], nextChangeMs: 20 });
    expect(at(20, timed)).toEqual({ send: null, accept: [1], nextChangeMs: 25 });
    expect(at(25, timed)).toEqual({ send: null, accept: [], nextChangeMs: null });
  });

  test('of several to send with, the one whose time began last is taken, then the lowest id', () => {
    const old = key(9, { sendFromMs: null });
    const young = key(5, { sendFromMs: 100 });
    expect(at(99, old, young).send).toBe(9);
    expect(at(100, old, young).send).toBe(5);
    expect(at(100, young, key(3, { sendFromMs: 100 }), old).send).toBe(3);
  });

  test('between two changes nothing changes, and the next change is never in the past', () => {
    const time = fc.option(fc.nat({ max: 50 }));
    const anyKey = fc
      .record({
        keyId: fc.nat({ max: 9 }),
        sendFromMs: time,
        sendUntilMs: time,
        acceptFromMs: time,
        acceptUntilMs: time,
      })
      .map((change) => key(change.keyId, change));
    fc.assert(
      fc.property(fc.array(anyKey, { maxLength: 5 }), fc.nat({ max: 60 }), (keys, timeMs) => {
        const now = at(timeMs, ...keys);
        const nextMs = now.nextChangeMs ?? 100;
        expect(nextMs).toBeGreaterThan(timeMs);
        expect(at(nextMs - 1, ...keys)).toEqual(now);
      }),
    );
  });
});
