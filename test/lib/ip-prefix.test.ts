import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  formatPrefix,
  isHostPrefix,
  makePrefix,
  parsePrefix,
  prefixContains,
} from '../../src/lib/ip-prefix.js';
import { prefix } from '../support/prefix.js';

const anyPrefix = fc
  .constantFrom(4, 16)
  .chain((size) => fc.tuple(fc.uint8Array({ minLength: size, maxLength: size }), fc.nat({ max: 8 * size })))
  .map(([bytes, length]) => makePrefix(bytes, length));

describe('parsePrefix', () => {
  test.each([
    ['192.0.2.77/24', '192.0.2.0/24'],
    ['192.0.2.77/32', '192.0.2.77/32'],
    ['255.255.255.255/0', '0.0.0.0/0'],
    ['192.0.2.255/31', '192.0.2.254/31'],
    ['2001:DB8::5/128', '2001:db8::5/128'],
    ['2001:db8:ffff::/33', '2001:db8:8000::/33'],
  ])('%s is %s', (text, canonical) => {
    const parsed = parsePrefix(text);
    expect(parsed.ok && formatPrefix(parsed.value)).toBe(canonical);
  });

  test.each([
    ['192.0.2.1', 'not-a-prefix-length'],
    ['192.0.2.1/33', 'not-a-prefix-length'],
    ['192.0.2.1/', 'not-a-prefix-length'],
    ['192.0.2.1/024', 'not-a-prefix-length'],
    ['192.0.2.1/-1', 'not-a-prefix-length'],
    ['2001:db8::/129', 'not-a-prefix-length'],
    ['192.0.2/24', 'not-an-address'],
    ['fe80::1%eth0/64', 'not-an-address'],
    ['/24', 'not-an-address'],
  ])('%s is refused: %s', (text, error) => {
    expect(parsePrefix(text)).toEqual({ ok: false, error });
  });
});

test('a length that no prefix has is refused', () => {
  expect(() => makePrefix(Uint8Array.of(1, 2, 3, 4), 33)).toThrow(RangeError);
  expect(() => makePrefix(Uint8Array.of(1, 2, 3, 4), 0.5)).toThrow(RangeError);
});

test('the text of a prefix reads back as the prefix', () => {
  fc.assert(
    fc.property(anyPrefix, (made) => {
      expect(parsePrefix(formatPrefix(made))).toEqual({ ok: true, value: made });
    }),
  );
});

test('a host prefix is one of full length', () => {
  expect(isHostPrefix(prefix('192.0.2.1/32'))).toBe(true);
  expect(isHostPrefix(prefix('192.0.2.0/31'))).toBe(false);
  expect(isHostPrefix(prefix('2001:db8::1/128'))).toBe(true);
  expect(isHostPrefix(prefix('2001:db8::/32'))).toBe(false);
});

describe('prefixContains', () => {
  test('goes by the bits of the outer prefix', () => {
    expect(prefixContains(prefix('192.0.2.0/24'), prefix('192.0.2.128/25'))).toBe(true);
    expect(prefixContains(prefix('192.0.2.128/25'), prefix('192.0.2.0/24'))).toBe(false);
    expect(prefixContains(prefix('192.0.2.128/25'), prefix('192.0.2.127/32'))).toBe(false);
    expect(prefixContains(prefix('0.0.0.0/0'), prefix('2001:db8::/32'))).toBe(false);
  });

  test('holds for a prefix and every longer one of the same address, and for no other address bit', () => {
    fc.assert(
      fc.property(anyPrefix, fc.nat({ max: 127 }), (inner, cut) => {
        const length = cut % (inner.length + 1);
        const outer = makePrefix(inner.bytes, length);
        expect(prefixContains(outer, inner)).toBe(true);
        const last = Math.max(0, length - 1);
        const flipped = Uint8Array.from(outer.bytes);
        flipped[last >> 3] = (flipped[last >> 3] ?? 0) ^ (0x80 >> (last & 7));
        // Without a bit that counts there is none to differ in.
        expect(prefixContains(makePrefix(flipped, length), inner)).toBe(length === 0);
      }),
    );
  });
});
