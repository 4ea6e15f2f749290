import { isIP } from 'node:net';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  formatAddress,
  formatAddressBytes,
  isLinkLocalIpv6,
  parseAddress,
  parseIpv4,
  parseIpv6,
} from '../../src/lib/address.js';
import type { IpAddress } from '../../src/lib/address.js';

function parsed(text: string): IpAddress {
  const result = parseAddress(text);
  if (!result.ok) throw new Error(`${text}: ${result.error}`);
  return result.value;
}

describe('IPv4', () => {
  test.each([
    ['0.0.0.0', [0, 0, 0, 0]],
    ['192.0.2.1', [192, 0, 2, 1]],
    ['255.255.255.255', [255, 255, 255, 255]],
  ])('%s', (text, bytes) => {
    expect(parsed(text)).toEqual({ family: 'ipv4', bytes: Uint8Array.from(bytes), zone: null });
    expect(formatAddress(parsed(text))).toBe(text);
  });

  test.each([
    '',
    '.',
    '1',
    '1.2.3',
    '1.2.3.4.5',
    '1.2.3.',
    '.1.2.3',
    '1..2.3',
    '010.1.2.3',
    '1.2.3.00',
    '256.1.2.3',
    '1.2.3.1000',
    '0x1.2.3.4',
    '1.2.3.4 ',
    ' 1.2.3.4',
    '+1.2.3.4',
    '-1.2.3.4',
    '1e1.2.3.4',
    '1.2.3.4%eth0',
    '1.2.3.4\n',
    '١.2.3.4',
    '192.0.2.1/24',
    '3221225985',
  ])('%j is refused', (text) => {
    expect(parseIpv4(text)).toEqual({ ok: false, error: 'not-an-ipv4-address' });
    expect(parseAddress(text).ok).toBe(false);
  });
});

describe('IPv6, and its canonical text (RFC 5952)', () => {
  test.each([
    ['::', '::'],
    ['::1', '::1'],
    ['1::', '1::'],
    ['2001:DB8::1', '2001:db8::1'],
    ['2001:0db8:0000:0000:0000:0000:0000:0001', '2001:db8::1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['2001:db8::1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['0:0:1::', '0:0:1::'],
    ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0'],
    ['::2:3:4:5:6:7:8', '0:2:3:4:5:6:7:8'],
    ['::ffff:192.0.2.1', '::ffff:192.0.2.1'],
    ['::ffff:c000:201', '::ffff:192.0.2.1'],
    ['::1.2.3.4', '::102:304'],
    ['64:ff9b::192.0.2.33', '64:ff9b::c000:221'],
    ['1:2:3:4:5:6:7.8.9.10', '1:2:3:4:5:6:708:90a'],
    ['fe80::1%eth0', 'fe80::1%eth0'],
    ['FE80::1%2', 'fe80::1%2'],
    ['fe80::a%br-lan.100', 'fe80::a%br-lan.100'],
  ])('%s is %s', (text, canonical) => {
    const address = parsed(text);
    expect(address.family).toBe('ipv6');
    expect(formatAddress(address)).toBe(canonical);
    expect(parsed(canonical)).toEqual(address);
  });

  test.each([
    ':',
    ':::',
    '1',
    '1:2',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7:8::',
    '::1:2:3:4:5:6:7:8',
    '1::2::3',
    ':1::',
    '1:::2',
    '1::2:',
    '12345::',
    'g::',
    '::1/64',
    '::1 ',
    ' ::1',
    '[::1]',
    '::1.2.3',
    '::1.2.3.04',
    '1.2.3.4::',
    '::1.2.3.4:5',
    '1:2:3:4:5:6:7:1.2.3.4',
    '::1.2.3.4.5',
    '1:2:3:4:5:6:7:',
    '-1::',
  ])('%j is refused', (text) => {
    expect(parseIpv6(text)).toEqual({ ok: false, error: 'not-an-ipv6-address' });
  });

  test.each([
    'fe80::1%',
    'fe80::1%a b',
    'fe80::1%a/b',
    'fe80::1%a%b',
    'fe80::1%a\n',
    'fe80::1%sixteencharacter',
  ])('the zone of %j is refused', (text) => {
    expect(parseIpv6(text)).toEqual({ ok: false, error: 'not-a-zone' });
  });

  test('what is written is read back as the same bytes, and is what the platform takes for IPv6', () => {
    // Zeros are frequent, so that the runs of zeros are tried.
    const byte = fc.oneof(
      { weight: 3, arbitrary: fc.constant(0) },
      { weight: 1, arbitrary: fc.nat({ max: 255 }) },
    );
    fc.assert(
      fc.property(fc.array(byte, { minLength: 16, maxLength: 16 }), (list) => {
        const bytes = Uint8Array.from(list);
        const text = formatAddressBytes(bytes);
        expect(isIP(text)).toBe(6);
        expect(parsed(text).bytes).toEqual(bytes);
        expect(text).toBe(text.toLowerCase());
      }),
      { numRuns: 2000 },
    );
  });

  test('the canonical text of any address is that of URLs, but for mapped addresses', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (bytes) => {
        bytes[0] = 0x20;
        const text = formatAddressBytes(bytes);
        expect(new URL(`http://[${text}]/`).hostname).toBe(`[${text}]`);
      }),
    );
  });
});

test('any text is answered, and taken for an address only where the platform agrees', () => {
  const letters = fc.string({ unit: fc.constantFrom(...'0123456789abcdef:.'.split('')), maxLength: 24 });
  fc.assert(
    fc.property(fc.oneof(letters, fc.string(), fc.ipV4(), fc.ipV6()), (text) => {
      const result = parseAddress(text);
      const zoned = text.includes('%');
      expect(result.ok).toBe(zoned ? result.ok : isIP(text) !== 0);
    }),
    { numRuns: 5000 },
  );
});

test('bytes that are no address are refused', () => {
  expect(() => formatAddressBytes(new Uint8Array(5))).toThrow(RangeError);
});

test.each([
  ['fe80::1', true],
  ['febf::1', true],
  ['fec0::1', false],
  ['fe7f::1', false],
  ['::1', false],
  ['254.128.0.1', false],
])('%s is link-local IPv6: %s', (text, expected) => {
  expect(isLinkLocalIpv6(parsed(text))).toBe(expected);
});
