import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Change } from '../../../src/link/events/change.js';
import { EventFeed, FOLLOWERS_MAX } from '../../../src/link/events/event-feed.js';
import type { EventLine } from '../../../src/link/events/event-line.js';
import { UNREAD_MAX } from '../../../src/link/events/follower.js';
import { FollowerSink, Turns } from './follower-sink.js';
import { toldSession, toldTunnel } from './told-session.js';

function start(): { feed: EventFeed; turns: Turns; follow: () => FollowerSink } {
  const turns = new Turns();
  const feed = new EventFeed({
    defer: turns.defer,
    wallClockMs: () => 5_000,
    dateAndTime: (timeMs) => `at ${timeMs}`,
  });
  const follow = (): FollowerSink => {
    const sink = new FollowerSink();
    feed.follow(sink);
    return sink;
  };
  return { feed, turns, follow };
}

function created(key: string, state: 'down' | 'up' = 'down'): Change {
  return { type: 'session-created', timeMs: 1_000, session: toldSession(key, { state }) };
}

function stateOf(key: string, from: 'down' | 'up', state: 'down' | 'up', timeMs = 2_000): Change {
  const session = toldSession(key, { state, sinceMs: timeMs });
  return { type: 'session-state', timeMs, from, session, downRecord: undefined };
}

describe('a follower', () => {
  it('reads first what there is: the sessions, the tunnels, and how many there are of each', () => {
    const { feed, turns, follow } = start();
    feed.publish(created('one', 'up'));
    feed.publish({ type: 'tunnel-created', timeMs: 1_500, tunnel: toldTunnel('203.0.113.1/32') });
    const sink = follow();
    turns.run();
    expect(sink.read()).toEqual([
      { type: 'snapshot', version: 1, sequence: 2, time: 'at 5000', sessions: 1, tunnels: 1 },
      {
        type: 'session',
        key: 'one',
        kind: 'ip-sh',
        interface: 'eth0',
        source: '192.0.2.1',
        destination: '192.0.2.2',
        fec: null,
        state: 'up',
        diagnostic: 'none',
        since: 'at 1000',
        localDiscriminator: 1,
        remoteDiscriminator: null,
      },
      { type: 'tunnel', fec: '203.0.113.1/32', state: 'unmonitored', since: 'at 1000' },
      { type: 'snapshot-end' },
    ]);
  });

  it('is told of a change with the number that follows the one of the snapshot', () => {
    const { feed, turns, follow } = start();
    feed.publish(created('one'));
    const sink = follow();
    turns.run();
    sink.read();
    feed.publish(stateOf('one', 'down', 'up'));
    turns.run();
    expect(sink.read()).toMatchObject([
      { type: 'session-state', sequence: 2, time: 'at 2000', key: 'one', from: 'down', state: 'up' },
    ]);
  });

  it('is not told again of what waits to be told to others when it comes', () => {
    const { feed, turns, follow } = start();
    const first = follow();
    feed.publish(created('one'));
    const second = follow();
    feed.publish(stateOf('one', 'down', 'up'));
    turns.run();
    expect(first.read().map(({ type }) => type)).toEqual([
      'snapshot',
      'snapshot-end',
      'session-created',
      'session-state',
    ]);
    expect(second.read().map(({ type }) => type)).toEqual([
      'snapshot',
      'session',
      'snapshot-end',
      'session-state',
    ]);
  });

  it('of whom much is unread is cut off, with a last line that says why, and the others are not', () => {
    const { feed, turns, follow } = start();
    const [slow, quick] = [follow(), follow()];
    feed.publish(created('one'));
    for (let count = 0; !slow.ended && count < 100_000; count += 1) {
      feed.publish(stateOf('one', 'down', 'up'));
      turns.run();
      quick.read();
    }
    expect(slow.unsent).toBeLessThan(UNREAD_MAX + 100_000);
    expect(slow.read().at(-1)).toEqual({
      type: 'end',
      reason: 'more than 4194304 characters have not been read',
    });
    feed.publish(stateOf('one', 'up', 'down'));
    turns.run();
    expect(quick.read()).toMatchObject([{ type: 'session-state', state: 'down' }]);
    expect(slow.unsent).toBe(0);
  });

  it('that comes when the most there may be follow already is turned away and told so', () => {
    const { turns, follow } = start();
    const admitted = Array.from({ length: FOLLOWERS_MAX }, () => follow());
    const refused = follow();
    turns.run();
    expect(refused.read()).toEqual([{ type: 'end', reason: '16 programs follow already' }]);
    expect(admitted.every(({ ended }) => !ended)).toBe(true);
  });

  it('that has gone leaves its place to another', () => {
    const { feed, follow } = start();
    const gone = feed.follow(new FollowerSink());
    Array.from({ length: FOLLOWERS_MAX - 1 }, () => follow());
    gone?.close();
    expect(follow().ended).toBe(false);
  });

  it('is told what waits, and why nothing more comes, when the engine ends', () => {
    const { feed, turns, follow } = start();
    const sink = follow();
    turns.run();
    feed.publish(created('one'));
    feed.end('the engine ends');
    turns.run();
    expect(sink.read().slice(2)).toMatchObject([
      { type: 'session-created', key: 'one' },
      { type: 'end', reason: 'the engine ends' },
    ]);
  });
});

