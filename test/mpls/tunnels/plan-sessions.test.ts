import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { planSessions } from '../../../src/mpls/tunnels/plan-sessions.js';
import type { IngressSettings, SessionPlan } from '../../../src/mpls/tunnels/plan-sessions.js';
import { PrefixList } from '../../../src/mpls/tunnels/prefix-list.js';
import { mergeTunnels, sameForwarding } from '../../../src/mpls/tunnels/tunnel.js';
import type { Tunnel, TunnelKey, TunnelLsp } from '../../../src/mpls/tunnels/tunnel.js';
import { tunnelState } from '../../../src/mpls/tunnels/tunnel-state.js';
import { prefix } from '../../support/prefix.js';

const SETTINGS: IngressSettings = {
  bfdEnabled: true,
  enabled: true,
  policy: { type: 'host' },
  sourceFamilies: new Set(['ipv4', 'ipv6']),
  maxSessions: null,
};

function lsp(label: number, fields: Partial<TunnelLsp> = {}): TunnelLsp {
  return {
    role: 'primary',
    nextHop: '192.0.2.254',
    outInterface: 'eth0',
    labels: [{ label, trafficClass: 7, ttl: 255 }],
    usable: true,
    ...fields,
  };
}

function tunnel(fec: string, fields: Partial<Tunnel> = {}): Tunnel {
  return { fec: prefix(fec), source: 'bgp', lsps: [lsp(100)], ...fields };
}

const THREE = mergeTunnels([tunnel('192.0.2.1/32'), tunnel('192.0.2.2/32'), tunnel('192.0.2.3/32')]);
const NO_SESSIONS: ReadonlyMap<TunnelKey, TunnelLsp> = new Map();

/** The sessions there are once a plan is carried out. */
function carriedOut(plan: SessionPlan, before: ReadonlyMap<TunnelKey, TunnelLsp>): Map<TunnelKey, TunnelLsp> {
  const after = new Map(before);
  for (const { key } of plan.remove) after.delete(key);
  for (const { key, lsp: path } of [...plan.create, ...plan.move]) after.set(key, path);
  return after;
}

/** The plan for one tunnel with a session that takes the path `current`. */
function planOne(lsps: readonly TunnelLsp[], current: TunnelLsp): SessionPlan {
  const tunnels = mergeTunnels([tunnel('192.0.2.1/32', { lsps })]);
  return planSessions(tunnels, SETTINGS, new Map([['192.0.2.1/32', current]]));
}

const keys = (entries: readonly { readonly key: string }[]) => entries.map(({ key }) => key);
const reasons = (plan: SessionPlan) => [...plan.decisions.values()].map(({ reason }) => reason);

describe('what makes sessions', () => {
  test('enabling alone makes none, a policy alone makes none, both make one a tunnel', () => {
    const enabled = planSessions(THREE, { ...SETTINGS, policy: { type: 'none' } }, NO_SESSIONS);
    expect(enabled.create).toEqual([]);
    expect(reasons(enabled)).toEqual(['no-policy', 'no-policy', 'no-policy']);
    const policy = planSessions(THREE, { ...SETTINGS, enabled: false }, NO_SESSIONS);
    expect(policy.create).toEqual([]);
    expect(reasons(policy)).toEqual(['not-enabled', 'not-enabled', 'not-enabled']);
    expect(keys(planSessions(THREE, SETTINGS, NO_SESSIONS).create)).toEqual([...THREE.keys()]);
  });

  test.each([
    ['bfd-disabled', { bfdEnabled: false, enabled: false }, tunnel('192.0.2.1/32')],
    ['not-host-route', {}, tunnel('192.0.2.0/24')],
    [
      'denied-by-prefix-list',
      { policy: { type: 'ip-prefix', list: new PrefixList('l', []) } as const },
      tunnel('192.0.2.1/32'),
    ],
    ['no-source-address', { sourceFamilies: new Set(['ipv6'] as const) }, tunnel('192.0.2.1/32')],
    ['no-lsp', {}, tunnel('192.0.2.1/32', { lsps: [] })],
    ['session-limit', { maxSessions: 0 }, tunnel('192.0.2.1/32')],
  ])('a tunnel without a session says why: %s', (reason, settings, one) => {
    const plan = planSessions(mergeTunnels([one]), { ...SETTINGS, ...settings }, NO_SESSIONS);
    expect([...plan.decisions.values()]).toEqual([{ tunnel: one, reason, lsp: null }]);
    expect(plan.create).toEqual([]);
  });

  test('of two sources of one FEC, what the operator configured counts', () => {
    const configured = tunnel('192.0.2.1/32', { source: 'static', lsps: [lsp(7)] });
    for (const both of [
      [configured, tunnel('192.0.2.1/32')],
      [tunnel('192.0.2.1/32'), configured],
    ]) {
      expect([...mergeTunnels(both).values()]).toEqual([configured]);
    }
  });
});

