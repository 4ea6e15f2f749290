import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SessionState } from '../../src/bfd/packet/session-state.js';
import { expectAgreement, stateChangesDuring, stateChangesOnceHealed } from './agreement.js';
import { partialChange, roles, seed, side, timers } from './arbitraries.js';
import { MS, Pair, SECOND } from './pair.js';
import { goThrough, halfUpDuring, trouble } from './trouble.js';
import { CUT, perfect } from './virtual-link.js';

const { Down, Up } = SessionState;

describe('RFC 5880 §6.2, §6.8: two sessions', () => {
  test('converge to Up on both sides, whatever has happened, once the network heals', () => {
    fc.assert(
      fc.property(
        timers,
        timers,
        roles,
        trouble,
        seed,
        fc.nat({ max: 100 * MS }),
        (left, right, [leftRole, rightRole], troubles, seedValue, delayUs) => {
          const pair = new Pair({
            left: { ...left, role: leftRole },
            right: { ...right, role: rightRole },
            seed: seedValue,
          });
          goThrough(pair, troubles);
          expect(stateChangesOnceHealed(pair, delayUs, 40 * SECOND)).toBe(0);
        },
      ),
      { numRuns: 200 },
    );
  });

  test('are never half up for longer than the Detection Times and the delay of packets', () => {
    let occasions = 0;
    fc.assert(
      fc.property(
        timers,
        timers,
        roles,
        trouble,
        seed,
        (left, right, [leftRole, rightRole], troubles, seedValue) => {
          const pair = new Pair({
            left: { ...left, role: leftRole },
            right: { ...right, role: rightRole },
            seed: seedValue,
          });
          const watch = halfUpDuring(pair, troubles);
          occasions += watch.occasions;
          expect(watch.excessUs).toBe(0);
        },
      ),
      { numRuns: 200 },
    );
    // The networks were bad enough for the question to arise.
    expect(occasions).toBeGreaterThan(100);
  });

  test('never flap on a perfect network, however the parameters change', () => {
    const changes = fc.array(
      fc.record({ afterUs: fc.nat({ max: 2 * SECOND }), side, parameters: partialChange }),
      { minLength: 1, maxLength: 30 },
    );
    fc.assert(
      fc.property(
        timers,
        timers,
        changes,
        seed,
        fc.nat({ max: 80 * MS }),
        fc.nat({ max: 80 * MS }),
        (left, right, list, seedValue, forwardUs, backwardUs) => {
          const pair = new Pair({ left, right, seed: seedValue });
          pair.link.forward = perfect(forwardUs);
          pair.link.backward = perfect(backwardUs);
          expect(stateChangesDuring(pair, list, 20 * SECOND)).toBe(0);
          expectAgreement(pair);
        },
      ),
      { numRuns: 300 },
    );
  });

  test('notice a link that is cut one way: the deaf side when its Detection Time has passed, the other by its word', () => {
    fc.assert(
      fc.property(
        timers,
        timers,
        seed,
        fc.nat({ max: 50 * MS }),
        fc.nat({ max: 3 * SECOND }),
        (left, right, seedValue, delayUs, cutAfterUs) => {
          const pair = new Pair({ left, right, seed: seedValue, conditions: perfect(delayUs) });
          pair.time.runFor(10 * SECOND + cutAfterUs);
          expectAgreement(pair);
          const cutUs = pair.time.nowUs;
          const detectionUs = pair.right.session.detectionTimeUs;
          pair.link.forward = CUT;
          pair.time.runFor(detectionUs + 2 * delayUs + 1);
          const rightDown = pair.right.changes.findLast(({ from }) => from === Up);
          const leftDown = pair.left.changes.findLast(({ from }) => from === Up);
          expect(rightDown).toMatchObject({ from: Up, to: Down, diagnostic: 1 });
          expect(leftDown).toMatchObject({ from: Up, to: Down, diagnostic: 3 });
          expect(rightDown?.atUs).toBeLessThanOrEqual(cutUs + delayUs + detectionUs);
          expect(leftDown?.atUs).toBe((rightDown?.atUs ?? 0) + delayUs);
        },
      ),
      { numRuns: 100 },
    );
  });

  test('notice a link that is cut both ways, each within its own Detection Time, and come Up when it is back', () => {
    fc.assert(
      fc.property(timers, timers, seed, (left, right, seedValue) => {
        const pair = new Pair({ left, right, seed: seedValue });
        pair.time.runFor(10 * SECOND);
        pair.setConditions(CUT);
        const cutUs = pair.time.nowUs;
        const detections = pair.hosts.map((host) => host.session.detectionTimeUs);
        pair.time.runFor(20 * SECOND);
        for (const [index, host] of pair.hosts.entries()) {
          const change = host.changes.at(-1);
          expect(change).toMatchObject({ to: Down, diagnostic: 1 });
          expect((change?.atUs ?? 0) - cutUs).toBeLessThanOrEqual(100 + (detections[index] ?? 0));
          expect(host.session.remoteDiscriminator).toBe(0);
        }
        pair.setConditions(perfect(100));
        pair.time.runFor(10 * SECOND);
        expectAgreement(pair);
      }),
      { numRuns: 50 },
    );
  });

  test('come Up again when one of them is replaced by one with another discriminator', () => {
    const pair = new Pair();
    pair.time.runFor(5 * SECOND);
    const settled = pair.left.changes.length;
    pair.restartRight(0x0c0c);
    pair.time.runFor(10 * MS);
    expect(pair.left.changes.slice(settled)).toMatchObject([
      { from: Up, to: Down, diagnostic: 3 },
      { from: Down, to: Up },
    ]);
    pair.time.runFor(5 * SECOND);
    expectAgreement(pair);
    expect(pair.left.session.remoteDiscriminator).toBe(0x0c0c);
  });

  test('stay Up when packets are lost now and then, but never as many as the multiplier in a row', () => {
    const pair = new Pair();
    pair.time.runFor(5 * SECOND);
    const settled = pair.changes;
    for (let gap = 0; gap < 50; gap++) {
      // With 50 ms at most before and after it, the gap stays below the Detection Time of 150 ms.
      pair.setConditions(CUT);
      pair.time.runFor(45 * MS);
      pair.setConditions(perfect(100));
      pair.time.runFor(200 * MS);
    }
    expect(pair.changes).toBe(settled);
  });
});
