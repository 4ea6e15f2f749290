import { beforeEach, describe, expect, it } from 'vitest';
import { EventFeed } from '../../../src/link/events/event-feed.js';
import { FollowedControl } from '../../../src/link/events/followed-control.js';
import type { SessionReport, StateChangeEvent } from '../../../src/link/messages.js';
import { multihop, singleHop } from '../../support/configured-sessions.js';
import { DOWN_RECORD } from '../../support/down-record.js';
import { RecordingControl, sessionReport } from '../recording-control.js';
import { FollowerSink, Turns } from './follower-sink.js';

const one = singleHop('192.0.2.2').desired;
const other = multihop('192.0.2.1', '198.51.100.9').desired;

/** An engine whose sessions have other discriminators when they are made anew. */
class NumberingControl extends RecordingControl {
  readonly discriminators = new Map<string, number>();

  override report(key: string): SessionReport | null {
    const report = super.report(key);
    return report && { ...report, localDiscriminator: this.discriminators.get(key) ?? 1 };
  }
}

function stateChange(key: string, facts: Partial<StateChangeEvent> = {}): StateChangeEvent {
  return {
    type: 'state-change',
    key,
    timeMs: 2_000,
    from: 'down',
    to: 'up',
    localDiagnostic: 0,
    previousChangeMs: null,
    sourceAddress: '192.0.2.1',
    report: { ...sessionReport(key), localState: 'up', remoteDiscriminator: 9 },
    ...facts,
  };
}

describe('an engine that is followed', () => {
  let engine: NumberingControl;
  let followed: FollowedControl;
  let turns: Turns;
  let sink: FollowerSink;

  beforeEach(() => {
    engine = new NumberingControl();
    turns = new Turns();
    const dateAndTime = (timeMs: number): string => `at ${timeMs}`;
    const feed = new EventFeed({ defer: turns.defer, wallClockMs: () => 5_000, dateAndTime });
    followed = new FollowedControl(engine, feed, () => 3_000);
    sink = new FollowerSink();
    feed.follow(sink);
    turns.run();
    sink.read();
  });

  function told(): readonly object[] {
    turns.run();
    return sink.read();
  }

  it('tells of sessions that are made, with whose they are', () => {
    followed.set([one, other]);
    expect(told()).toMatchObject([
      { type: 'session-created', key: one.key, kind: 'ip-sh', interface: 'eth0', destination: '192.0.2.2' },
      { type: 'session-created', key: other.key, kind: 'ip-mh', interface: null, source: '192.0.2.1' },
    ]);
    expect(engine.calls).toEqual(['set 2']);
  });

  it('tells nothing of a session that is refused, or of one that goes on with other timers', () => {
    engine.refuse.add(other.key);
    expect(followed.set([one, other])).toEqual([{ key: other.key, reason: 'full' }]);
    expect(told()).toHaveLength(1);
    followed.set([{ ...one, detectMult: 5 }]);
    expect(told()).toEqual([]);
  });

  it('tells of a change of state, with the local address as it is now', () => {
    followed.set([one]);
    told();
    followed.handle(stateChange(one.key));
    expect(told()).toMatchObject([
      { type: 'session-state', from: 'down', state: 'up', source: '192.0.2.1', remoteDiscriminator: 9 },
    ]);
  });

  it('tells why a session went down', () => {
    followed.set([one]);
    const report = { ...sessionReport(one.key), downRecord: DOWN_RECORD };
    followed.handle(stateChange(one.key, { from: 'up', to: 'down', localDiagnostic: 1, report }));
    expect(told().at(-1)).toMatchObject({
      diagnostic: 'control-expiry',
      verdict: 'host-late',
      explanation: expect.stringContaining('; '),
    });
  });

  it('tells of a session that is made anew as of one that goes and one that comes', () => {
    followed.set([one]);
    told();
    engine.discriminators.set(one.key, 2);
    followed.set([{ ...one, source: '192.0.2.3' }]);
    expect(told()).toMatchObject([
      { type: 'session-deleted', localDiscriminator: 1, reason: 'other-addresses' },
      { type: 'session-created', localDiscriminator: 2, source: '192.0.2.3' },
    ]);
  });

  it('tells of sessions that are removed, once', () => {
    followed.set([one]);
    told();
    followed.remove([one.key, other.key]);
    followed.remove([one.key]);
    expect(told()).toMatchObject([
      { type: 'session-deleted', time: 'at 3000', key: one.key, reason: 'removed' },
    ]);
  });
});
