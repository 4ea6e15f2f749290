import type { Tunnel } from './tunnel.js';

/** What a tunnel is worth to whoever sends through it, and to protection switching. */
export type TunnelState = 'up' | 'bfd-down' | 'lsp-down' | 'unmonitored';

/** A tunnel's session; `starting` until it has been Up once. */
export type MonitorState = 'none' | 'starting' | 'up' | 'down';

/**
 * The state of a tunnel. A session that has never been Up says nothing about the tunnel: the egress may
 * not support it, and traffic that flowed before goes on flowing.
 */
export function tunnelState(tunnel: Tunnel, monitor: MonitorState): TunnelState {
  if (!tunnel.lsps.some((lsp) => lsp.usable)) {
    return 'lsp-down';
  }
  if (monitor === 'none' || monitor === 'starting') {
    return 'unmonitored';
  }
  return monitor === 'up' ? 'up' : 'bfd-down';
}
