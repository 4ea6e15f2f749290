/** Demand mode, the Echo function, authentication and roles, all at once, between two systems. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Diagnostic } from '../../src/bfd/packet/diagnostic.js';
import { SessionState } from '../../src/bfd/packet/session-state.js';
import type { SessionParameters } from '../../src/bfd/session/parameters.js';
import { expectAgreement, stateChangesDuring, stateChangesOnceHealed } from './agreement.js';
import { authentications, modes, partialChange, roles, seed, side, timers } from './arbitraries.js';
import { MS, Pair, SECOND } from './pair.js';
import type { SessionHost } from './session-host.js';
import { goThrough, halfUpDuring, trouble } from './trouble.js';
import { CUT, perfect } from './virtual-link.js';

const { Down, Up } = SessionState;

/** A Poll, and an Echo packet, has to be back within the shortest Detection Time (RFC 5880 §6.6). */
const delays = fc.nat({ max: 4 * MS });
const systems = fc
  .record({
    left: fc.tuple(timers, modes),
    right: fc.tuple(timers, modes),
    roles,
    authentication: authentications,
    seed,
  })
  .map(({ left, right, roles: [leftRole, rightRole], authentication, seed: seedValue }) => ({
    left: { ...left[0], ...left[1], role: leftRole, authentication } satisfies Partial<SessionParameters>,
    right: { ...right[0], ...right[1], role: rightRole, authentication } satisfies Partial<SessionParameters>,
    seed: seedValue,
  }));

/**
 * A passive system that has lost its peer says nothing (RFC 5880 §6.8.7), and when both are in Demand mode
 * its peer takes the silence for granted: only a Poll of the peer, not its Echo packets, can end that. When
 * to poll is left to each system (§6.6): to converge without a Poll is promised nowhere, within any time.
 */
const converging = systems.map((options) => ({
  ...options,
  left: silentWhenLost(options.right) ? polling(options.left) : options.left,
  right: silentWhenLost(options.left) ? polling(options.right) : options.right,
}));

