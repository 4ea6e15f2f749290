import { describe, expect, it } from 'vitest';
import { LoginDelays } from '../../../src/netconf/ssh/login-delays.js';

describe('the delay after a failed login', () => {
  it('doubles with each failure from an address, up to ten seconds', () => {
    const delays = new LoginDelays();
    const got = Array.from({ length: 8 }, (_, at) => delays.failed('192.0.2.1', at, 250));
    expect(got).toEqual([250, 500, 1000, 2000, 4000, 8000, 10_000, 10_000]);
  });

  it('is that of the address alone', () => {
    const delays = new LoginDelays();
    delays.failed('192.0.2.1', 0, 250);
    delays.failed('192.0.2.1', 0, 250);
    expect(delays.failed('192.0.2.2', 0, 250)).toBe(250);
  });

  it('begins anew after a minute without a failure, not before', () => {
    const delays = new LoginDelays();
    delays.failed('192.0.2.1', 0, 250);
    expect(delays.failed('192.0.2.1', 59_999, 250)).toBe(500);
    expect(delays.failed('192.0.2.1', 119_999, 250)).toBe(250);
  });

  it.each([
    ['2001:db8::1', '2001:db8::ffff:2', 500],
    ['2001:db8::1', '2001:db8:0:1::1', 250],
    ['::ffff:192.0.2.1', '::ffff:192.0.2.2', 250],
    ['::ffff:192.0.2.1', '::ffff:192.0.2.1', 500],
  ])('takes %s and %s for the same or not', (one, other, expected) => {
    const delays = new LoginDelays();
    delays.failed(one, 0, 250);
    expect(delays.failed(other, 0, 250)).toBe(expected);
  });

  it('is zero when it is configured so', () => {
    const delays = new LoginDelays();
    expect([delays.failed('192.0.2.1', 0, 0), delays.failed('192.0.2.1', 1, 0)]).toEqual([0, 0]);
  });

  it('needs bounded memory, however many addresses fail', () => {
    const delays = new LoginDelays();
    for (let at = 0; at < 10_000; at += 1) delays.failed(`10.0.${at >> 8}.${at & 255}`, at, 1);
    expect(delays.size).toBeLessThanOrEqual(4096);
    expect(delays.failed('10.0.39.15', 10_000, 1)).toBe(2);
  });
});
