import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { DesiredChange } from '../../../src/link/engine-port.js';
import type { DesiredMpls, DesiredTunnel, SessionReport } from '../../../src/link/messages.js';
import { DESIRED_MPLS, desiredTunnel } from '../../support/desired-lsps.js';
import { TestEngine } from '../../support/engine.js';
import { NamespacePair } from '../../support/netns.js';
import { waitFor } from '../../support/wait-for.js';

const FEC = '5.5.5.5/32';
const KEY = `lsp-ingress/${FEC}`;
const PASSIVE: DesiredMpls = {
  ...DESIRED_MPLS,
  ingress: { ...DESIRED_MPLS.ingress, enabled: false, trigger: { type: 'none' } },
  egress: { ...DESIRED_MPLS.egress, passive: true },
};

/** A tunnel over the other namespace. */
function tunnelOverRight(fec: string, labels: readonly number[]): DesiredTunnel {
  const entries = labels.map((label) => ({ label, trafficClass: 0, ttl: 255 }));
  const lsp = { role: 'primary', nextHop: '192.0.2.2', outInterface: 'eth0', labels: entries } as const;
  return { ...desiredTunnel(fec), lsps: [lsp] };
}

async function apply(engine: TestEngine, change: Partial<DesiredChange>): Promise<void> {
  const answer = await engine.link.apply({ set: [], remove: [], ...change });
  if (!answer.ok) throw new Error(answer.error.message);
}

async function lspSessions(engine: TestEngine): Promise<readonly SessionReport[]> {
  const answer = await engine.link.read(null);
  if (!answer.ok) throw new Error(answer.error.message);
  return answer.value;
}

describe('an ingress and an egress over a real link', () => {
  let pair: NamespacePair;
  let ingress: TestEngine;
  let egress: TestEngine;

  beforeEach(async () => {
    pair = await NamespacePair.create();
    await pair.left.ip('address', 'add', '1.1.1.1/32', 'dev', 'lo');
    await pair.right.ip('address', 'add', FEC, 'dev', 'lo');
    await pair.left.ip('route', 'add', FEC, 'via', '192.0.2.2');
    await pair.right.ip('route', 'add', '1.1.1.1/32', 'via', '192.0.2.1');
    ingress = await TestEngine.start(pair.left);
    egress = await TestEngine.start(pair.right);
  });

  afterEach(async () => {
    await ingress.stop();
    await egress.stop();
    await pair.dispose();
  });

  test.each([
    ['under labels', [1024, 48_120]],
    ['after penultimate-hop popping', [3]],
  ])('a session comes Up by LSP ping and packets %s', async (_name, labels) => {
    await apply(egress, { mpls: PASSIVE });
    await apply(ingress, {
      mpls: DESIRED_MPLS,
      tunnels: { set: [tunnelOverRight(FEC, labels)], remove: [] },
    });
    const up = await waitFor(
      async () => (await lspSessions(ingress)).find(({ localState }) => localState === 'up'),
      async () =>
        `session that is Up; there are ${JSON.stringify([await lspSessions(ingress), await lspSessions(egress), await ingress.link.status(), await egress.link.status()])}`,
      5000,
    );
    expect(up).toMatchObject({ key: KEY, failedSends: 0, invalidPackets: 0 });
  });

  test('all statistics are reset where nothing is wanted of LSPs, too', async () => {
    const reset = { type: 'reset-statistics', key: null } as const;
    await waitFor(async () => (await ingress.link.status()).ok, 'engine that answers', 5000);
    expect(await ingress.link.act(reset)).toEqual({ ok: true, value: { type: 'done' } });
  });
});
