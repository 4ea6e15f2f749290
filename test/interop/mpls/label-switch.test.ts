/** The label switching routers of the lab, as scapy sees them: no part of bfd-agent takes part. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Lsp, LspLab } from '../../../tools/lab/lsp-lab.mjs';
import { makeLab } from '../../support/lsp-lab.js';
import { type SeenPacket, ScapyNode } from '../../support/scapy-node.js';
import { waitFor } from '../../support/wait-for.js';

let lab: LspLab;
let csg: ScapyNode;
let masg: ScapyNode;
let marker = 0;
beforeAll(async () => {
  lab = await makeLab({ tunnels: 2, ipv6Tunnels: 1 });
  csg = await ScapyNode.start(lab.namespace('csg'), 'wire');
  masg = await ScapyNode.start(lab.namespace('masg'), 'wire');
});
beforeEach(async () => {
  await lab.setUp('label');
  for (const role of ['primary', 'backup'] as const) await lab.impair(role, {});
});
afterAll(async () => {
  await csg.stop();
  await masg.stop();
  await lab.dispose();
});

/** Sends an echo request down an LSP; answers its number. */
function send(
  lsp: Lsp,
  options: { ipv6?: boolean; mac?: string; ttl?: number; innerTtl?: number } = {},
): number {
  const { ipv6 = false, mac = firstHopMac(lsp), ttl = 255, innerTtl = 255 } = options;
  marker += 1;
  csg.command({
    interface: lsp.interface,
    mac,
    labels: lsp.labels.map((label, index) => ({ label, ttl: index === 0 ? ttl : innerTtl })),
    source: ipv6 ? '2001:db8::1' : '1.1.1.1',
    destination: ipv6 ? '::ffff:127.0.0.1' : '127.0.0.1',
    marker,
  });
  return marker;
}

function firstHopMac(lsp: Lsp): string {
  return lsp.interface === 'to-asbr1' ? '02:bf:d0:00:00:02' : '02:bf:d0:00:03:02';
}

/** What arrives at masg of the request with this number. */
async function arrival(number: number): Promise<{ packet: SeenPacket; etherType: number | undefined }> {
  const { received, etherType } = await masg.event(
    (event) => event.received?.ping?.sequenceNumber === number,
    `request ${number} at masg`,
  );
  if (received === undefined) throw new Error('no packet');
  return { packet: received, etherType };
}

function lsps(index: number): { primary: Lsp; backup: Lsp } {
  const tunnel = lab.tunnels[index];
  if (tunnel === undefined) throw new Error(`no tunnel ${index}`);
  return tunnel;
}

describe('a primary LSP', () => {
  it('swaps the label of BGP at both ASBRs, below a transport label that ends', async () => {
    const { packet, etherType } = await arrival(send(lsps(1).primary));
    // 255 less one for each router: asbr1 takes two labels, and is one.
    expect(packet.labels).toEqual([{ label: 300_001, trafficClass: 5, ttl: 253 }]);
    expect(packet).toMatchObject({
      source: '1.1.1.1',
      destination: '127.0.0.1',
      ttl: 1,
      interface: 'to-asbr2',
    });
    expect(etherType).toBe(0x8847);
  });

  it.each([
    ['two-labels', [2048, 300_000], 0x8847],
    ['explicit-null', [0], 0x8847],
    ['popped', [], 0x0800],
  ] as const)('may end as %s', async (ending, labels, expected) => {
    await lab.setUp(ending);
    const { packet, etherType } = await arrival(send(lsps(0).primary));
    expect(packet.labels.map(({ label }) => label)).toEqual(labels);
    expect([packet.ttl, etherType]).toEqual([1, expected]);
  });

  it.each([
    ['explicit-null', [2], 0x8847],
    ['popped', [], 0x86dd],
  ] as const)('carries IPv6, which may end as %s', async (ending, labels, expected) => {
    await lab.setUp(ending);
    const { packet, etherType } = await arrival(send(lsps(2).primary, { ipv6: true }));
    expect(packet.labels.map(({ label }) => label)).toEqual(labels);
    expect([packet.source, packet.ttl, etherType]).toEqual(['2001:db8::1', 1, expected]);
  });

  it('keeps its old label when it gets another', async () => {
    const { primary } = lsps(0);
    await lab.relabel(0, 48_999);
    const relabelled = { ...primary, labels: [1024, 48_999] };
    for (const lsp of [primary, relabelled]) {
      const { packet } = await arrival(send(lsp));
      expect(packet.labels).toMatchObject([{ label: 300_000 }]);
    }
  });
});

it('a backup LSP takes the other way', async () => {
  const { packet } = await arrival(send(lsps(0).backup));
  expect(packet).toMatchObject({ interface: 'to-detour', labels: [{ label: 300_000, ttl: 254 }] });
});

/** Whether a request did not arrive, for this reason: the one that follows it on the backup does. */
async function isLost(number: number, counter: string, node: 'asbr1' | 'asbr2' = 'asbr1'): Promise<boolean> {
  await waitFor(async () => ((await lab.switch(node).counters())[counter] ?? 0) > 0 || undefined, counter);
  await arrival(send(lsps(0).backup));
  return !masg.packets.some(({ ping }) => ping?.sequenceNumber === number);
}

describe('what does not arrive', () => {
  it('has a TTL that ends on the way: the inner one counts where the outer label has gone', async () => {
    expect(await isLost(send(lsps(0).primary, { innerTtl: 1 }), 'ttl-expired')).toBe(true);
    expect(await isLost(send(lsps(0).primary, { ttl: 1 }), 'ttl-expired')).toBe(true);
    expect(csg.packets).toEqual([]);
  });

  it('has a label that nobody gave', async () => {
    expect(await isLost(send({ ...lsps(0).primary, labels: [1024, 77_777] }), 'no-label-entry')).toBe(true);
  });

  it('is addressed to another machine', async () => {
    const number = send(lsps(0).primary, { mac: '02:00:00:00:00:99' });
    await arrival(send(lsps(0).primary));
    expect(masg.packets.some(({ ping }) => ping?.sequenceNumber === number)).toBe(false);
  });

  it('is on an LSP that is cut, and others go on', async () => {
    await lab.impair('primary', { cut: true }, [0]);
    expect(await isLost(send(lsps(0).primary), 'cut', 'asbr2')).toBe(true);
    await arrival(send(lsps(1).primary));
    await lab.impair('primary', {}, [0]);
    await arrival(send(lsps(0).primary));
  });

  it('is on an LSP that loses everything', async () => {
    await lab.impair('primary', { lossRate: 1 }, [0]);
    expect(await isLost(send(lsps(0).primary), 'lost', 'asbr2')).toBe(true);
  });
});

it('an LSP can be delayed: what is sent later on another one comes first', async () => {
  await lab.impair('primary', { delayMs: 300 }, [0]);
  const [late, early] = [send(lsps(0).primary), send(lsps(0).backup)];
  await arrival(late);
  const order = masg.packets.map(({ ping }) => ping?.sequenceNumber);
  expect(order.indexOf(early)).toBeLessThan(order.indexOf(late));
});

it('an interface that was down for a while is heard again', async () => {
  lab.ip('asbr1', 'link', 'set', 'to-csg', 'down');
  lab.ip('asbr1', 'link', 'set', 'to-csg', 'up');
  expect((await arrival(send(lsps(0).primary))).packet.interface).toBe('to-asbr2');
});
