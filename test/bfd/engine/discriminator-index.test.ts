import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DiscriminatorIndex, wordOf } from '../../../src/bfd/engine/discriminator-index.js';

/** Few different ones, so that they are added, looked for and deleted again and again; and any. */
const discriminator = fc.oneof(
  fc.integer({ min: 1, max: 300 }),
  fc.integer({ min: 1, max: 300 }).map((number) => (number << 24) >>> 0),
  fc.integer({ min: 1, max: 0xffff_ffff }),
);

describe('the index of discriminators', () => {
  test('finds what a map would find, whatever is added and deleted', () => {
    fc.assert(
      fc.property(fc.array(discriminator, { maxLength: 600 }), fc.array(fc.nat(3)), (all, kinds) => {
        const index = new DiscriminatorIndex();
        const model = new Map<number, number>();
        for (const [step, one] of all.entries()) {
          if (kinds[step % Math.max(1, kinds.length)] === 0) {
            index.delete(one);
            model.delete(one);
          } else if (!model.has(one)) {
            index.add(one, step);
            model.set(one, step);
          }
        }
        for (const one of all) {
          expect(index.find(wordOf(one))).toBe(model.get(one) ?? -1);
        }
      }),
    );
  });

  test('takes the bytes of a discriminator as they lie in a packet', () => {
    const index = new DiscriminatorIndex();
    index.add(0x0102_03f4, 7);
    const packet = new DataView(Uint8Array.of(0x01, 0x02, 0x03, 0xf4).buffer);
    expect(index.find(packet.getInt32(0, true))).toBe(7);
    expect(index.find(packet.getUint32(0, true))).toBe(7);
    expect(index.find(packet.getInt32(0, false))).toBe(-1);
  });
});
