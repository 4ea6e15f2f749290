import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Child } from '../../support/child.js';
import { EngineAndFrr } from '../../support/engine-and-frr.js';
import { ADDRESS_FAMILIES } from '../../support/link-ends.js';

const INTERVAL_MS = 50;
/** Of the capture. */
const PRECISION_MS = 0.5;

let both: EngineAndFrr;

beforeAll(async () => {
  both = await EngineAndFrr.start();
});

afterAll(async () => {
  await both.stop();
});

describe.each(ADDRESS_FAMILIES)('the time between packets to FRR on the wire, %s', (family) => {
  test.each([
    [3, 0.75, 1],
    [1, 0.75, 0.9],
  ])(
    'RFC 5880 §6.8.7: with Detect Mult %i from %f to %f of the interval, and spread',
    async (detectMult, least, most) => {
      const session = await both.session('single hop', family);
      await session.bringUp(
        { desiredMinTxIntervalUs: INTERVAL_MS * 1000, detectMult },
        `receive-interval ${INTERVAL_MS}`,
      );
      await session.until(({ negotiatedTxIntervalUs }) => negotiatedTxIntervalUs === INTERVAL_MS * 1000);
      await sleep(1500);

      const gaps = gapsOf(await timesSent(session.ends.own));
      expect(gaps.length).toBeGreaterThan(50);
      // A busy machine sends some late, and the next of those sooner after: the bounds for each and every
      // packet are held in virtual time (test/bfd/session/transmission.test.ts).
      expect(quantile(gaps, 0.1)).toBeGreaterThanOrEqual(least * INTERVAL_MS - PRECISION_MS);
      expect(quantile(gaps, 0.5)).toBeLessThanOrEqual(most * INTERVAL_MS + PRECISION_MS);
      const spread = quantile(gaps, 0.9) - quantile(gaps, 0.1);
      expect(spread).toBeGreaterThan(((most - least) * INTERVAL_MS) / 2);
    },
  );
});

/** When packets of this source left, for four seconds: milliseconds. */
async function timesSent(source: string): Promise<readonly number[]> {
  const filter = ['-f', `udp port 3784 and src host ${source}`];
  const fields = ['-T', 'fields', '-e', 'frame.time_epoch', '-l'];
  const { left } = both.pair;
  const capture = new Child(...left.command('tshark', ['-i', 'eth0', ...filter, ...fields]));
  const started = () => capture.stderr.find((line) => line.includes('Capture started'));
  await capture.wait(started, 'capture', 20_000);
  await sleep(4500);
  await capture.stop('SIGINT');
  return capture.stdout.filter(Boolean).map((line) => Number(line) * 1000);
}

function quantile(sorted: readonly number[], share: number): number {
  return sorted.at(Math.floor(sorted.length * share)) ?? NaN;
}

/** The times between one and the next, the shortest first. */
function gapsOf(times: readonly number[]): readonly number[] {
  return times
    .slice(1)
    .map((time, index) => time - (times[index] ?? 0))
    .toSorted((one, other) => one - other);
}
