import { assert, integer, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDateAndTime } from '../../src/lib/date-and-time.js';

describe('a date and time', () => {
  it.each([
    ['1970-01-01T00:00:00Z', 0],
    ['2026-02-28T12:34:56.789Z', Date.UTC(2026, 1, 28, 12, 34, 56, 789)],
    ['2026-02-28T12:34:56.7891234Z', Date.UTC(2026, 1, 28, 12, 34, 56, 789)],
    ['2024-02-29T23:59:59.5+02:00', Date.UTC(2024, 1, 29, 21, 59, 59, 500)],
    ['2026-01-01T00:00:00-05:30', Date.UTC(2026, 0, 1, 5, 30)],
    ['2016-12-31T23:59:60Z', Date.UTC(2017, 0, 1)],
  ])('%s is read', (text, expected) => {
    expect(parseDateAndTime(text)).toBe(expected);
  });

  it.each([
    '',
    '2026-01-01',
    '2026-01-01 00:00:00Z',
    '2026-01-01T00:00:00',
    '2026-02-29T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-00-01T00:00:00Z',
    '2026-01-32T00:00:00Z',
    '2026-01-01T24:00:00Z',
    '2026-01-01T00:60:00Z',
    '2026-01-01T00:00:61Z',
    '2026-01-01T00:00:00+24:00',
    '2026-01-01T00:00:00.Z',
    ' 2026-01-01T00:00:00Z',
  ])('"%s" is none', (text) => {
    expect(parseDateAndTime(text)).toBeUndefined();
  });

  it('whatever a Date prints is read as that time', () => {
    const year0 = Date.UTC(2000, 0, 1) - 2000 * 365.2425 * 86_400_000;
    assert(
      property(integer({ min: Math.ceil(year0), max: Date.UTC(9999, 11, 31) }), (timeMs) => {
        expect(parseDateAndTime(new Date(timeMs).toISOString())).toBe(timeMs);
      }),
    );
  });
});