describe('RFC 5880: two sessions in any mode', () => {
  test('converge to Up on both sides, whatever has happened, once the network heals', () => {
    let demanding = 0;
    let echoing = 0;
    fc.assert(
      fc.property(converging, trouble, delays, (options, troubles, delayUs) => {
        const pair = new Pair(options);
        goThrough(pair, troubles);
        expect(stateChangesOnceHealed(pair, delayUs, 60 * SECOND)).toBe(0);
        demanding += pair.hosts.filter(({ session }) => session.demandActive).length;
        echoing += pair.hosts.filter(({ echoesReturned }) => echoesReturned > 0).length;
      }),
      { numRuns: 300 },
    );
    expect(demanding).toBeGreaterThan(100);
    expect(echoing).toBeGreaterThan(100);
  });

  test('never flap on a perfect network, however parameters and modes change', () => {
    const changes = fc.array(
      fc.record({
        afterUs: fc.nat({ max: 2 * SECOND }),
        side,
        parameters: fc.oneof(partialChange, modes),
      }),
      { minLength: 1, maxLength: 30 },
    );
    fc.assert(
      fc.property(systems, changes, delays, delays, (options, list, forwardUs, backwardUs) => {
        const pair = new Pair(options);
        pair.link.forward = perfect(forwardUs);
        pair.link.backward = perfect(backwardUs);
        expect(stateChangesDuring(pair, list, 30 * SECOND)).toBe(0);
        expectAgreement(pair);
      }),
      { numRuns: 300 },
    );
  });

  test('never flap through 1,000 random changes of timers and modes while Up', () => {
    fc.assert(
      fc.property(
        systems,
        fc.array(
          fc.record({ afterUs: fc.nat({ max: 400 * MS }), side, parameters: fc.oneof(partialChange, modes) }),
          {
            minLength: 1000,
            maxLength: 1000,
          },
        ),
        (options, list) => {
          const pair = new Pair({ ...options, conditions: perfect(MS) });
          expect(stateChangesDuring(pair, list, 30 * SECOND)).toBe(0);
          expectAgreement(pair);
        },
      ),
      { numRuns: 10 },
    );
  });

  test('are never half up for longer than the Detection Times, the wait for a Poll and the delay of packets', () => {
    let occasions = 0;
    // Without Polls nothing bounds the time in Demand mode.
    const bounded = systems.map((options) => ({
      ...options,
      left: polling(options.left),
      right: polling(options.right),
    }));
    fc.assert(
      fc.property(bounded, trouble, (options, troubles) => {
        const pair = new Pair(options);
        const watch = halfUpDuring(pair, troubles);
        occasions += watch.occasions;
        expect(watch.excessUs).toBe(0);
      }),
      { numRuns: 300 },
    );
    expect(occasions).toBeGreaterThan(100);
  });

  test('never go Down without the cause that the diagnostic names', () => {
    const causes = new Map<number, number>();
    fc.assert(
      fc.property(systems, trouble, (options, troubles) => {
        const pair = new Pair(options);
        let uncaused = 0;
        for (const host of pair.hosts) {
          let before = timesOf(host);
          host.onStep = () => {
            before = timesOf(host);
          };
          host.onChange = ({ from, to, atUs, diagnostic }) => {
            if (from !== Up || to !== Down) return;
            causes.set(diagnostic, (causes.get(diagnostic) ?? 0) + 1);
            uncaused += isCaused(host, diagnostic, atUs, before) ? 0 : 1;
          };
        }
        pair.time.runFor(5 * SECOND);
        goThrough(pair, troubles);
        pair.time.runFor(20 * SECOND);
        expect(uncaused).toBe(0);
      }),
      { numRuns: 300 },
    );
    // The networks were bad enough for each cause to arise.
    for (const diagnostic of [
      Diagnostic.ControlDetectionTimeExpired,
      Diagnostic.EchoFunctionFailed,
      Diagnostic.NeighborSignaledSessionDown,
    ]) {
      expect(causes.get(diagnostic)).toBeGreaterThan(20);
    }
  });

  test('notice a link that is cut, in Demand mode by a Poll, with the Echo function by what does not come back', () => {
    fc.assert(
      fc.property(systems, delays, fc.nat({ max: 3 * SECOND }), (options, delayUs, cutAfterUs) => {
        const left = { ...options.left, demandPollIntervalUs: SECOND };
        const pair = new Pair({ ...options, left, conditions: perfect(delayUs) });
        pair.time.runFor(20 * SECOND + cutAfterUs);
        expectAgreement(pair);
        const { session } = pair.left;
        const pollUs = session.demandActive && !session.echoActive ? SECOND : 0;
        // One interval more, until the first Echo packet is missed.
        const echoUs = session.echoActive ? (options.left.detectMult + 1) * session.echoTxIntervalUs : 0;
        const controlUs = session.detectionTimeUs + pollUs + session.negotiatedTxIntervalUs;
        const allowedUs = Math.max(echoUs, controlUs) + 2 * delayUs;
        pair.setConditions(CUT);
        const cutUs = pair.time.nowUs;
        pair.time.runFor(60 * SECOND);
        const down = pair.left.changes.find(({ atUs, from }) => atUs >= cutUs && from === Up);
        expect(down?.to).toBe(Down);
        expect((down?.atUs ?? Infinity) - cutUs).toBeLessThanOrEqual(allowedUs);
      }),
      { numRuns: 200 },
    );
  });
});

function silentWhenLost({ role, demand }: Partial<SessionParameters>): boolean {
  return role === 'passive' && demand === true;
}

function polling<T extends Partial<SessionParameters>>(parameters: T): T {
  return parameters.demand === true ? { ...parameters, demandPollIntervalUs: SECOND } : parameters;
}

/** What is known of the times of a host before something happens to it. */
interface Times {
  readonly controlUs: number;
  readonly echoUs: number;
  readonly demand: boolean;
}

function timesOf({ session, parameters }: SessionHost): Times {
  return {
    controlUs: session.detectionTimeUs,
    echoUs: parameters.detectMult * session.echoTxIntervalUs,
    demand: session.demandActive,
  };
}

/** Whether a session went Down for the reason that it gives. */
function isCaused(host: SessionHost, diagnostic: number, atUs: number, before: Times): boolean {
  switch (diagnostic) {
    case Diagnostic.ControlDetectionTimeExpired:
      return atUs - (before.demand ? host.finalUs : host.heardUs) >= before.controlUs;
    case Diagnostic.EchoFunctionFailed:
      return atUs - host.echoUs >= before.echoUs;
    case Diagnostic.NeighborSignaledSessionDown:
      return host.session.remoteState <= Down;
    default:
      // An incident of the test's own.
      return diagnostic === Diagnostic.PathDown || diagnostic === Diagnostic.AdministrativelyDown;
  }
}
