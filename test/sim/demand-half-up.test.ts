/** Demand mode on both sides, when a passive system has lost its peer, and so is silent. */
import { describe, expect, test } from 'vitest';
import { SessionState } from '../../src/bfd/packet/session-state.js';
import { expectAgreement } from './agreement.js';
import { MS, Pair, SECOND } from './pair.js';
import { CUT, perfect } from './virtual-link.js';

const { Down, Up } = SessionState;

describe('RFC 5880 §6.6: Demand mode on both sides, a passive one that has gone Down unheard', () => {
  test('is found out by a Poll of the other, and both come Up again', () => {
    const pair = passiveLost(2 * SECOND);
    pair.time.runFor(5 * SECOND);
    expect(pair.right.changes.slice(-3).map(({ to }) => to)).toEqual([Down, SessionState.Init, Up]);
    expectAgreement(pair);
  });

  test('is found out by a Poll although the Echo packets of the other come back', () => {
    // So slow that the cut costs none.
    const pair = passiveLost(20 * SECOND, 10 * SECOND);
    expect(pair.right.session.echoActive).toBe(true);
    pair.time.runFor(30 * SECOND);
    expect(pair.right.changes.slice(-3).map(({ to }) => to)).toEqual([Down, SessionState.Init, Up]);
    expectAgreement(pair);
  });

  test('is not found out by a system that never polls, until it is told to verify the path', () => {
    const pair = passiveLost(0);
    pair.time.runFor(60 * SECOND);
    expect(pair.left.session.localState).toBe(Down);
    expect(pair.right.session.localState).toBe(Up);
    pair.right.command({ type: 'verify' });
    pair.time.runFor(5 * SECOND);
    expectAgreement(pair);
  });
});

/** The path was cut for a Poll of the left system, and is whole again before the right one asks. */
function passiveLost(rightPollIntervalUs: number, rightEchoUs = 0): Pair {
  const pair = new Pair({
    left: {
      role: 'passive',
      demand: true,
      demandPollIntervalUs: 500 * MS,
      requiredMinEchoRxIntervalUs: rightEchoUs,
    },
    right: {
      demand: true,
      demandPollIntervalUs: rightPollIntervalUs,
      desiredMinEchoTxIntervalUs: rightEchoUs,
    },
  });
  pair.time.runFor(5 * SECOND);
  expectAgreement(pair);
  pair.right.command({ type: 'verify' });
  pair.time.runFor(100 * MS);
  pair.setConditions(CUT);
  // With Echo packets the right one asks for a packet a second at most, and the left waits three seconds.
  pair.time.runFor(rightEchoUs === 0 ? SECOND : 5 * SECOND);
  expect(pair.left.session.localState).toBe(Down);
  expect(pair.right.session.localState).toBe(Up);
  pair.setConditions(perfect(100));
  return pair;
}
