import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Bird } from '../../support/bird.js';
import { ipMhSession, ipShSession } from '../../support/desired-sessions.js';
import { TestEngine } from '../../support/engine.js';
import { NamespacePair, type Namespace } from '../../support/netns.js';
import { waitFor } from '../../support/wait-for.js';

const INTERVALS = 'interval 50 ms; multiplier 3;';

describe('the engine against BIRD, by path and address family', () => {
  let pair: NamespacePair;
  let engine: TestEngine;
  let bird: Bird | null = null;

  beforeEach(async () => {
    pair = await NamespacePair.create();
    for (const [side, number] of [
      [pair.left, 1],
      [pair.right, 2],
    ] as const) {
      await side.ip('address', 'add', `2001:db8::${number}/64`, 'dev', 'eth0', 'nodad');
      await side.ip('address', 'add', `fe80::${number}/64`, 'dev', 'eth0', 'nodad');
    }
    engine = await TestEngine.start(pair.left);
  });

  afterEach(async () => {
    await engine.stop();
    await bird?.stop();
    await pair.dispose();
  });

  test.each([
    ['IPv6', '2001:db8::1', '2001:db8::2'],
    ['link-local IPv6', 'fe80::1', 'fe80::2'],
  ])('over one hop, %s', async (_name, own, peer) => {
    bird = await Bird.start(
      pair.right,
      `protocol bfd { interface "eth0" { ${INTERVALS} }; neighbor ${own} dev "eth0" local ${peer}; }`,
    );
    await engine.set(ipShSession(peer));

    const { key } = ipShSession(peer);
    await engine.until(key, ({ localState, remoteState }) => localState === 'up' && remoteState === 'up');
    await bird.until(own, ({ state, timeout }) => state === 'Up' && timeout === 0.15);
    expect(await engine.report(key)).toMatchObject({ upCount: 1, downCount: 0, invalidPackets: 0 });
  });

  test.each([
    ['IPv4', '192.0.2.1', '192.0.2.2'],
    ['IPv6', '2001:db8::1', '2001:db8::2'],
  ])('over several hops, %s; the source address goes and comes back', async (_name, own, peer) => {
    bird = await Bird.start(
      pair.right,
      `protocol bfd { multihop { ${INTERVALS} }; neighbor ${own} local ${peer} multihop on; }`,
    );
    await engine.set(ipMhSession(own, peer));
    const { key } = ipMhSession(own, peer);
    await engine.until(key, ({ localState, remoteState }) => localState === 'up' && remoteState === 'up');
    await bird.until(own, ({ state, timeout }) => state === 'Up' && timeout === 0.15);

    const prefix = own.includes(':') ? 64 : 24;
    await pair.left.ip('address', 'delete', `${own}/${prefix}`, 'dev', 'eth0');
    const down = await engine.until(key, ({ localState }) => localState === 'down');
    expect(down).toMatchObject({ localDiagnostic: 5, obstacle: `no interface has the address ${own}` });

    await pair.left.ip('address', 'add', `${own}/${prefix}`, 'dev', 'eth0');
    await engine.until(key, ({ localState }) => localState === 'up');
  });

  test('a packet that has crossed more routers than allowed is not heard over several hops', async () => {
    bird = await Bird.start(
      pair.right,
      `protocol bfd { multihop { ${INTERVALS} }; neighbor 192.0.2.1 local 192.0.2.2 multihop on; }`,
    );
    // BIRD sends over several hops with TTL 64.
    await engine.set(ipMhSession('192.0.2.1', '192.0.2.2', { requiredTtl: 65 }));
    const { key } = ipMhSession('192.0.2.1', '192.0.2.2');
    const report = await engine.until(key, ({ invalidPackets }) => invalidPackets >= 2);
    expect(report).toMatchObject({ localState: 'down', remoteDiscriminator: null });

    await engine.set(ipMhSession('192.0.2.1', '192.0.2.2', { requiredTtl: 64 }));
    await engine.until(key, ({ localState }) => localState === 'up');
  });

  test('ports are opened with the first session that needs them', async () => {
    expect(await openPorts(pair.left)).toEqual([]);

    await engine.set(ipShSession('192.0.2.2'));
    await waitFor(async () => ((await openPorts(pair.left)).length > 0 ? true : undefined), 'port');
    expect(await openPorts(pair.left)).toEqual(['0.0.0.0:3784']);

    await engine.set(ipMhSession('2001:db8::1', '2001:db8::2'));
    expect(await openPorts(pair.left)).toEqual(['0.0.0.0:3784', '[::]:4784']);
  });
});

async function openPorts(namespace: Namespace): Promise<string[]> {
  const lines = (await namespace.exec('ss', ['-Hnlu'])).trim().split('\n');
  const local = lines.map((line) => line.split(/\s+/)[3] ?? '');
  return local.filter((address) => /:(?:3784|3785|4784)$/.test(address)).toSorted();
}
