import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { ntpTimestamp, unixMicroseconds } from '../../../src/mpls/lsp-ping/ntp-timestamp.js';

test('a timestamp of 2026 is the one that a packet analyser shows', () => {
  const unixUs = Date.UTC(2026, 10, 21, 0, 0, 0, 250) * 1000;
  expect(ntpTimestamp(unixUs)).toEqual({ seconds: 0xeeab5d80, fraction: 0x40000000 });
});

test('the era that begins in 2036 follows without a gap', () => {
  const lastUs = Date.UTC(2036, 1, 7, 6, 28, 15) * 1000 + 999_999;
  expect(ntpTimestamp(lastUs).seconds).toBe(0xffff_ffff);
  expect(ntpTimestamp(lastUs + 1)).toEqual({ seconds: 0, fraction: 0 });
  expect(unixMicroseconds({ seconds: 0, fraction: 0 })).toBe(lastUs + 1);
});

test('every microsecond from 1970 to 2100 reads back', () => {
  fc.assert(
    fc.property(fc.nat({ max: Date.UTC(2100) / 1000 }), fc.nat({ max: 999_999 }), (seconds, us) => {
      const unixUs = seconds * 1_000_000 + us;
      expect(unixMicroseconds(ntpTimestamp(unixUs))).toBe(unixUs);
    }),
  );
});
