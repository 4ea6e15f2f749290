import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { BfdCapture } from '../../support/bfd-capture.js';
import { ipShSession } from '../../support/desired-sessions.js';
import { TestEngine } from '../../support/engine.js';
import { Frr } from '../../support/frr.js';
import { NamespacePair } from '../../support/netns.js';

const PEER_CONFIG = `bfd
 peer 192.0.2.1 local-address 192.0.2.2 interface eth0
  receive-interval 80
  transmit-interval 120
  detect-multiplier 4
 exit
exit`;

describe('the engine against FRR bfdd', () => {
  let pair: NamespacePair;
  let engine: TestEngine;
  let frr: Frr;
  const session = ipShSession('192.0.2.2');
  const { key } = session;

  beforeEach(async () => {
    pair = await NamespacePair.create();
    engine = await TestEngine.start(pair.left);
    frr = await Frr.start(pair.right, PEER_CONFIG);
  });

  afterEach(async () => {
    await engine.stop();
    await frr.stop();
    await pair.dispose();
  });

  async function bringUp(): Promise<void> {
    await engine.set(session);
    await engine.until(
      key,
      ({ localState, negotiatedRxIntervalUs }) => localState === 'up' && negotiatedRxIntervalUs === 120_000,
    );
    await frr.until('192.0.2.1', (peer) => peer.status === 'up' && peer['remote-transmit-interval'] === 50);
  }

  test('the session comes Up with negotiated timers on both sides', async () => {
    await bringUp();

    expect(await engine.report(key)).toMatchObject({
      remoteState: 'up',
      remoteMultiplier: 4,
      negotiatedTxIntervalUs: 80_000,
      negotiatedRxIntervalUs: 120_000,
      detectionTimeUs: 480_000,
    });
    const [peer] = await frr.peers();
    const { localDiscriminator } = await engine.report(key);
    expect(peer).toMatchObject({
      'remote-id': localDiscriminator,
      'remote-receive-interval': 50,
      'remote-transmit-interval': 50,
      'remote-detect-multiplier': 3,
    });
  });

  test('every packet sent has TTL 255, a source port of the range and a jittered interval', async () => {
    const capture = await BfdCapture.start(pair.right.name, 'eth0');
    await bringUp();
    await new Promise((resolve) => {
      setTimeout(resolve, 1000);
    });
    const packets = await capture.stop();

    const sent = packets.filter((packet) => packet.source === '192.0.2.1');
    expect(sent.length).toBeGreaterThan(10);
    expect(new Set(sent.map((packet) => packet.ttl))).toEqual(new Set([255]));
    expect(new Set(sent.map((packet) => packet.sourcePort)).size).toBe(1);
    expect(sent[0]?.sourcePort).toBeGreaterThanOrEqual(49152);
    expect(new Set(sent.map((packet) => packet.version))).toEqual(new Set([1]));
    expect(sent[0]).toMatchObject({ state: 1, yourDiscriminator: 0 });
    expect(sent.at(-1)).toMatchObject({ state: 3, desiredMinTxIntervalUs: 50_000 });
  });

  test('the peer goes to AdminDown: the session is Down with diagnostic 3, and comes back', async () => {
    await bringUp();
    const peer = 'peer 192.0.2.1 local-address 192.0.2.2 interface eth0';

    await frr.vtysh('configure terminal', 'bfd', peer, 'shutdown');
    await engine.until(
      key,
      ({ localState, remoteState }) => localState === 'down' && remoteState === 'admin-down',
    );
    expect(await engine.report(key)).toMatchObject({ localDiagnostic: 3, downCount: 1 });

    await frr.vtysh('configure terminal', 'bfd', peer, 'no shutdown');
    await engine.until(key, ({ localState }) => localState === 'up');
  });

  test('the session is put into AdminDown: the peer is told, and it comes back', async () => {
    await bringUp();

    await engine.set({ ...session, adminDown: true });
    await frr.until(
      '192.0.2.1',
      (peer) => peer.status === 'down' && peer['remote-diagnostic'] === 'administratively down',
    );
    expect(await engine.report(key)).toMatchObject({ localState: 'admin-down', localDiagnostic: 7 });

    await engine.set(session);
    await engine.until(key, ({ localState }) => localState === 'up');
  });

  test('a removed session is seen as AdminDown by the peer, before a detection time', async () => {
    // FRR would notice silence after 50 × 80 ms.
    await engine.set({ ...session, detectMult: 50 });
    await frr.until('192.0.2.1', (peer) => peer.status === 'up' && peer['remote-detect-multiplier'] === 50);
    const startedMs = performance.now();

    await engine.remove(key);
    const peer = await frr.until('192.0.2.1', ({ status }) => status === 'down');

    expect(performance.now() - startedMs).toBeLessThan(2000);
    expect(peer.diagnostic).toBe('neighbor signaled session down');
    expect(peer['remote-diagnostic']).toBe('administratively down');
  });

  test('a removed session does not hinder its successor', async () => {
    await bringUp();

    await engine.remove(key);
    await engine.set(session);

    const report = await engine.until(key, ({ localState }) => localState === 'up', 5000);
    expect(report).toMatchObject({ downCount: 0, upCount: 1 });
  });

  test('the intervals change while the session is Up, without a flap', async () => {
    await bringUp();

    await engine.set({ ...session, desiredMinTxIntervalUs: 200_000, requiredMinRxIntervalUs: 300_000 });

    await frr.until(
      '192.0.2.1',
      (peer) => peer['remote-transmit-interval'] === 200 && peer['remote-receive-interval'] === 300,
    );
    const report = await engine.until(
      key,
      ({ negotiatedTxIntervalUs }) => negotiatedTxIntervalUs === 200_000,
    );
    expect(report).toMatchObject({
      localState: 'up',
      upCount: 1,
      downCount: 0,
      negotiatedRxIntervalUs: 300_000,
      detectionTimeUs: 1_200_000,
    });
  });

  test('the link is removed and made again: Path Down with the obstacle named, then Up', async () => {
    await bringUp();

    await pair.cut();
    const gone = await engine.until(key, ({ localState }) => localState === 'down');
    expect(gone).toMatchObject({ localDiagnostic: 5, obstacle: 'interface eth0 does not exist' });

    await pair.connect();
    const back = await engine.until(key, ({ localState }) => localState === 'up', 20_000);
    expect(back).toMatchObject({ obstacle: null, upCount: 2, downCount: 1 });
  });

  test('an engine that is told to end lets its peers see AdminDown', async () => {
    await bringUp();

    expect(await engine.child.stop('SIGTERM')).toBe(0);

    const peer = await frr.until('192.0.2.1', ({ status }) => status === 'down', 1000);
    expect(peer['remote-diagnostic']).toBe('administratively down');
  });
});
