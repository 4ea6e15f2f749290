import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TimerWheel } from '../../../src/bfd/engine/timer-wheel.js';

type Step =
  | { readonly type: 'set'; readonly timer: number; readonly delay: number }
  | { readonly type: 'clear'; readonly timer: number }
  | { readonly type: 'advance'; readonly ticks: number };

const delay = fc.oneof(fc.integer({ min: -5, max: 50 }), fc.integer({ min: 4000, max: 30_000 }));
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ type: fc.constant('set' as const), timer: fc.nat(99), delay }),
  fc.record({ type: fc.constant('clear' as const), timer: fc.nat(99) }),
  fc.record({
    type: fc.constant('advance' as const),
    ticks: fc.oneof(fc.nat(60), fc.integer({ min: 4000, max: 9000 })),
  }),
);

/** What a timer wheel does, done slowly with a list. */
class Model {
  readonly set = new Map<number, number>();
  now: number;

  constructor(now: number) {
    this.now = now;
  }

  /** The timers that are due, which are clear then. */
  advance(tick: number): Set<number> {
    this.now = tick;
    const due = [...this.set].filter(([, deadline]) => deadline <= tick).map(([timer]) => timer);
    due.forEach((timer) => this.set.delete(timer));
    return new Set(due);
  }
}

/** Does one step with both; answers what either fired. */
function take(
  step: Step,
  wheel: TimerWheel,
  handles: readonly number[],
  model: Model,
): [number[], Set<number>] {
  const fired: number[] = [];
  const handle = step.type === 'advance' ? 0 : (handles[step.timer] ?? 0);
  if (step.type === 'advance') {
    wheel.advance(model.now + step.ticks, (timer) => fired.push(timer));
    return [fired, model.advance(model.now + step.ticks)];
  }
  if (step.type === 'set') {
    wheel.set(handle, model.now + step.delay);
    model.set.set(handle, Math.max(model.now + step.delay, model.now + 1));
  } else {
    wheel.clear(handle);
    model.set.delete(handle);
  }
  return [fired, new Set()];
}

describe('timer wheel', () => {
  test('fires what a sorted list would fire, whatever is set and cleared', () => {
    fc.assert(
      fc.property(fc.nat(100_000), fc.array(anyStep, { maxLength: 60 }), (start, steps) => {
        const wheel = new TimerWheel(start);
        const handles = Array.from({ length: 100 }, () => wheel.add());
        const model = new Model(start);
        for (const step of steps) {
          const [fired, expected] = take(step, wheel, handles, model);
          expect(fired.length).toBe(expected.size);
          expect(new Set(fired)).toEqual(expected);
          model.set.forEach((tick, handle) => expect(wheel.deadline(handle)).toBe(tick));
          // Never late; early only when the deadline is further away than the wheel goes round.
          const next = wheel.nextTick();
          expect(next === null).toBe(model.set.size === 0);
          expect(next ?? Infinity).toBeLessThanOrEqual(Math.min(...model.set.values()));
          expect(next ?? Infinity).toBeGreaterThan(model.now);
        }
      }),
    );
  });

  test('a timer that is set again in its own call waits for a later advance', () => {
    const wheel = new TimerWheel(0);
    const timer = wheel.add();
    const fired: number[] = [];
    wheel.set(timer, 1);

    for (const now of [5, 6, 7]) {
      wheel.advance(now, (handle) => {
        fired.push(now);
        wheel.set(handle, 0);
      });
    }

    expect(fired).toEqual([5, 6, 7]);
  });

  test('a timer that is cleared by another of the same tick does not fire', () => {
    const wheel = new TimerWheel(0);
    const [first, second] = [wheel.add(), wheel.add()];
    wheel.set(first, 3);
    wheel.set(second, 3);
    const fired: number[] = [];

    wheel.advance(10, (handle) => {
      fired.push(handle);
      wheel.clear(second);
    });

    expect(fired).toEqual([first]);
    expect(wheel.nextTick()).toBeNull();
  });

  test('a removed timer does not fire, and its handle is given out again', () => {
    const wheel = new TimerWheel(0);
    const timer = wheel.add();
    wheel.set(timer, 1);
    wheel.remove(timer);

    wheel.advance(5, () => {
      throw new Error('fired');
    });

    expect(wheel.add()).toBe(timer);
    expect(wheel.deadline(timer)).toBeNull();
  });
});
