import { describe, expect, it } from 'vitest';
import { Backlog } from '../../../src/link/events/backlog.js';

function backlogOf(perTurn: number): {
  backlog: Backlog<number>;
  done: number[][];
  turn: () => void;
} {
  const deferred: (() => void)[] = [];
  const done: number[][] = [];
  const backlog = new Backlog<number>(
    perTurn,
    (work) => deferred.push(work),
    (items) => done.push([...items]),
  );
  return { backlog, done, turn: () => deferred.splice(0).forEach((work) => work()) };
}

describe('a backlog', () => {
  it('does a bounded number of things in a turn, in their order', () => {
    const { backlog, done, turn } = backlogOf(2);
    [1, 2, 3, 4, 5].forEach((item) => backlog.add(item));
    expect(done).toEqual([]);
    turn();
    expect(done).toEqual([[1, 2]]);
    turn();
    backlog.add(6);
    turn();
    turn();
    expect(done).toEqual([
      [1, 2],
      [3, 4],
      [5, 6],
    ]);
  });

  it('goes on with what comes after it was empty', () => {
    const { backlog, done, turn } = backlogOf(2);
    backlog.add(1);
    turn();
    backlog.add(2);
    turn();
    expect(done).toEqual([[1], [2]]);
  });

  it('does all that waits at once when told so', () => {
    const { backlog, done, turn } = backlogOf(2);
    [1, 2, 3].forEach((item) => backlog.add(item));
    backlog.flush();
    turn();
    expect(done).toEqual([[1, 2], [3]]);
  });

  it('does no more in a turn when it begins anew before that turn', () => {
    const { backlog, done, turn } = backlogOf(2);
    backlog.add(1);
    backlog.drop();
    [2, 3, 4, 5].forEach((item) => backlog.add(item));
    turn();
    expect(done).toEqual([[2, 3]]);
  });

  it('forgets what waits when told so', () => {
    const { backlog, done, turn } = backlogOf(2);
    [1, 2, 3].forEach((item) => backlog.add(item));
    backlog.drop();
    turn();
    backlog.add(4);
    turn();
    expect(done).toEqual([[4]]);
    expect(backlog.length).toBe(0);
  });
});
