import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EngineAndFrr, PATHS } from '../../support/engine-and-frr.js';
import { ADDRESS_FAMILIES } from '../../support/link-ends.js';

let both: EngineAndFrr;

beforeAll(async () => {
  both = await EngineAndFrr.start();
});

afterAll(async () => {
  await both.stop();
});

describe.each(PATHS)('the engine with FRR, %s over %s', (hops, family) => {
  test('comes Up with unequal timers, and both ends know what was negotiated', async () => {
    const session = await both.session(hops, family);
    await session.configure('receive-interval 80', 'transmit-interval 120', 'detect-multiplier 4');
    await session.set({
      desiredMinTxIntervalUs: 90_000,
      requiredMinRxIntervalUs: 150_000,
      detectMult: 5,
    });

    const report = await session.until(
      ({ localState, detectionTimeUs }) => localState === 'up' && detectionTimeUs === 600_000,
    );
    expect(report).toMatchObject({
      remoteState: 'up',
      remoteMultiplier: 4,
      negotiatedTxIntervalUs: 90_000,
      negotiatedRxIntervalUs: 150_000,
      destinationPort: hops === 'multihop' ? 4784 : 3784,
      localDiagnostic: 0,
      remoteDiagnostic: 0,
      invalidPackets: 0,
    });
    const peer = await session.frrUntil((view) => view['remote-transmit-interval'] === 90);
    expect(peer).toMatchObject({
      status: 'up',
      multihop: hops === 'multihop',
      diagnostic: 'ok',
      'remote-diagnostic': 'ok',
      id: report.remoteDiscriminator,
      'remote-id': report.localDiscriminator,
      'remote-receive-interval': 150,
      'remote-detect-multiplier': 5,
    });
  });

  test('comes Up when FRR is passive, which sends nothing before it is called', async () => {
    const session = await both.session(hops, family);
    await session.configure('receive-interval 100', 'transmit-interval 100', 'passive-mode');
    await session.set({ role: 'passive' });
    await pause(1500);
    expect(await session.report()).toMatchObject({
      localState: 'down',
      receivedPackets: 0,
      sentPackets: 0,
    });
    expect(await session.frrPeer()).toMatchObject({ status: 'down', 'passive-mode': true });

    await session.set();
    await session.up();
    expect(await session.frrFlaps()).toEqual({ ups: 1, downs: 0 });
  });

  test('comes Up when the engine is passive and FRR calls', async () => {
    const session = await both.session(hops, family);
    await session.set({ role: 'passive' });
    await pause(1200);
    expect(await session.report()).toMatchObject({ localState: 'down', sentPackets: 0 });

    await session.configure('receive-interval 100', 'transmit-interval 100');
    await session.up();
    expect(await session.report()).toMatchObject({ upCount: 1, downCount: 0 });
  });

  test('a path that only the engine’s packets do not pass: FRR’s detection time expires, and we are told', async () => {
    const session = await both.session(hops, family);
    await session.bringUp();
    const other = await both.session(hops, family);
    await other.bringUp();

    await both.addresses.silence(session.ends);
    // Not by its state: FRR's next Down takes it to Init, which may be at once.
    const report = await session.until(({ downCount }) => downCount === 1);
    const peer = await session.frrUntil(({ status }) => status === 'down');
    expect(report).toMatchObject({ localDiagnostic: 3, remoteDiagnostic: 1, downCount: 1 });
    expect(peer.diagnostic).toBe('control detection time expired');

    await both.addresses.speak(session.ends);
    await session.up();
    expect(await session.frrFlaps()).toEqual({ ups: 2, downs: 1 });
    expect(await other.report()).toMatchObject({ localState: 'up', upCount: 1, downCount: 0 });
    expect(await other.frrFlaps()).toEqual({ ups: 1, downs: 0 });
  });
});

test.each(ADDRESS_FAMILIES)('FRR hears no multihop packet below its minimum-ttl, over %s', async (family) => {
  const session = await both.session('multihop', family);
  await session.configure('receive-interval 100', 'transmit-interval 100', 'minimum-ttl 250');
  await session.set({ transmitTtl: 249 });
  const report = await session.until(({ receivedPackets }) => receivedPackets >= 2);
  expect(report).toMatchObject({ localState: 'init', remoteState: 'down' });
  expect(await session.frrPeer()).toMatchObject({ status: 'down', 'remote-id': 0 });

  await session.set({ transmitTtl: 250 });
  await session.up();
});

async function pause(ms: number): Promise<void> {
  await new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
