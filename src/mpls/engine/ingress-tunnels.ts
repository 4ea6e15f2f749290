import type { LspTransmitter } from '../../net/lsp-transmitter.js';
import type { NextHop } from '../../net/next-hop.js';
import type { DesiredTunnel, TunnelReport } from '../mpls-model.js';
import type { IneligibleReason } from '../tunnels/plan-sessions.js';
import { tunnelState, type MonitorState } from '../tunnels/tunnel-state.js';
import type { Tunnel, TunnelKey } from '../tunnels/tunnel.js';
import type { IngressSession } from './ingress-session.js';
import type { CurrentWishes } from './ingress-wishes.js';
import type { LspEvents } from './lsp-events.js';
import { NextHops } from './next-hops.js';
import { TunnelRecord } from './tunnel-record.js';

/** The tunnels of the ingress: their paths with the next hops of these, and what is told of their states. */
export class IngressTunnels {
  readonly #records = new Map<TunnelKey, TunnelRecord>();
  readonly #hops: NextHops;
  readonly #events: LspEvents;
  readonly #wishes: CurrentWishes;

  constructor(transmitter: LspTransmitter, events: LspEvents, wishes: CurrentWishes) {
    this.#hops = new NextHops(transmitter);
    this.#events = events;
    this.#wishes = wishes;
  }

  keys(): MapIterator<TunnelKey> {
    return this.#records.keys();
  }

  /** There are these tunnels, and those no longer. */
  change(set: readonly DesiredTunnel[], remove: readonly TunnelKey[]): void {
    for (const key of remove) {
      this.#records.get(key)?.release(this.#hops, null);
      this.#records.delete(key);
    }
    for (const desired of set) {
      const before = this.#records.get(desired.key) ?? null;
      const record = new TunnelRecord(desired, this.#hops, this.#events.nowMs());
      if (before !== null) record.succeed(before, this.#hops);
      this.#records.set(desired.key, record);
    }
  }

  /** The tunnel as it is now; null: there is none such. */
  get(key: TunnelKey): Tunnel | null {
    return this.#records.get(key)?.tunnel(this.#wishes().interfaces) ?? null;
  }

  /** The tunnels with a path over a next hop. */
  over(hop: NextHop): Iterable<TunnelKey> {
    return this.#hops.tunnelsOver(hop);
  }

  /** Why the tunnel has no session; null: it has one, or gets one. */
  setReason(key: TunnelKey, reason: IneligibleReason | null): void {
    const record = this.#records.get(key);
    if (record !== undefined) {
      record.reason = reason;
    }
  }

  /** Finds the state of a tunnel anew, and tells of it when it is another. */
  updateState(key: TunnelKey, session: IngressSession | null): void {
    const record = this.#records.get(key);
    if (record === undefined) {
      return;
    }
    const from = record.state;
    const to = tunnelState(record.tunnel(this.#wishes().interfaces), monitorState(session));
    if (from === to) {
      return;
    }
    record.state = to;
    record.lastChangeMs = this.#events.nowMs();
    if (from !== null) {
      const timeMs = record.lastChangeMs;
      this.#events.tunnelStateChange({ timeMs, fec: key, from, to, session: session?.key ?? null });
    }
  }

  /** Null: there is no such tunnel. */
  report(key: TunnelKey, session: IngressSession | null): TunnelReport | null {
    return this.#records.get(key)?.report(this.#wishes(), session) ?? null;
  }
}

function monitorState(session: IngressSession | null): MonitorState {
  if (session === null) return 'none';
  if (!session.hasBeenUp) return 'starting';
  return session.up ? 'up' : 'down';
}
