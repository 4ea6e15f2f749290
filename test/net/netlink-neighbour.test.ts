import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NeighbourTable } from '../../src/net/neighbour-table.js';
import { decodeNetlink, encodeDumpRequest, RTM_GETNEIGH } from '../../src/net/netlink-message.js';
import { address } from '../support/host-address.js';

const NEW = 28;
const GONE = 29;
const MAC = [2, 0, 0, 0, 0, 9];

/** A message as rtnetlink(7) has it: header, struct ndmsg, NDA_DST, NDA_LLADDR. */
function message(type: number, state: number, to: readonly number[], mac: readonly number[], flags = 0) {
  const attributes = [...attribute(1, to), ...(mac.length > 0 ? attribute(2, mac) : [])];
  const family = to.length === 4 ? 2 : 10;
  const body = [family, 0, 0, 0, ...int32(7), state & 255, state >> 8, flags, 1, ...attributes];
  return Uint8Array.from([...int32(16 + body.length), type, 0, 0, 0, ...int32(1), ...int32(0), ...body]);
}

function attribute(type: number, value: readonly number[]): number[] {
  const padding = Array.from({ length: -value.length & 3 }, () => 0);
  return [value.length + 4, 0, type, 0, ...value, ...padding];
}

function int32(value: number): number[] {
  return [value & 255, (value >> 8) & 255, (value >> 16) & 255, value >>> 24];
}

const FOUR = [192, 0, 2, 2];
const SIX = [...address('2001:db8::2').bytes];

describe('news of a neighbour', () => {
  test.each([
    ['reachable', 0x02, 'confirmed'],
    ['permanent', 0x80, 'confirmed'],
    ['of a link without such addresses', 0x40, 'confirmed'],
    ['stale', 0x04, 'unconfirmed'],
    ['in delay', 0x08, 'unconfirmed'],
    ['probed', 0x10, 'unconfirmed'],
  ] as const)('%s tell its address', (_name, bits, state) => {
    const [news] = decodeNetlink(message(NEW, bits, FOUR, MAC));

    expect(news).toMatchObject({ type: 'neighbour', index: 7, state, linkAddress: Uint8Array.from(MAC) });
    expect(news).toMatchObject({ address: { text: '192.0.2.2' } });
  });

  test.each([
    ['incomplete', 0x01, 'awaited'],
    ['failed', 0x20, 'failed'],
    ['of no state', 0x00, 'failed'],
  ] as const)('%s tell none, even where the kernel still has it', (_name, bits, state) => {
    expect(decodeNetlink(message(NEW, bits, SIX, MAC))).toMatchObject([
      { state, linkAddress: null, address: { text: '2001:db8::2' } },
    ]);
  });

  test('that goes away, and of a proxy, which is none', () => {
    expect(decodeNetlink(message(GONE, 0x20, FOUR, []))).toMatchObject([
      { type: 'neighbour-gone', index: 7 },
    ]);
    expect(decodeNetlink(message(NEW, 0x80, FOUR, MAC, 0x08))).toEqual([]);
  });

  test('that are cut off or garbled say nothing, and break nothing', () => {
    const whole = message(NEW, 2, FOUR, MAC);
    for (let length = 0; length < whole.length; length += 1) {
      expect(decodeNetlink(whole.slice(0, length))).toEqual([]);
    }
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: whole.length - 16 }), (garbage) => {
        const garbled = whole.slice();
        garbled.set(garbage, 16);
        expect(decodeNetlink(garbled).length).toBeLessThanOrEqual(1);
      }),
    );
  });

  test('are asked for by a request of the length that the kernel expects', () => {
    expect([...encodeDumpRequest(RTM_GETNEIGH, 5)]).toEqual([
      ...int32(28),
      30,
      0,
      1,
      3,
      ...int32(5),
      ...Array.from({ length: 16 }, () => 0),
    ]);
  });
});

test('the table says what is other than it was', () => {
  const table = new NeighbourTable();
  const apply = (bytes: Uint8Array) => decodeNetlink(bytes).map((news) => table.apply(news));

  expect(apply(message(NEW, 0x02, FOUR, MAC))).toEqual([true]);
  expect(apply(message(NEW, 0x02, FOUR, MAC))).toEqual([false]);
  expect(apply(message(NEW, 0x80, FOUR, MAC))).toEqual([false]);
  expect(apply(message(NEW, 0x04, FOUR, MAC))).toEqual([true]);
  expect(apply(message(NEW, 0x04, FOUR, [2, 0, 0, 0, 0, 8]))).toEqual([true]);
  expect(apply(message(GONE, 0x04, FOUR, []))).toEqual([true]);
  expect(apply(message(GONE, 0x04, FOUR, []))).toEqual([false]);
  expect(table.neighbour(7, address('192.0.2.2'))).toBeNull();
});
