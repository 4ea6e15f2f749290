import { describe, expect, test } from 'vitest';
import { SessionState } from '../../src/bfd/packet/session-state.js';
import { MS, Pair, SECOND } from './pair.js';
import { CUT, perfect } from './virtual-link.js';

const { AdminDown, Down, Init, Up } = SessionState;

function recordedPair(options: ConstructorParameters<typeof Pair>[0]): Pair {
  const pair = new Pair(options);
  for (const host of pair.hosts) {
    host.recording = true;
  }
  return pair;
}

describe('the three-way handshake of an active and a passive system', () => {
  test('step 1: the active system sends Down with Your Discriminator zero at its slow interval until answered', () => {
    const pair = recordedPair({ right: { role: 'passive' } });
    pair.link.forward = CUT;
    pair.time.runFor(20 * SECOND);
    const { sent } = pair.left;
    expect(sent.length).toBeGreaterThanOrEqual(20);
    expect(sent.every((packet) => packet.state === Down && packet.yourDiscriminator === 0)).toBe(true);
    const gaps = sent.slice(1).map((packet, index) => packet.atUs - (sent[index]?.atUs ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(0.75 * SECOND);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(SECOND);
    expect(pair.right.sent).toEqual([]);
  });

  test('steps 2 and 3: the passive system answers Init with both discriminators, the active one says Up', () => {
    const pair = recordedPair({ right: { role: 'passive' }, conditions: perfect(MS) });
    const startUs = pair.time.nowUs;
    pair.time.runFor(10 * MS);
    expect(pair.left.sent.slice(0, 2)).toMatchObject([
      { atUs: startUs, state: Down, myDiscriminator: 0x0a0a, yourDiscriminator: 0 },
      { atUs: startUs + 2 * MS, state: Up, myDiscriminator: 0x0a0a, yourDiscriminator: 0x0b0b },
    ]);
    expect(pair.right.sent[0]).toMatchObject({
      atUs: startUs + MS,
      state: Init,
      myDiscriminator: 0x0b0b,
      yourDiscriminator: 0x0a0a,
    });
    expect(pair.left.changes).toMatchObject([{ from: Down, to: Up }]);
    expect(pair.right.changes).toMatchObject([
      { from: Down, to: Init },
      { from: Init, to: Up },
    ]);
  });

  test('the passive system does not begin again by itself after a failure', () => {
    const pair = recordedPair({ right: { role: 'passive' } });
    pair.time.runFor(5 * SECOND);
    pair.setConditions(CUT);
    pair.time.runFor(10 * SECOND);
    pair.right.sent.length = 0;
    pair.time.runFor(30 * SECOND);
    expect(pair.right.sent).toEqual([]);
    pair.setConditions(perfect(100));
    pair.time.runFor(2 * SECOND);
    expect(pair.bothUp).toBe(true);
  });
});

describe('RFC 5881 §3: both systems active', () => {
  test('are Up within two round trips', () => {
    const pair = recordedPair({ conditions: perfect(MS) });
    pair.time.runFor(4 * MS);
    expect(pair.bothUp).toBe(true);
    for (const host of pair.hosts) {
      expect(host.sent[0]).toMatchObject({ state: Down, yourDiscriminator: 0 });
    }
  });

  test('go over to the fast interval by a Poll Sequence, answered by a Final', () => {
    const pair = recordedPair({ conditions: perfect(MS) });
    pair.time.runFor(SECOND);
    for (const host of pair.hosts) {
      expect(host.sent.some((packet) => packet.poll && packet.desiredMinTxIntervalUs === 50 * MS)).toBe(true);
      expect(host.sent.some((packet) => packet.final)).toBe(true);
      expect(host.sent.some((packet) => packet.poll && packet.final)).toBe(false);
      expect(host.session.polling).toBe(false);
      expect(host.session.detectionTimeUs).toBe(150 * MS);
    }
  });
});

describe('RFC 5880 §6.8.16: AdminDown between two systems', () => {
  test('puts the peer down with diagnostic 3, and keeps it there until it is left', () => {
    const pair = recordedPair({ conditions: perfect(MS) });
    pair.time.runFor(5 * SECOND);
    pair.left.command({ type: 'admin-down' });
    pair.time.runFor(MS);
    expect(pair.right.changes.at(-1)).toMatchObject({ from: Up, to: Down, diagnostic: 3 });
    expect(pair.right.session.remoteState).toBe(AdminDown);
    expect(pair.right.session.remoteDiagnostic).toBe(7);
    pair.time.runFor(20 * SECOND);
    expect(pair.right.session.localState).toBe(Down);
    expect(pair.right.session.remoteDiscriminator).toBe(0x0a0a);
    pair.left.command({ type: 'admin-up' });
    pair.time.runFor(2 * SECOND);
    expect(pair.bothUp).toBe(true);
  });

  test('of both sides ends when both have left it', () => {
    const pair = new Pair({ left: { adminDown: true }, right: { adminDown: true } });
    pair.time.runFor(5 * SECOND);
    pair.left.change({ adminDown: false });
    pair.time.runFor(5 * SECOND);
    expect(pair.left.session.localState).toBe(Down);
    pair.right.change({ adminDown: false });
    pair.time.runFor(2 * SECOND);
    expect(pair.bothUp).toBe(true);
  });
});

describe('RFC 5880 §6.8.3: both systems change their intervals at the same moment', () => {
  test.each([
    ['on a good link', 0],
    ['with half of the packets lost', 0.5],
  ])('%s', (_, lossRate) => {
    const pair = new Pair({
      left: { detectMult: 50 },
      right: { detectMult: 50 },
      conditions: perfect(5 * MS),
    });
    pair.time.runFor(5 * SECOND);
    pair.setConditions({ ...perfect(5 * MS), lossRate });
    const settled = pair.changes;
    pair.left.change({ desiredMinTxIntervalUs: 200 * MS, requiredMinRxIntervalUs: 20 * MS });
    pair.right.change({ desiredMinTxIntervalUs: 20 * MS, requiredMinRxIntervalUs: 300 * MS });
    pair.time.runFor(20 * SECOND);
    expect(pair.changes).toBe(settled);
    const { left, right } = pair;
    expect(left.session.negotiatedTxIntervalUs).toBe(300 * MS);
    expect(right.session.negotiatedTxIntervalUs).toBe(20 * MS);
    expect(left.session.detectionTimeUs).toBe(50 * 20 * MS);
    expect(right.session.detectionTimeUs).toBe(50 * 300 * MS);
    expect(left.session.polling || right.session.polling).toBe(false);
  });
});
