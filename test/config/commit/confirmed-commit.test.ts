import * as fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { ConfirmedCommit, type ConfirmationRequest } from '../../../src/config/commit/confirmed-commit.js';

let machine: ConfirmedCommit;
beforeEach(() => {
  machine = new ConfirmedCommit();
});

const confirmed = (timeoutMs: number, persist?: string): ConfirmationRequest => ({
  confirmed: { timeoutMs, ...(persist === undefined ? {} : { persist }) },
});
const refusal = (tag: string): object => ({ ok: false, error: [{ tag }] });

describe('a confirmed commit', () => {
  it('is reverted when its time is up, not before', () => {
    machine.committed(confirmed(600), 1, 'base', 1000);
    expect(machine.pollTimeout()).toBe(1600);
    expect(machine.handleTimeout(1599)).toBe(false);
    expect(machine.handleTimeout(1600)).toBe(true);
    machine.ended();
    expect(machine.pollTimeout()).toBeUndefined();
  });

  it('keeps the base of the first one while others follow, which only move the deadline', () => {
    expect(machine.progressOf(confirmed(10))).toBe('started');
    machine.committed(confirmed(10), 1, 'base', 0);
    expect(machine.progressOf(confirmed(100))).toBe('extended');
    machine.committed(confirmed(100), 1, 'trial', 5);
    expect(machine.pending).toMatchObject({ base: 'base', deadlineMs: 105 });
  });

  it('is over with a plain commit', () => {
    machine.committed(confirmed(10), 1, 'base', 0);
    expect(machine.progressOf({})).toBe('confirmed');
    machine.committed({}, 1, 'trial', 5);
    expect(machine.pending).toBeUndefined();
    expect(machine.progressOf({})).toBe('none');
  });

  it('without persist belongs to its session', () => {
    machine.committed(confirmed(10), 1, 'base', 0);
    expect(machine.admit({}, 1).ok).toBe(true);
    expect(machine.admit({}, 2)).toMatchObject(refusal('in-use'));
    expect(machine.admit({ persistId: 'x' }, 2)).toMatchObject(refusal('invalid-value'));
    expect(machine.admitCancel(undefined, 2)).toMatchObject(refusal('in-use'));
    expect(machine.lockObstacle(1)).toBeUndefined();
    expect(machine.lockObstacle(2)).toMatchObject({
      tag: 'lock-denied',
      info: [{ name: 'session-id', value: '1' }],
    });
    expect(machine.sessionEnded(2)).toBe(false);
    expect(machine.sessionEnded(1)).toBe(true);
  });

  it('with persist belongs to whoever has the token', () => {
    machine.committed(confirmed(10, 'token'), 1, 'base', 0);
    expect(machine.admit({ persistId: 'token' }, 2).ok).toBe(true);
    expect(machine.admit({}, 1)).toMatchObject(refusal('in-use'));
    expect(machine.admit({ persistId: 'guess' }, 1)).toMatchObject(refusal('invalid-value'));
    expect(machine.admitCancel('guess', 1)).toMatchObject(refusal('invalid-value'));
    expect(machine.sessionEnded(1)).toBe(false);
    expect(machine.lockObstacle(1)).toMatchObject({ info: [{ value: '0' }] });
    expect(machine.admitCancel('token', 2).ok).toBe(true);
    machine.committed({ ...confirmed(10), persistId: 'token' }, 2, 'trial', 5);
    expect(machine.pending).toMatchObject({ persist: 'token', sessionId: 2, base: 'base' });
  });

  it('that does not exist can be neither confirmed by token nor cancelled', () => {
    expect(machine.admit({ persistId: 'x' }, 1)).toMatchObject(refusal('invalid-value'));
    expect(machine.admitCancel('x', 1)).toMatchObject(refusal('invalid-value'));
    expect(machine.admitCancel(undefined, 1)).toMatchObject(refusal('operation-failed'));
  });
});

it('over any sequence, running ends as the last plain commit or the base before the confirmed ones', () => {
  const step = fc.oneof(
    fc.record({ do: fc.constant('commit' as const), session: fc.integer({ min: 1, max: 2 }) }),
    fc.record({
      do: fc.constant('confirmed' as const),
      session: fc.integer({ min: 1, max: 2 }),
      timeoutMs: fc.integer({ min: 1, max: 20 }),
    }),
    fc.record({ do: fc.constant('end' as const), session: fc.integer({ min: 1, max: 2 }) }),
    fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 15 }) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const tested = new ConfirmedCommit();
      let running = 0;
      let confirmedState = 0;
      let now = 0;
      const revert = (): void => {
        running = Number(tested.pending?.base);
        expect(running).toBe(confirmedState);
        tested.ended();
      };
      for (const [index, one] of steps.entries()) {
        if (one.do === 'wait') {
          now += one.ms;
          if (tested.handleTimeout(now)) revert();
        } else if (one.do === 'end') {
          if (tested.sessionEnded(one.session)) revert();
        } else if (tested.admit({}, one.session).ok) {
          const request = one.do === 'confirmed' ? confirmed(one.timeoutMs) : {};
          tested.committed(request, one.session, String(running), now);
          running = index + 1;
          if (one.do === 'commit') confirmedState = running;
        }
        expect(tested.pending === undefined).toBe(running === confirmedState);
      }
    }),
    { numRuns: 500 },
  );
});
