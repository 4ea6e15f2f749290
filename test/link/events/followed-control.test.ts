import { beforeEach, describe, expect, it } from 'vitest';
import { EventFeed } from '../../../src/link/events/event-feed.js';
import { FollowedControl } from '../../../src/link/events/followed-control.js';
import type { SessionReport, StateChangeEvent } from '../../../src/link/messages.js';
import { lspReport } from '../../support/lsp-reports.js';
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

function dateAndTime(timeMs: number): string {
  return `at ${timeMs}`;
}

describe('an engine that is followed', () => {
  let engine: NumberingControl;
  let followed: FollowedControl;
  let turns: Turns;
  let sink: FollowerSink;

  beforeEach(() => {
    engine = new NumberingControl();
    turns = new Turns();
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

  it('tells of what changes while others of many are made', () => {
    const many = Array.from(
      { length: 300 },
      (_, index) => singleHop(`10.0.${index >> 7}.${index % 128}`).desired,
    );
    const [first = one] = many;
    const set = engine.set.bind(engine);
    engine.set = (sessions) => {
      // As an engine does that looks after packets in between.
      if (engine.sessions.has(first.key)) followed.handle(stateChange(first.key));
      return set(sessions);
    };
    followed.set(many);
    const lines = told();
    expect(lines).toContainEqual(
      expect.objectContaining({ type: 'session-state', key: first.key, state: 'up' }),
    );
    const created = lines.filter((line) => 'type' in line && line.type === 'session-created');
    expect(created).toHaveLength(300);
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

  it('tells of tunnels that are configured, change their state and go', () => {
    const fec = '203.0.113.1/32';
    followed.changeLsps({ set: [{ key: fec, lsps: [] }], remove: [], mpls: undefined });
    followed.handle({
      type: 'tunnel-state-change',
      timeMs: 2_000,
      fec,
      from: 'unmonitored',
      to: 'up',
      session: null,
    });
    followed.changeLsps({ set: [], remove: [fec], mpls: undefined });
    expect(told()).toMatchObject([
      { type: 'tunnel-created', time: 'at 3000', fec, state: 'unmonitored' },
      { type: 'tunnel-state', time: 'at 2000', fec, from: 'unmonitored', state: 'up', since: 'at 2000' },
      { type: 'tunnel-deleted', fec, state: 'up' },
    ]);
    expect(engine.calls).toEqual(['lsps +1 -0', 'lsps +0 -1']);
  });

  it('tells of the sessions of LSPs that it makes and gives up itself', () => {
    const key = 'lsp-egress/192.0.2.9/203.0.113.1/32/7';
    const made = { timeMs: 2_000, key, localDiscriminator: 1, lsp: lspReport('egress') };
    followed.handle({ type: 'lsp-session-created', ...made });
    followed.handle(stateChange(key));
    followed.handle({ type: 'lsp-session-deleted', ...made, timeMs: 4_000, reason: 'withdrawn' });
    expect(told()).toMatchObject([
      { type: 'session-created', kind: 'lsp-egress', fec: '203.0.113.1/32', destination: '192.0.2.9' },
      { type: 'session-state', state: 'up', fec: '203.0.113.1/32' },
      { type: 'session-deleted', time: 'at 4000', state: 'up', reason: 'withdrawn' },
    ]);
  });

  it('tells of bootstraps that fail and of limits, as they are', () => {
    const key = 'lsp-ingress/203.0.113.1/32';
    const failure = { cause: 'return-code', returnCode: 4, returnSubcode: 0, from: '192.0.2.9' } as const;
    const failed = { type: 'bootstrap-failed', key, fec: '203.0.113.1/32', up: true } as const;
    followed.handle({ ...failed, timeMs: 2_000, failure });
    followed.handle({ type: 'session-limit', timeMs: 3_000, role: 'egress', limit: 5, reached: true });
    expect(told()).toEqual([
      { ...failed, sequence: 1, time: 'at 2000', ...failure },
      { type: 'session-limit', sequence: 2, time: 'at 3000', role: 'egress', limit: 5, reached: true },
    ]);
  });
});
