import { parsePrefix, type IpPrefix } from '../../lib/ip-prefix.js';
import { parseHostAddress } from '../../net/host-address.js';
import type { HeldNextHop } from '../../net/next-hop.js';
import type { DesiredLsp, DesiredTunnel, TunnelReport } from '../mpls-model.js';
import type { IneligibleReason } from '../tunnels/plan-sessions.js';
import type { TunnelState } from '../tunnels/tunnel-state.js';
import { sameForwarding, type Tunnel, type TunnelKey, type TunnelLsp } from '../tunnels/tunnel.js';
import type { IngressSession } from './ingress-session.js';
import type { IngressWishes } from './ingress-wishes.js';
import type { NextHops } from './next-hops.js';

/** A tunnel, with what is known of its paths and what has been decided about it. */
export class TunnelRecord {
  readonly key: TunnelKey;
  readonly fec: IpPrefix;
  reason: IneligibleReason | null = 'not-enabled';
  /** Null before it is known. */
  state: TunnelState | null = null;
  lastChangeMs: number;
  readonly #paths: readonly { readonly lsp: DesiredLsp; readonly hop: HeldNextHop | null }[];

  /** @throws Error when the key is no prefix: the configuration has been checked long before */
  constructor(desired: DesiredTunnel, hops: NextHops, nowMs: number) {
    const fec = parsePrefix(desired.key);
    if (!fec.ok) {
      throw new Error(`${desired.key} is no prefix`);
    }
    this.key = desired.key;
    this.fec = fec.value;
    this.lastChangeMs = nowMs;
    this.#paths = desired.lsps.map((lsp) => {
      const address = parseHostAddress(lsp.nextHop);
      return { lsp, hop: address === null ? null : hops.hold(lsp.outInterface, address, desired.key) };
    });
  }

  /** The tunnel as it is now. @param mplsInterfaces those on which labelled packets may leave */
  tunnel(mplsInterfaces: ReadonlySet<string>): Tunnel {
    const lsps = this.#paths.map(({ lsp, hop }) => ({
      ...lsp,
      usable: hop !== null && hop.usable && mplsInterfaces.has(lsp.outInterface),
    }));
    return { fec: this.fec, source: 'static', lsps };
  }

  /** Takes the place of the record that was the tunnel's: what is known of the tunnel stays. */
  succeed(before: TunnelRecord, hops: NextHops): void {
    before.release(hops, this);
    this.state = before.state;
    this.reason = before.reason;
    this.lastChangeMs = before.lastChangeMs;
  }

  /** Gives back what it holds, when the record that takes its place, if any, has been made. */
  release(hops: NextHops, successor: TunnelRecord | null): void {
    for (const { hop } of this.#paths) {
      if (hop !== null && successor?.holds(hop) !== true) {
        hops.release(hop, this.key);
      }
    }
  }

  holds(hop: HeldNextHop): boolean {
    return this.#paths.some((path) => path.hop === hop);
  }

  /** @param session of the tunnel; null: it has none */
  report({ interfaces, ingress }: IngressWishes, session: IngressSession | null): TunnelReport {
    const trafficClass = ingress?.trafficClass ?? 0;
    const active: TunnelLsp | null = session?.lsp ?? null;
    return {
      key: this.key,
      source: 'static',
      state: this.state ?? 'unmonitored',
      ineligibleReason: this.reason,
      session: session?.key ?? null,
      lsps: this.tunnel(interfaces).lsps.map((lsp) => ({
        ...lsp,
        labels: lsp.labels.map((entry) => ({ ...entry, trafficClass })),
        active: active !== null && active.role === lsp.role && sameForwarding(active, lsp),
      })),
      lastChangeMs: this.lastChangeMs,
    };
  }
}
