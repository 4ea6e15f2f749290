/**
 * Which tunnels of the ingress have sessions. Some tunnels are looked at at a time: those that a change
 * concerns, and none else, so that sessions that run are not held up by thousands that come.
 */
import { DeadlineQueue } from '../../lib/deadline-queue.js';
import { planSessions, type SessionPlan } from '../tunnels/plan-sessions.js';
import type { Tunnel, TunnelKey, TunnelLsp } from '../tunnels/tunnel.js';
import type { IngressSession } from './ingress-session.js';
import type { IngressSessions } from './ingress-sessions.js';
import type { IngressTunnels } from './ingress-tunnels.js';
import type { CurrentWishes } from './ingress-wishes.js';
import type { LspEvents } from './lsp-events.js';
import { takeSlice } from './slices.js';

/** A way out that could not be opened is tried again. */
const RETRY_US = 1_000_000;

/** See the top of the file. */
export class IngressPlanner {
  readonly #tunnels: IngressTunnels;
  readonly #sessions: IngressSessions;
  readonly #events: LspEvents;
  readonly #wishes: CurrentWishes;
  /** Tunnels to be looked at anew. */
  readonly #dirty = new Set<TunnelKey>();
  /** Tunnels that the limit has turned down. */
  readonly #turnedDown = new Set<TunnelKey>();
  readonly #retries = new DeadlineQueue<TunnelKey>();
  #limitTold = false;

  constructor(tunnels: IngressTunnels, sessions: IngressSessions, events: LspEvents, wishes: CurrentWishes) {
    this.#tunnels = tunnels;
    this.#sessions = sessions;
    this.#events = events;
    this.#wishes = wishes;
  }

  get hasWork(): boolean {
    return this.#dirty.size > 0;
  }

  /** Something about these tunnels is another: they are looked at soon. */
  reconsider(keys: Iterable<TunnelKey>): void {
    for (const key of keys) {
      this.#dirty.add(key);
    }
  }

  /** The operator ends a session; its tunnel gets another, if it still is to have one. */
  clear(session: IngressSession, graceful: boolean, nowUs: number): void {
    this.#end(session, 'cleared', graceful, nowUs);
    this.#dirty.add(session.tunnelKey);
  }

  /** Looks at some of the tunnels that are to be looked at. */
  planSlice(nowUs: number): void {
    const tunnels = new Map<TunnelKey, Tunnel>();
    const current = new Map<TunnelKey, TunnelLsp>();
    for (const key of takeSlice(this.#dirty)) {
      const tunnel = this.#tunnels.get(key);
      const session = this.#sessions.get(key);
      if (tunnel !== null) tunnels.set(key, tunnel);
      if (session !== null) current.set(key, session.lsp);
      this.#turnedDown.delete(key);
    }
    const { planning } = this.#wishes();
    const others = this.#sessions.size - current.size;
    const limit = planning.maxSessions;
    const maxSessions = limit === null ? null : Math.max(0, limit - others);
    this.#carryOut(planSessions(tunnels, { ...planning, maxSessions }, current), nowUs);
    for (const key of tunnels.keys()) {
      this.#tunnels.updateState(key, this.#sessions.get(key));
    }
    this.#tellLimit(limit);
  }

  /** To be called at `pollTimeout()` or later. */
  handleTimeout(nowUs: number): void {
    for (let key = this.#retries.take(nowUs); key !== null; key = this.#retries.take(nowUs)) {
      this.#dirty.add(key);
    }
  }

  /** When `handleTimeout` is next to be called; Infinity: nothing is waited for. */
  pollTimeout(): number {
    return this.#retries.next();
  }

  #carryOut(plan: SessionPlan, nowUs: number): void {
    for (const { key, reason } of plan.remove) {
      const session = this.#sessions.get(key);
      if (session !== null) this.#end(session, reason, true, nowUs);
    }
    for (const [key, { reason }] of plan.decisions) {
      this.#tunnels.setReason(key, reason);
      if (reason === 'session-limit') this.#turnedDown.add(key);
    }
    for (const planned of plan.move) {
      this.#sessions.move(planned);
    }
    this.#renewWithOtherSource(plan.decisions.keys(), nowUs);
    for (const planned of plan.create) {
      if (!this.#sessions.create(planned, nowUs)) {
        this.#tunnels.setReason(planned.key, 'no-lsp');
        this.#retries.set(planned.key, nowUs + RETRY_US);
      }
    }
  }

  /** A session whose source address is no longer wanted is made anew: it must not change (RFC 5884 §7). */
  #renewWithOtherSource(keys: Iterable<TunnelKey>, nowUs: number): void {
    const { sources } = this.#wishes();
    for (const key of keys) {
      const session = this.#sessions.get(key);
      const wanted = session === null ? null : sources[session.fec.family];
      if (session !== null && wanted !== null && wanted.text !== session.source.text) {
        this.#end(session, 'no-source-address', true, nowUs);
        this.#dirty.add(key);
      }
    }
  }

  #end(
    session: IngressSession,
    reason: Parameters<IngressSessions['end']>[1],
    graceful: boolean,
    nowUs: number,
  ): void {
    this.#sessions.end(session, reason, graceful, nowUs);
    // There is room again for one that was turned down.
    const [next] = this.#turnedDown;
    if (next !== undefined) {
      this.#turnedDown.delete(next);
      this.#dirty.add(next);
    }
  }

  #tellLimit(limit: number | null): void {
    const reached = this.#turnedDown.size > 0;
    if (reached === this.#limitTold || this.#dirty.size > 0) {
      return;
    }
    this.#limitTold = reached;
    this.#events.sessionLimit('ingress', limit ?? this.#sessions.size, reached);
  }
}
