/** The whole procedure at both ends, in virtual time: from a policy to sessions that are Up, and back. */
import { describe, expect, test } from 'vitest';
import { SessionState } from '../../src/bfd/packet/session-state.js';
import { DEFAULT_EGRESS_SETTINGS } from '../../src/mpls/egress/egress-settings.js';
import { DEFAULT_BOOTSTRAP_SETTINGS } from '../../src/mpls/ingress/ingress-bootstrap.js';
import type { IngressSettings } from '../../src/mpls/tunnels/plan-sessions.js';
import { mergeTunnels } from '../../src/mpls/tunnels/tunnel.js';
import type { Tunnel, TunnelKey, TunnelLsp } from '../../src/mpls/tunnels/tunnel.js';
import { LspNetwork } from '../sim/lsp-network.js';
import type { LspNetworkOptions } from '../sim/lsp-network.js';
import { SECOND } from '../sim/pair.js';
import { prefix } from '../support/prefix.js';

const ENABLED: IngressSettings = {
  bfdEnabled: true,
  enabled: true,
  policy: { type: 'host' },
  sourceFamilies: new Set(['ipv4']),
  maxSessions: null,
};
const PRIMARY: TunnelLsp = {
  role: 'primary',
  nextHop: '192.0.2.1',
  outInterface: 'eth0',
  labels: [{ label: 48120, trafficClass: 0, ttl: 255 }],
  usable: true,
};
const BACKUP: TunnelLsp = { ...PRIMARY, role: 'backup', outInterface: 'eth1' };

function network(options: Partial<LspNetworkOptions> = {}): LspNetwork {
  return new LspNetwork({
    bootstrap: DEFAULT_BOOTSTRAP_SETTINGS,
    egress: { ...DEFAULT_EGRESS_SETTINGS, passive: true },
    ...options,
  });
}

function tunnels(count: number, lsps: readonly TunnelLsp[] = [PRIMARY]): Map<TunnelKey, Tunnel> {
  return mergeTunnels(
    Array.from({ length: count }, (_, index) => ({
      fec: prefix(`10.${index >> 16}.${(index >> 8) & 255}.${index & 255}/32`),
      source: 'bgp' as const,
      lsps,
    })),
  );
}