describe('what ends sessions', () => {
  const running = carriedOut(planSessions(THREE, SETTINGS, NO_SESSIONS), NO_SESSIONS);

  test('nothing changes: nothing is done', () => {
    const plan = planSessions(THREE, SETTINGS, running);
    expect([plan.create, plan.move, plan.remove]).toEqual([[], [], []]);
  });

  test('the FEC is gone', () => {
    const plan = planSessions(mergeTunnels([tunnel('192.0.2.2/32')]), SETTINGS, running);
    expect(plan.remove).toEqual([
      { key: '192.0.2.1/32', reason: 'fec-removed' },
      { key: '192.0.2.3/32', reason: 'fec-removed' },
    ]);
  });

  test('the policy is gone, or BFD', () => {
    const policy = planSessions(THREE, { ...SETTINGS, policy: { type: 'none' } }, running);
    expect(policy.remove.map(({ reason }) => reason)).toEqual(['no-policy', 'no-policy', 'no-policy']);
    const bfd = planSessions(THREE, { ...SETTINGS, bfdEnabled: false }, running);
    expect(keys(bfd.remove)).toEqual([...THREE.keys()]);
  });
});

describe('a limit', () => {
  test('leaves the sessions that are there, and admits others as there is room', () => {
    const running = new Map([['192.0.2.3/32', lsp(100)]]);
    const plan = planSessions(THREE, { ...SETTINGS, maxSessions: 2 }, running);
    expect(keys(plan.create)).toEqual(['192.0.2.1/32']);
    expect(plan.remove).toEqual([]);
    expect(reasons(plan)).toEqual([null, 'session-limit', null]);
  });

  test('admits others in the order of their FECs, in whatever order they come', () => {
    const backwards = new Map([...THREE].toReversed());
    expect(keys(planSessions(backwards, { ...SETTINGS, maxSessions: 1 }, NO_SESSIONS).create)).toEqual([
      '192.0.2.1/32',
    ]);
  });

  test('that is lowered below the sessions that are there ends the last of them', () => {
    const running = carriedOut(planSessions(THREE, SETTINGS, NO_SESSIONS), NO_SESSIONS);
    const plan = planSessions(THREE, { ...SETTINGS, maxSessions: 1 }, running);
    expect(keys(plan.remove)).toEqual(['192.0.2.2/32', '192.0.2.3/32']);
    expect(plan.create).toEqual([]);
  });
});

