import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Discriminators } from '../../../src/bfd/engine/discriminators.js';
import { ALONE } from '../../../src/net/shard-steering.js';

describe('local discriminators', () => {
  test('are never zero and never twice, whatever the generator draws', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.nat(3), fc.nat(0xffff_ffff)), { minLength: 1, maxLength: 40 }),
        (draws) => {
          let drawn = 0;
          const discriminators = new Discriminators(() => draws[drawn++] ?? 1000 + drawn);
          const taken = Array.from({ length: 20 }, () => discriminators.take());

          expect(taken).not.toContain(0);
          expect(new Set(taken).size).toBe(20);
          expect(taken.every((one) => Number.isInteger(one) && one <= 0xffff_ffff)).toBe(true);
        },
      ),
    );
  });

  test('can be drawn again once no session has them', () => {
    const had = new Set<number>();
    const discriminators = new Discriminators(
      () => 5,
      ALONE,
      (one) => had.has(one),
    );
    expect(discriminators.take()).toBe(5);
    expect(() => discriminators.take()).toThrow('the random number generator repeats itself');

    had.add(5);
    discriminators.settled(5);
    expect(() => discriminators.take()).toThrow('the random number generator repeats itself');

    had.delete(5);
    expect(discriminators.take()).toBe(5);
  });
});
