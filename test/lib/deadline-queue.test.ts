import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { DeadlineQueue } from '../../src/lib/deadline-queue.js';

const action = fc.oneof(
  fc.record({ type: fc.constant('set' as const), key: fc.nat({ max: 9 }), time: fc.nat({ max: 50 }) }),
  fc.record({ type: fc.constant('clear' as const), key: fc.nat({ max: 9 }), time: fc.constant(0) }),
  fc.record({ type: fc.constant('take' as const), key: fc.constant(0), time: fc.nat({ max: 50 }) }),
);

test('whatever is set, cleared and taken, it answers as a plain map would', () => {
  fc.assert(
    fc.property(fc.array(action, { maxLength: 300 }), (actions) => {
      const queue = new DeadlineQueue<number>();
      const model = new Map<number, number>();
      for (const { type, key, time } of actions) {
        const earliest = Math.min(Infinity, ...model.values());
        if (type === 'set') {
          queue.set(key, time);
          model.set(key, time);
        } else if (type === 'clear') {
          queue.clear(key);
          model.delete(key);
        }
        const taken = type === 'take' ? queue.take(time) : null;
        const expected = type === 'take' && earliest <= time ? earliest : undefined;
        expect(taken === null ? undefined : model.get(taken)).toBe(expected);
        model.delete(taken ?? -1);
        expect([queue.size, queue.next()]).toEqual([model.size, Math.min(Infinity, ...model.values())]);
      }
    }),
    { numRuns: 300 },
  );
});

/** A deadline for each key, in no order. */
function at(key: number): number {
  return (key * 7919) % 10_007;
}

test('many keys come out in the order of their deadlines', () => {
  const queue = new DeadlineQueue<number>();
  for (let key = 0; key < 5_000; key += 1) queue.set(key, at(key));
  for (let key = 0; key < 5_000; key += 1) queue.set(key, at(key) + 1);
  const taken = Array.from({ length: 5_000 }, () => queue.take(Infinity) ?? -1);
  expect(taken).toEqual([...Array(5_000).keys()].toSorted((left, right) => at(left) - at(right)));
  expect([queue.take(Infinity), queue.next()]).toEqual([null, Infinity]);
});
