import { expect } from 'vitest';
import { SessionState } from '../../src/bfd/packet/session-state.js';
import type { SessionParameters } from '../../src/bfd/session/parameters.js';
import type { Pair } from './pair.js';
import { SECOND } from './pair.js';
import type { SessionHost } from './session-host.js';
import { perfect } from './virtual-link.js';

/** Both sides have agreed: each expects what the other does, all that was wanted is in force. */
export function expectAgreement(pair: Pair): void {
  expectAccord(pair.left, pair.right);
  expectAccord(pair.right, pair.left);
}

/**
 * The network heals, with this delay, and nothing is in the way: both sides have to agree within a time.
 *
 * @returns how often a state has changed in the twenty seconds after that: 0 when it stays so
 */
export function stateChangesOnceHealed(pair: Pair, delayUs: number, withinUs: number): number {
  pair.time.runFor(5 * SECOND);
  pair.setConditions(perfect(delayUs));
  for (const host of pair.hosts) {
    host.command({ type: 'path-up' });
    host.change({ adminDown: false });
  }
  pair.time.runFor(withinUs);
  expectAgreement(pair);
  const settled = pair.changes;
  pair.time.runFor(20 * SECOND);
  return pair.changes - settled;
}

/**
 * Lets the pair come Up, which it has to within five seconds, then changes it as told.
 *
 * @returns how often a state has changed from then until `settleUs` after the last change: 0 without a flap
 */
export function stateChangesDuring(pair: Pair, changes: readonly TimedChange[], settleUs: number): number {
  pair.time.runFor(5 * SECOND);
  expect(pair.bothUp).toBe(true);
  const settled = pair.changes;
  for (const { afterUs, side, parameters } of changes) {
    pair.time.runFor(afterUs);
    pair[side].change(parameters);
  }
  pair.time.runFor(settleUs);
  return pair.changes - settled;
}

/** Parameters that one side gets, so long after the change before. */
export interface TimedChange {
  readonly afterUs: number;
  readonly side: 'left' | 'right';
  readonly parameters: Partial<SessionParameters>;
}

function expectAccord(one: SessionHost, other: SessionHost): void {
  const { session, parameters } = one;
  expect(session.localState).toBe(SessionState.Up);
  expect(session.remoteState).toBe(SessionState.Up);
  expect(session.remoteDiscriminator).toBe(other.session.localDiscriminator);
  expect(session.remoteMultiplier).toBe(other.parameters.detectMult);
  expect(session.negotiatedTxIntervalUs).toBe(
    Math.max(parameters.desiredMinTxIntervalUs, receiveIntervalUs(other)),
  );
  expect(session.negotiatedTxIntervalUs).toBe(other.session.negotiatedRxIntervalUs);
  expect(session.demandActive).toBe(parameters.demand);
  expect(other.session.remoteDemand).toBe(parameters.demand);
  if (!parameters.demand) {
    // In Demand mode the path may just be verified, and the Detection Time is another.
    expect(session.polling).toBe(false);
    expect(other.session.remoteDetectionTimeUs).toBe(session.detectionTimeUs);
  }
  expect(session.echoActive).toBe(
    parameters.desiredMinEchoTxIntervalUs !== 0 && other.parameters.requiredMinEchoRxIntervalUs !== 0,
  );
}

/** Control packets are asked for at a second's interval while Echo packets detect failures. */
function receiveIntervalUs({ session, parameters }: SessionHost): number {
  const { requiredMinRxIntervalUs } = parameters;
  return session.echoActive ? Math.max(requiredMinRxIntervalUs, SECOND) : requiredMinRxIntervalUs;
}
