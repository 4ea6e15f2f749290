import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dropAll, encodeFilter, requireTtl } from '../../src/net/packet-filter.js';

/** Runs an encoded program as the kernel does (the instructions that occur), on an IPv4 header. */
function accepts(program: Uint8Array, ipHeader: Uint8Array): boolean {
  const view = new DataView(program.buffer);
  let accumulator = 0;
  for (let at = 0; at < program.length; at += 8) {
    const operand = view.getUint32(at + 4, true);
    switch (view.getUint16(at, true)) {
      case 0x30:
        accumulator = ipHeader[operand - 0xfff00000] ?? 0;
        break;
      case 0x35:
        at += 8 * view.getUint8(accumulator >= operand ? at + 2 : at + 3);
        break;
      case 0x06:
        return operand !== 0;
      default:
        throw new Error('an instruction that does not occur');
    }
  }
  throw new Error('the program ends without an answer');
}

describe('socket filters', () => {
  test.each([
    ['ipv4', 8],
    ['ipv6', 7],
  ] as const)(
    'of %s packets only those with the required TTL or Hop Limit at least are accepted',
    (family, at) => {
      fc.assert(
        fc.property(fc.uint8Array({ minLength: 20, maxLength: 20 }), fc.nat(255), (header, required) => {
          expect(accepts(encodeFilter(requireTtl(family, required)), header)).toBe(
            (header[at] ?? 0) >= required,
          );
        }),
      );
    },
  );

  test('a socket that only sends accepts nothing', () => {
    expect(accepts(encodeFilter(dropAll()), new Uint8Array(20))).toBe(false);
  });
});
