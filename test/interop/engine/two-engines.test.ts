import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ipShSession } from '../../support/desired-sessions.js';
import { TestEngine } from '../../support/engine.js';
import { NamespacePair } from '../../support/netns.js';

describe('two engines over a real link', () => {
  let pair: NamespacePair;
  let left: TestEngine;
  let right: TestEngine;
  const toRight = ipShSession('192.0.2.2');
  const toLeft = ipShSession('192.0.2.1');

  beforeEach(async () => {
    pair = await NamespacePair.create();
    left = await TestEngine.start(pair.left);
    right = await TestEngine.start(pair.right);
  });

  afterEach(async () => {
    await left.stop();
    await right.stop();
    await pair.dispose();
  });

  test('a session comes Up and both sides negotiate the intervals', async () => {
    await left.set({ ...toRight, desiredMinTxIntervalUs: 40_000, requiredMinRxIntervalUs: 60_000 });
    await right.set({ ...toLeft, desiredMinTxIntervalUs: 100_000, requiredMinRxIntervalUs: 30_000 });

    const report = await left.until(
      toRight.key,
      ({ localState, detectionTimeUs }) => localState === 'up' && detectionTimeUs === 300_000,
    );

    expect(report).toMatchObject({
      remoteState: 'up',
      negotiatedTxIntervalUs: 40_000,
      negotiatedRxIntervalUs: 100_000,
      detectionTimeUs: 300_000,
      obstacle: null,
      upCount: 1,
      failedSends: 0,
      invalidPackets: 0,
    });
    expect(report.sourcePort).toBeGreaterThanOrEqual(49152);
  });

  test('silence takes the session down after the detection time, and not before', async () => {
    await left.set(toRight);
    await right.set(toLeft);
    await right.until(
      toLeft.key,
      ({ localState, detectionTimeUs }) => localState === 'up' && detectionTimeUs === 150_000,
    );

    const beforeMs = Date.now();
    await pair.silence();
    const afterMs = Date.now();
    const report = await right.until(toLeft.key, ({ localState }) => localState === 'down');

    const down = right.events.find((event) => event.to === 'down');
    expect(report).toMatchObject({ localDiagnostic: 1, downCount: 1 });
    // The last packet left at most an interval before the cut.
    expect(down?.timeMs).toBeGreaterThanOrEqual(beforeMs + 100 - 5);
    expect(down?.timeMs).toBeLessThan(afterMs + 150 + 150);

    await pair.speak();
    await right.until(toLeft.key, ({ localState }) => localState === 'up');
  });

  test('a session that is Up lives through thousands that are made beside it', async () => {
    await left.set(toRight);
    await right.set(toLeft);
    await right.until(
      toLeft.key,
      ({ localState, detectionTimeUs }) => localState === 'up' && detectionTimeUs === 150_000,
    );

    const others = Array.from({ length: 3000 }, (_, index) =>
      ipShSession(`198.18.${index >> 8}.${index & 255}`),
    );
    await left.set(...others.map((session) => ({ ...session, source: '192.0.2.1' })));
    const last = others.at(-1);
    await left.until(last?.key ?? '', ({ localState }) => localState === 'down');

    for (const [engine, { key }] of [
      [left, toRight],
      [right, toLeft],
    ] as const) {
      const report = await engine.until(key, ({ localState }) => localState === 'up');
      expect(report).toMatchObject({ upCount: 1, downCount: 0 });
    }
  });

  test('sessions stay Up while the agent is gone, and its successor changes only differences', async () => {
    await left.set(toRight);
    await right.set(toLeft);
    const before = await left.until(toRight.key, ({ localState }) => localState === 'up');

    left.link.close();
    const successor = left.connect(() => [toRight]);
    const answer = await successor.read(null);
    successor.close();

    expect(answer).toMatchObject({ ok: true });
    expect(answer.ok && answer.value).toMatchObject([
      { localState: 'up', upCount: 1, downCount: 0, localDiscriminator: before.localDiscriminator },
    ]);
    expect(await right.report(toLeft.key)).toMatchObject({ localState: 'up', upCount: 1, downCount: 0 });
  });

  test('a second engine in the same place has sessions that wait for the port', async () => {
    await left.set(toRight);
    const second = await TestEngine.start(pair.left);

    await second.set(ipShSession('192.0.2.9'));
    const report = await second.report('ip-sh/eth0/192.0.2.9');
    await second.stop();

    expect(report).toMatchObject({
      localState: 'down',
      obstacle: 'bind (UDP port 3784) failed: EADDRINUSE',
    });
  });
});
