import * as fc from 'fast-check';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { Bird } from '../../support/bird.js';
import { ipMhSession, ipShSession } from '../../support/desired-sessions.js';
import { TestEngine } from '../../support/engine.js';
import { type Hops, PATHS } from '../../support/engine-and-frr.js';
import { LinkAddresses, type LinkEnds } from '../../support/link-ends.js';
import { NamespacePair } from '../../support/netns.js';
import { aTimerChange, CHANGES, FIRST_TIMERS, SEED, type Timers } from '../../support/timer-changes.js';

let pair: NamespacePair;
let engine: TestEngine;
let bird: Bird;
/** In the order of `PATHS`. */
let ends: LinkEnds[];
let ours: Timers[];
/** BIRD has the same for all sessions of a kind. */
let peers: Record<Hops, Timers>;

beforeAll(async () => {
  pair = await NamespacePair.create();
  const addresses = new LinkAddresses(pair);
  ends = [];
  for (const [, family] of PATHS) ends.push(await addresses.add(family));
  engine = await TestEngine.start(pair.left);
});

beforeEach(async () => {
  ours = PATHS.map(() => FIRST_TIMERS);
  peers = { 'single hop': FIRST_TIMERS, multihop: FIRST_TIMERS };
  bird = await Bird.start(pair.right, birdConfig(), { realTime: true });
  for (const at of PATHS.keys()) await setEngine(at);
  for (const at of PATHS.keys()) await settled(at);
  return async () => {
    await engine.remove(...PATHS.map((_, at) => desired(at).key));
    await bird.stop();
  };
});

afterAll(async () => {
  await engine.stop();
  await pair.dispose();
});

test(
  `${CHANGES} random changes of timers on either end of four sessions with BIRD, from seed ${SEED}: no flap`,
  { timeout: 60_000 + CHANGES * 1000 },
  async () => {
    for (const { at, byEngine, timers, pauseMs } of fc.sample(aTimerChange, {
      numRuns: CHANGES,
      seed: SEED,
    })) {
      if (byEngine) {
        ours[at] = timers;
        await setEngine(at);
      } else {
        peers[hopsOf(at)] = timers;
        await bird.configure(birdConfig());
      }
      await sleep(pauseMs);
    }
    for (const at of PATHS.keys()) {
      await settled(at);
      expect(await engine.report(desired(at).key)).toMatchObject({
        localState: 'up',
        upCount: 1,
        downCount: 0,
      });
    }
  },
);

test('AdminDown by the engine: BIRD is Down for as long, and both come back', async () => {
  for (const at of PATHS.keys()) {
    const session = desired(at);
    await engine.set({ ...session, adminDown: true });
    await bird.until(endsOf(at).own, ({ state }) => state === 'Down');
    await sleep(500);
    expect(await engine.report(session.key)).toMatchObject({ localState: 'admin-down', localDiagnostic: 7 });
    expect((await bird.sessions()).find(({ peer }) => peer === endsOf(at).own)?.state).toBe('Down');

    await engine.set(session);
    await settled(at);
    expect(await engine.report(session.key)).toMatchObject({ upCount: 2, adminDownCount: 1, downCount: 1 });
  }
});

test('BIRD is disabled: the engine is Down, and Up again when BIRD is enabled', async () => {
  await bird.birdc('disable bfd1');
  for (const at of PATHS.keys()) {
    const report = await engine.until(desired(at).key, ({ localState }) => localState === 'down');
    expect(report.downCount).toBe(1);
    expect(['peer-silent', 'peer-said-so']).toContain(report.downRecord?.verdict);
  }
  await bird.birdc('enable bfd1');
  for (const at of PATHS.keys()) {
    await settled(at);
    expect(await engine.report(desired(at).key)).toMatchObject({ upCount: 2, downCount: 1 });
  }
});

function hopsOf(at: number): Hops {
  return PATHS[at]?.[0] ?? 'single hop';
}

function endsOf(at: number): LinkEnds {
  return ends[at] ?? { own: '', peer: '' };
}

function desired(at: number) {
  const { own, peer } = endsOf(at);
  const { tx, rx, mult } = ours[at] ?? FIRST_TIMERS;
  const timers = { desiredMinTxIntervalUs: tx * 1000, requiredMinRxIntervalUs: rx * 1000, detectMult: mult };
  return hopsOf(at) === 'multihop'
    ? ipMhSession(own, peer, timers)
    : ipShSession(peer, { ...timers, source: own });
}

async function setEngine(at: number): Promise<void> {
  await engine.set(desired(at));
}

function birdConfig(): string {
  const neighbours = PATHS.map((_, at) => {
    const { own, peer } = endsOf(at);
    return hopsOf(at) === 'multihop'
      ? `neighbor ${own} local ${peer} multihop on;`
      : `neighbor ${own} dev "eth0" local ${peer};`;
  });
  return (
    `protocol bfd { interface "eth0" { ${options(peers['single hop'])} }; ` +
    `multihop { ${options(peers.multihop)} }; ${neighbours.join(' ')} }`
  );
}

function options({ tx, rx, mult }: Timers): string {
  return `min tx interval ${tx} ms; min rx interval ${rx} ms; multiplier ${mult};`;
}

/** Waits until both ends go by their timers (RFC 5880 §6.8.2, §6.8.4). */
async function settled(at: number): Promise<void> {
  const mine = ours[at] ?? FIRST_TIMERS;
  const theirs = peers[hopsOf(at)];
  const txUs = Math.max(mine.tx, theirs.rx) * 1000;
  const rxUs = Math.max(mine.rx, theirs.tx) * 1000;
  await engine.until(
    desired(at).key,
    (report) =>
      report.localState === 'up' &&
      report.remoteState === 'up' &&
      report.negotiatedTxIntervalUs === txUs &&
      report.negotiatedRxIntervalUs === rxUs &&
      report.detectionTimeUs === rxUs * theirs.mult,
    20_000,
  );
  await bird.until(
    endsOf(at).own,
    ({ state, interval, timeout }) =>
      state === 'Up' && sameTime(interval, rxUs) && sameTime(timeout, txUs * mine.mult),
    20_000,
  );
}

/** BIRD tells seconds to the millisecond. */
function sameTime(seconds: number, us: number): boolean {
  return Math.abs(seconds * 1_000_000 - us) < 1_500;
}
