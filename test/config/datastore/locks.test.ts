import { expect, test } from 'vitest';
import { Locks } from '../../../src/config/datastore/locks.js';

const now = new Date('2026-01-01T00:00:00Z');
const denied = (sessionId: number): object => ({
  ok: false,
  error: [{ tag: 'lock-denied', type: 'protocol', info: [{ name: 'session-id', value: String(sessionId) }] }],
});

test('a lock is granted once, and told with its holder and time', () => {
  const locks = new Locks();
  expect(locks.lock('candidate', 4, now, false)).toEqual({ ok: true, value: undefined });
  expect(locks.held()).toEqual([{ datastore: 'candidate', sessionId: 4, since: now }]);
});

test('a second lock is denied with the session that holds it, the same one too', () => {
  const locks = new Locks();
  locks.lock('running', 4, now, false);
  expect(locks.lock('running', 5, now, false)).toMatchObject(denied(4));
  expect(locks.lock('running', 4, now, false)).toMatchObject(denied(4));
});

test('datastores are locked one by one', () => {
  const locks = new Locks();
  locks.lock('running', 4, now, false);
  expect(locks.lock('candidate', 5, now, false).ok).toBe(true);
});

test('a candidate that was modified is not locked, by anybody', () => {
  const locks = new Locks();
  expect(locks.lock('candidate', 4, now, true)).toMatchObject(denied(0));
  expect(locks.held()).toEqual([]);
  expect(locks.lock('running', 4, now, true).ok).toBe(true);
});

test('only the holder unlocks', () => {
  const locks = new Locks();
  locks.lock('running', 4, now, false);
  expect(locks.unlock('running', 5)).toMatchObject(denied(4));
  expect(locks.unlock('running', 4).ok).toBe(true);
  expect(locks.lock('running', 5, now, false).ok).toBe(true);
});

test('unlocking what is not locked fails', () => {
  expect(new Locks().unlock('running', 4)).toMatchObject({ ok: false, error: [{ tag: 'operation-failed' }] });
});

test('the end of a session frees its locks and no others', () => {
  const locks = new Locks();
  locks.lock('running', 4, now, false);
  locks.lock('candidate', 5, now, false);
  expect(locks.release(4)).toEqual(['running']);
  expect(locks.release(4)).toEqual([]);
  expect(locks.held().map(({ sessionId }) => sessionId)).toEqual([5]);
});

test('a lock is in the way of other sessions only', () => {
  const locks = new Locks();
  expect(locks.obstacle('running', 5)).toBeUndefined();
  locks.lock('running', 4, now, false);
  expect(locks.obstacle('running', 4)).toBeUndefined();
  expect(locks.obstacle('running', 5)).toMatchObject({ tag: 'in-use' });
  expect(locks.obstacle('candidate', 5)).toBeUndefined();
});
