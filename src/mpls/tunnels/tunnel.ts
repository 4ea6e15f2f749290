import { formatPrefix } from '../../lib/ip-prefix.js';
import type { IpPrefix } from '../../lib/ip-prefix.js';
import type { LabelStackEntry } from '../label-stack.js';

/** Where a tunnel is known from. What the operator configured goes before what BGP says. */
export const TUNNEL_SOURCES = ['static', 'bgp'] as const;

/** One of {@link TUNNEL_SOURCES}. */
export type TunnelSource = (typeof TUNNEL_SOURCES)[number];

/** A label switched path of a tunnel. */
export interface TunnelLsp {
  readonly role: 'primary' | 'backup';
  /** Canonical text of the next hop's address. */
  readonly nextHop: string;
  readonly outInterface: string;
  /** To be pushed, top first. The Traffic Class of what is sent on the path is not the path's, but the ingress's. */
  readonly labels: readonly LabelStackEntry[];
  /** Whether packets can leave on it: its interface is up, its next hop known. */
  readonly usable: boolean;
}

/** An end-to-end BGP tunnel: a FEC, and the paths to it. */
export interface Tunnel {
  readonly fec: IpPrefix;
  readonly source: TunnelSource;
  /** In no order. */
  readonly lsps: readonly TunnelLsp[];
}

/** Names a tunnel: the canonical text of its FEC. */
export type TunnelKey = string;

/** See {@link TunnelKey}. */
export function tunnelKey(tunnel: Tunnel): TunnelKey {
  return formatPrefix(tunnel.fec);
}

/** The tunnels of all sources, one a FEC: of several, that of the source that comes first. */
export function mergeTunnels(tunnels: Iterable<Tunnel>): Map<TunnelKey, Tunnel> {
  const merged = new Map<TunnelKey, Tunnel>();
  for (const tunnel of tunnels) {
    const key = tunnelKey(tunnel);
    const other = merged.get(key);
    if (other === undefined || rank(tunnel.source) < rank(other.source)) {
      merged.set(key, tunnel);
    }
  }
  return merged;
}

/**
 * The path that a tunnel's packets take: the primary when it is usable, else a usable backup. When none is,
 * they go on along `current` as long as the tunnel has it, so that the session finds out for itself.
 *
 * @returns null when the tunnel has no path at all
 */
export function activeLsp(tunnel: Tunnel, current: TunnelLsp | null): TunnelLsp | null {
  const primaryFirst = tunnel.lsps.toSorted((left, right) => lspRank(left) - lspRank(right));
  return (
    primaryFirst.find((lsp) => lsp.usable) ??
    primaryFirst.find((lsp) => current !== null && sameForwarding(lsp, current)) ??
    primaryFirst[0] ??
    null
  );
}

/** Whether packets leave alike on two paths. */
export function sameForwarding(left: TunnelLsp, right: TunnelLsp): boolean {
  return (
    left.nextHop === right.nextHop &&
    left.outInterface === right.outInterface &&
    left.labels.length === right.labels.length &&
    left.labels.every((entry, index) => sameEntry(entry, right.labels[index]))
  );
}

function sameEntry(left: LabelStackEntry, right: LabelStackEntry | undefined): boolean {
  return left.label === right?.label && left.ttl === right.ttl;
}

function rank(source: TunnelSource): number {
  return TUNNEL_SOURCES.indexOf(source);
}

function lspRank(lsp: TunnelLsp): number {
  return lsp.role === 'primary' ? 0 : 1;
}