it('Nothing waits for followers when there are none', () => {
  const { feed, turns } = start();
  feed.publish(created('one'));
  expect(turns.turn()).toBe(false);
});

it('When more changes come at a time than can be written, the followers are cut off and told so', () => {
  const { feed, turns, follow } = start();
  const sink = follow();
  turns.run();
  feed.publish(created('one'));
  for (let count = 0; count < 70_000; count += 1) feed.publish(stateOf('one', 'down', 'up'));
  turns.run();
  expect(sink.read().at(-1)).toEqual({
    type: 'end',
    reason: 'there were more changes at a time than could be written',
  });
});

it('A long list is written a part at a time, and as it is read', () => {
  const { feed, turns, follow } = start();
  for (let number = 0; number < 10_000; number += 1) feed.publish(created(`session ${number}`));
  const sink = follow();
  turns.turn();
  expect(sink.read()).toHaveLength(64);
  // Nothing that is written goes away: what is made then has an end.
  turns.run();
  expect(sink.unsent).toBeLessThan(400_000);
});

/** What a follower knows who applies what it reads. */
function known(lines: readonly EventLine[]): { sessions: Map<string, string>; sequences: number[] } {
  const sessions = new Map<string, string>();
  const sequences: number[] = [];
  for (const line of lines) {
    if ('sequence' in line) sequences.push(line.sequence);
    if (line.type === 'session-deleted') sessions.delete(line.key);
    else if ('key' in line && 'state' in line) sessions.set(line.key, line.state);
  }
  return { sessions, sequences };
}

it('Property: whenever a follower comes and however it reads, it knows in the end what there is, without a gap', () => {
  const step = fc.oneof(
    fc.record({ do: fc.constant('create' as const), key: fc.nat(5) }),
    fc.record({ do: fc.constant('change' as const), key: fc.nat(5), up: fc.boolean() }),
    fc.record({ do: fc.constant('delete' as const), key: fc.nat(5) }),
    fc.record({ do: fc.constant('follow' as const) }),
    fc.record({ do: fc.constant('turn' as const) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      const { feed, turns, follow } = start();
      const model = new Map<string, string>();
      const sinks: FollowerSink[] = [];
      for (const one of steps) {
        if (one.do === 'follow') sinks.push(follow());
        else if (one.do === 'turn') turns.turn();
        else {
          const key = `session ${one.key}`;
          const session = feed.session(key);
          if (one.do === 'create' && session === undefined) {
            feed.publish(created(key));
            model.set(key, 'down');
          } else if (one.do === 'change' && session !== undefined) {
            const state = one.up ? 'up' : 'down';
            feed.publish(stateOf(key, one.up ? 'down' : 'up', state));
            model.set(key, state);
          } else if (one.do === 'delete' && session !== undefined) {
            feed.publish({ type: 'session-deleted', timeMs: 1, session, reason: 'removed' });
            model.delete(key);
          }
        }
      }
      turns.run();
      for (const sink of sinks.filter(({ ended }) => !ended)) {
        const { sessions, sequences } = known(sink.read());
        expect(sessions).toEqual(model);
        const [first = 0] = sequences;
        expect(sequences).toEqual(sequences.map((_, index) => first + index));
        expect(sink.lines.findIndex(({ type }) => type === 'snapshot-end')).toBe(
          sink.lines.filter(({ type }) => ['snapshot', 'session', 'tunnel'].includes(type)).length,
        );
      }
    }),
  );
});
