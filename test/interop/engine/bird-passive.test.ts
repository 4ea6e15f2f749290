import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { Bird } from '../../support/bird.js';
import { ipMhSession, ipShSession } from '../../support/desired-sessions.js';
import { TestEngine } from '../../support/engine.js';
import { PATHS } from '../../support/engine-and-frr.js';
import { LinkAddresses, type LinkEnds } from '../../support/link-ends.js';
import { NamespacePair } from '../../support/netns.js';

let pair: NamespacePair;
let engine: TestEngine;
let bird: Bird;
let addresses: LinkAddresses;

beforeAll(async () => {
  pair = await NamespacePair.create();
  addresses = new LinkAddresses(pair);
  engine = await TestEngine.start(pair.left);
  bird = await Bird.start(pair.right, '', { realTime: true });
});

// BIRD makes a new session by the options that its interface had before a change of configuration.
afterEach(async () => {
  await bird.configure('');
});

afterAll(async () => {
  await engine.stop();
  await bird.stop();
  await pair.dispose();
});

describe.each(PATHS)('roles with BIRD, %s over %s', (hops, family) => {
  test('BIRD passive: nothing happens until the engine calls; unequal timers', async () => {
    const ends = await addresses.add(family);
    await bird.configure(birdConfig(ends, hops, 'passive yes;'));
    const session = desired(ends, hops);
    await engine.set({ ...session, role: 'passive' });
    await new Promise((resolve) => {
      setTimeout(resolve, 1500);
    });
    expect(await engine.report(session.key)).toMatchObject({
      localState: 'down',
      receivedPackets: 0,
      sentPackets: 0,
    });

    await engine.set(session);
    expect(await intervalOnceUp(ends, hops)).toBe(0.12);
  });

  test('the engine passive: BIRD calls; unequal timers', async () => {
    const ends = await addresses.add(family);
    await engine.set({ ...desired(ends, hops), role: 'passive' });
    await bird.configure(birdConfig(ends, hops, ''));
    expect(await intervalOnceUp(ends, hops)).toBe(0.12);
  });
});

function desired(ends: LinkEnds, hops: string) {
  const timers = { desiredMinTxIntervalUs: 70_000, requiredMinRxIntervalUs: 90_000, detectMult: 5 };
  return hops === 'multihop'
    ? ipMhSession(ends.own, ends.peer, timers)
    : ipShSession(ends.peer, { ...timers, source: ends.own });
}

function birdConfig({ own, peer }: LinkEnds, hops: string, role: string): string {
  const options = `min rx interval 80 ms; min tx interval 120 ms; multiplier 4; ${role}`;
  return hops === 'multihop'
    ? `protocol bfd { multihop { ${options} }; neighbor ${own} local ${peer} multihop on; }`
    : `protocol bfd { interface "eth0" { ${options} }; neighbor ${own} dev "eth0" local ${peer}; }`;
}

/** Waits for Up on both ends, by the timers that follow from both; answers BIRD's interval in seconds. */
async function intervalOnceUp(ends: LinkEnds, hops: string): Promise<number> {
  const report = await engine.until(
    desired(ends, hops).key,
    ({ localState, remoteState, detectionTimeUs }) =>
      localState === 'up' && remoteState === 'up' && detectionTimeUs === 480_000,
  );
  expect(report).toMatchObject({
    negotiatedTxIntervalUs: 80_000,
    negotiatedRxIntervalUs: 120_000,
    remoteMultiplier: 4,
    upCount: 1,
    downCount: 0,
  });
  const peer = await bird.until(ends.own, ({ state, timeout }) => state === 'Up' && timeout === 0.4);
  return peer.interval;
}