describe('one tunnel', () => {
  test('enabling alone sends nothing', () => {
    const net = network();
    net.recording = true;
    net.configure(tunnels(1), { ...ENABLED, policy: { type: 'none' } });
    net.time.runFor(100 * SECOND);
    expect([net.log, net.ingressEnds.size, net.egressEnds.size]).toEqual([[], 0, 0]);
  });

  test('with a policy: LSP ping, then the egress speaks first, and no packet goes to nobody', () => {
    const net = network();
    net.recording = true;
    net.configure(tunnels(1), ENABLED);
    net.time.runFor(5 * SECOND);
    expect(net.up).toBe(1);
    const pings = net.log.filter((line) => line.endsWith('lsp ping'));
    const bfd = net.log.filter((line) => !line.endsWith('lsp ping'));
    expect([net.log[0], pings]).toEqual(['ingress lsp ping', ['ingress lsp ping', 'egress lsp ping']]);
    expect([...new Set(bfd)]).toEqual(['egress down', 'ingress init', 'egress up', 'ingress up']);
  });

  test('without passive creation the request is dropped, and is tried again', () => {
    const net = network({ egress: { ...DEFAULT_EGRESS_SETTINGS, passive: false } });
    net.configure(tunnels(1), ENABLED);
    net.time.runFor(20 * SECOND);
    expect([net.up, net.egressEnds.size]).toEqual([0, 0]);
    expect(new Set(net.egressEffects.map(({ type }) => type))).toEqual(new Set(['discarded']));
    expect(net.bootstrapEffects.filter(({ type }) => type === 'bootstrap-failed')).toHaveLength(1);
    net.egress.setSettings({ ...DEFAULT_EGRESS_SETTINGS, passive: true }, net.time.nowUs);
    net.time.runFor(7 * SECOND);
    expect(net.up).toBe(1);
  });

  test('the primary fails and the backup lives: the session stays Up, with the same discriminators', () => {
    const net = network();
    net.configure(tunnels(1, [PRIMARY, BACKUP]), ENABLED);
    net.time.runFor(5 * SECOND);
    const [end] = net.ingressEnds.values();
    const before = [end?.host.session.localDiscriminator, end?.host.session.remoteDiscriminator];
    net.configure(tunnels(1, [{ ...PRIMARY, usable: false }, BACKUP]), ENABLED);
    net.time.runFor(60 * SECOND);
    expect(net.up).toBe(1);
    expect([end?.host.session.localDiscriminator, end?.host.session.remoteDiscriminator]).toEqual(before);
    expect(end?.lsp.outInterface).toBe('eth1');
  });

  test('the LSP is cut: both ends are Down within the detection time; it is mended: both are Up', () => {
    const net = network();
    net.configure(tunnels(1), ENABLED);
    net.time.runFor(5 * SECOND);
    net.lossRate = 1;
    net.time.runFor(3.1 * SECOND);
    expect(net.up).toBe(0);
    net.time.runFor(20 * SECOND);
    net.lossRate = 0;
    net.time.runFor(8 * SECOND);
    expect(net.up).toBe(1);
    expect(net.egressEnds.size).toBe(1);
  });

  test('the tunnel is gone for good: its session ends quietly, and the egress forgets it after the delay', () => {
    const net = network();
    net.configure(tunnels(1), ENABLED);
    net.time.runFor(5 * SECOND);
    const [host] = net.egressEnds.values();
    net.recording = true;
    net.configure(new Map(), ENABLED);
    net.time.runFor(59 * SECOND);
    expect(net.log.filter((line) => line.startsWith('ingress'))).toEqual(Array(3).fill('ingress down'));
    expect([net.ingressEnds.size, net.egressEnds.size]).toEqual([0, 1]);
    net.time.runFor(6 * SECOND);
    expect([net.egressEnds.size, net.egress.sessions.size, net.bootstrap.pollTimeout()]).toEqual([
      0,
      0,
      Infinity,
    ]);
    expect(net.egressEffects.at(-1)).toMatchObject({ type: 'remove-session', reason: 'withdrawn' });
    // To the egress it never was Down.
    expect(host?.changes.at(-1)?.to).toBe(SessionState.Up);
  });

  test('a tunnel that goes and comes back has a session again, another one', () => {
    const net = network();
    net.configure(tunnels(1), ENABLED);
    net.time.runFor(5 * SECOND);
    net.configure(tunnels(1), { ...ENABLED, enabled: false });
    net.time.runFor(5 * SECOND);
    net.configure(tunnels(1), ENABLED);
    net.time.runFor(8 * SECOND);
    expect([net.up, net.egressEnds.size]).toEqual([1, 2]);
    net.time.runFor(60 * SECOND);
    expect([net.up, net.egressEnds.size]).toEqual([1, 1]);
  });

  test('an egress that has lost its sessions has them again', () => {
    const net = network();
    net.configure(tunnels(1), ENABLED);
    net.time.runFor(5 * SECOND);
    for (const { localDiscriminator } of net.egress.sessions.all()) {
      net.egressEnds.get(localDiscriminator)?.stop();
      net.egressEnds.delete(localDiscriminator);
      net.egress.clear(localDiscriminator);
    }
    net.time.runFor(12 * SECOND);
    expect(net.up).toBe(1);
  });
});

describe('a thousand tunnels', () => {
  test('are Up within five seconds, and no more requests are outstanding than allowed', () => {
    const bootstrap = { ...DEFAULT_BOOTSTRAP_SETTINGS, maxOutstanding: 32 };
    const net = network({ bootstrap });
    net.configure(tunnels(1000), ENABLED);
    net.time.runFor(5 * SECOND);
    expect(net.up).toBe(1000);
    expect(net.mostOutstanding).toBe(32);
  });

  test('come Up in spite of loss, and more of them disturb none', () => {
    const net = network({ lossRate: 0.05, seed: 3 });
    net.configure(tunnels(300), ENABLED);
    net.time.runFor(40 * SECOND);
    expect(net.up).toBeGreaterThan(290);
    net.lossRate = 0;
    net.time.runFor(20 * SECOND);
    expect(net.up).toBe(300);
    const changes = [...net.ingressEnds.values()].map(({ host }) => host.changes.length);
    net.configure(tunnels(600), ENABLED);
    net.time.runFor(20 * SECOND);
    expect(net.up).toBe(600);
    const after = [...net.ingressEnds.values()].slice(0, 300).map(({ host }) => host.changes.length);
    expect(after).toEqual(changes);
  });
});
