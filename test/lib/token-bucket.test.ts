import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { TokenBucket } from '../../src/lib/token-bucket.js';

const SECOND = 1_000_000;

function takeAll(bucket: TokenBucket, nowUs: number): number {
  let taken = 0;
  while (bucket.take(nowUs)) taken += 1;
  return taken;
}

test('a full bucket lets the burst through, then the rate', () => {
  const bucket = new TokenBucket({ perSecond: 10, burst: 5 }, 0);
  expect(takeAll(bucket, 0)).toBe(5);
  expect(takeAll(bucket, SECOND / 10 - 1)).toBe(0);
  expect(takeAll(bucket, SECOND / 10)).toBe(1);
  expect(takeAll(bucket, SECOND)).toBe(5);
});

test('another rate counts from now on, and a smaller burst holds at once', () => {
  const bucket = new TokenBucket({ perSecond: 10, burst: 5 }, 0);
  bucket.setRate({ perSecond: 1, burst: 2 }, 0);
  expect(takeAll(bucket, 0)).toBe(2);
  expect(takeAll(bucket, SECOND)).toBe(1);
});

test('a clock that steps back gives nothing away', () => {
  const bucket = new TokenBucket({ perSecond: 10, burst: 5 }, 10 * SECOND);
  expect(takeAll(bucket, 10 * SECOND)).toBe(5);
  expect(takeAll(bucket, 5 * SECOND)).toBe(0);
  expect(takeAll(bucket, 10 * SECOND)).toBe(0);
});

test('never more than the burst and the rate together, however often it is asked', () => {
  const gaps = fc.array(fc.nat({ max: 300_000 }), { maxLength: 200 });
  fc.assert(
    fc.property(
      gaps,
      fc.integer({ min: 1, max: 50 }),
      fc.integer({ min: 1, max: 9 }),
      (steps, perSecond, burst) => {
        const bucket = new TokenBucket({ perSecond, burst }, 0);
        let nowUs = 0;
        let taken = 0;
        for (const step of steps) {
          nowUs += step;
          taken += bucket.take(nowUs) ? 1 : 0;
        }
        expect(taken).toBeLessThanOrEqual(burst + (nowUs * perSecond) / SECOND + 1e-6);
      },
    ),
  );
});
