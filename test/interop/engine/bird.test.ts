import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Bird } from '../../support/bird.js';
import { ipShSession } from '../../support/desired-sessions.js';
import { TestEngine } from '../../support/engine.js';
import { NamespacePair } from '../../support/netns.js';

const PEER_CONFIG = `protocol bfd {
  interface "eth0" { min rx interval 80 ms; min tx interval 120 ms; multiplier 4; };
  neighbor 192.0.2.1 dev "eth0" local 192.0.2.2;
}`;

describe('the engine against BIRD', () => {
  let pair: NamespacePair;
  let engine: TestEngine;
  let bird: Bird;
  const session = ipShSession('192.0.2.2');
  const { key } = session;

  beforeEach(async () => {
    pair = await NamespacePair.create();
    engine = await TestEngine.start(pair.left);
    bird = await Bird.start(pair.right, PEER_CONFIG);
  });

  afterEach(async () => {
    await engine.stop();
    await bird.stop();
    await pair.dispose();
  });

  async function bringUp(): Promise<void> {
    await engine.set(session);
    await engine.until(
      key,
      ({ localState, negotiatedRxIntervalUs }) => localState === 'up' && negotiatedRxIntervalUs === 120_000,
    );
    await bird.until('192.0.2.1', ({ state, timeout }) => state === 'Up' && timeout === 0.24);
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
    const [peer] = await bird.sessions();
    expect(peer).toMatchObject({ interfaceName: 'eth0', interval: 0.12, timeout: 0.24 });
  });

  test('a removed session is seen by the peer before a detection time', async () => {
    // BIRD would notice silence after 50 × 80 ms.
    await engine.set({ ...session, detectMult: 50 });
    await bird.until('192.0.2.1', ({ state, timeout }) => state === 'Up' && timeout === 4);
    const startedMs = performance.now();

    await engine.remove(key);
    await bird.until('192.0.2.1', ({ state }) => state !== 'Up');

    expect(performance.now() - startedMs).toBeLessThan(2000);
  });

  test('the peer drops the session without a word: Down with diagnostic 1, then Up again', async () => {
    await bringUp();

    await bird.configure('');
    const down = await engine.until(key, ({ localState }) => localState === 'down');
    expect(down).toMatchObject({ localDiagnostic: 1, downCount: 1, remoteDiscriminator: null });

    await bird.configure(PEER_CONFIG);
    await engine.until(key, ({ localState }) => localState === 'up');
  });

  test('the link is removed and made again: Path Down, then Up', async () => {
    await bringUp();

    await pair.cut();
    const gone = await engine.until(key, ({ localState }) => localState === 'down');
    expect(gone).toMatchObject({ localDiagnostic: 5, obstacle: 'interface eth0 does not exist' });

    await pair.connect();
    await engine.until(key, ({ localState }) => localState === 'up', 20_000);
  });
});