describe('paths', () => {
  const primary = lsp(100);
  const backup = lsp(200, { role: 'backup', outInterface: 'eth1' });
  const down = { usable: false };

  test('the primary fails and the backup lives: the session stays, on the backup', () => {
    const moved = planOne([backup, { ...primary, ...down }], primary);
    expect(moved.move.map(({ lsp: path }) => path)).toEqual([backup]);
    expect([moved.create, moved.remove]).toEqual([[], []]);
  });

  test('the primary is back: so is the session', () => {
    expect(planOne([backup, primary], backup).move.map(({ lsp: path }) => path)).toEqual([primary]);
  });

  test('all fail: the session stays where it is, and finds out', () => {
    const still = planOne(
      [
        { ...primary, ...down },
        { ...backup, ...down },
      ],
      backup,
    );
    expect([still.create, still.move, still.remove]).toEqual([[], [], []]);
  });

  test('other labels: the session follows', () => {
    const relabelled = lsp(101);
    expect(planOne([relabelled], primary).move.map(({ lsp: path }) => path)).toEqual([relabelled]);
    const deeper = lsp(100, { labels: [...primary.labels, ...primary.labels] });
    expect(planOne([deeper], primary).move).toHaveLength(1);
  });

  test.each([
    ['lsp-down', [{ ...primary, ...down }], 'up'],
    ['unmonitored', [primary], 'none'],
    ['unmonitored', [primary], 'starting'],
    ['up', [{ ...primary, ...down }, backup], 'up'],
    ['bfd-down', [primary], 'down'],
  ] as const)('the state %s', (state, lsps, monitor) => {
    expect(tunnelState(tunnel('192.0.2.1/32', { lsps }), monitor)).toBe(state);
  });
});

describe('whatever changes', () => {
  const anyLsp = fc.record({ label: fc.constantFrom(16, 17), usable: fc.boolean(), backup: fc.boolean() });
  const anyTunnels = fc
    .uniqueArray(
      fc.record({
        host: fc.nat({ max: 15 }),
        host32: fc.boolean(),
        lsps: fc.array(anyLsp, { maxLength: 2 }),
      }),
      { selector: ({ host }) => host, maxLength: 12 },
    )
    .map((rows) =>
      mergeTunnels(
        rows.map(({ host, host32, lsps }) =>
          tunnel(`192.0.2.${host * 2}/${host32 ? 32 : 31}`, {
            lsps: lsps.map(({ label, usable, backup }) =>
              lsp(label, { usable, role: backup ? 'backup' : 'primary' }),
            ),
          }),
        ),
      ),
    );
  const anySettings = fc.record<IngressSettings>({
    bfdEnabled: fc.boolean(),
    enabled: fc.boolean(),
    policy: fc.constantFrom({ type: 'none' } as const, { type: 'host' } as const, { type: 'host' } as const),
    sourceFamilies: fc.constant(new Set(['ipv4'] as const)),
    maxSessions: fc.option(fc.nat({ max: 6 })),
  });

  test('a plan that is carried out leaves nothing to do, and keeps within the limit', () => {
    fc.assert(
      fc.property(anyTunnels, anySettings, anyTunnels, anySettings, (first, settings, second, changed) => {
        const before = carriedOut(planSessions(first, settings, NO_SESSIONS), NO_SESSIONS);
        const plan = planSessions(second, changed, before);
        const after = carriedOut(plan, before);
        const again = planSessions(second, changed, after);
        expect([again.create, again.move, again.remove]).toEqual([[], [], []]);
        expect(after.size).toBeLessThanOrEqual(changed.maxSessions ?? Infinity);
        expect([...after.keys()].every((key) => plan.decisions.get(key)?.reason === null)).toBe(true);
        expect([...plan.decisions.values()].filter(({ reason }) => reason === null)).toHaveLength(after.size);
      }),
    );
  });

  test('a session whose tunnel stays eligible is neither removed nor created anew', () => {
    fc.assert(
      fc.property(anyTunnels, anyTunnels, (first, second) => {
        const before = carriedOut(planSessions(first, SETTINGS, NO_SESSIONS), NO_SESSIONS);
        const plan = planSessions(second, SETTINGS, before);
        const touched = new Set([...keys(plan.create), ...keys(plan.remove)]);
        const staying = [...before.keys()].filter((key) => plan.decisions.get(key)?.reason === null);
        expect(staying.filter((key) => touched.has(key))).toEqual([]);
        expect(plan.move.every(({ key, lsp: path }) => !sameForwarding(path, before.get(key) ?? path))).toBe(
          true,
        );
      }),
    );
  });
});
