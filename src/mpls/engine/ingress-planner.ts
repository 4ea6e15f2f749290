/**
 * Which tunnels of the ingress have sessions. Some tunnels are looked at at a time: those that a change
 * concerns, and none else, so that sessions that run are not held up by thousands that come. What comes of it
 * is what `planSessions` has for all at once: those with sessions come first, those of them that are beyond a
 * limit end, and what is left of it goes to the others in the order of their FECs.
 */
import { DeadlineQueue } from '../../lib/deadline-queue.js';
import {
  inFecOrder,
  planSessions,
  type PlannedSession,
  type SessionPlan,
  type TunnelDecision,
} from '../tunnels/plan-sessions.js';
import { tunnelKey, type Tunnel, type TunnelKey, type TunnelLsp } from '../tunnels/tunnel.js';
import type { IngressSession } from './ingress-session.js';
import type { IngressSessions } from './ingress-sessions.js';
import type { IngressTunnels } from './ingress-tunnels.js';
import type { CurrentWishes } from './ingress-wishes.js';
import type { LspEvents } from './lsp-events.js';
import { SLICE, takeSlice } from './slices.js';

/** A way out that could not be opened is tried again. */
const RETRY_US = 1_000_000;

/** See the top of the file. */
export class IngressPlanner {
  readonly #tunnels: IngressTunnels;
  readonly #sessions: IngressSessions;
  readonly #events: LspEvents;
  readonly #wishes: CurrentWishes;
  /** Tunnels with sessions, to be looked at anew. */
  readonly #withSession = new Set<TunnelKey>();
  /** Tunnels without, to be looked at when none of those is left. */
  #without = new Set<TunnelKey>();
  #withoutInOrder = true;
  /** Tunnels that the limit has turned down. */
  readonly #turnedDown = new Set<TunnelKey>();
  /** A session has ended since those were turned down. */
  #roomAgain = false;
  readonly #retries = new DeadlineQueue<TunnelKey>();
  #limitTold = false;

  constructor(tunnels: IngressTunnels, sessions: IngressSessions, events: LspEvents, wishes: CurrentWishes) {
    this.#tunnels = tunnels;
    this.#sessions = sessions;
    this.#events = events;
    this.#wishes = wishes;
  }

  get hasWork(): boolean {
    return this.#withSession.size > 0 || this.#without.size > 0 || this.#reopens || this.#excess > 0;
  }

  /** Something about these tunnels is another: they are looked at soon. */
  reconsider(keys: Iterable<TunnelKey>): void {
    for (const key of keys) {
      if (this.#sessions.get(key) === null) {
        this.#without.add(key);
        this.#withoutInOrder = false;
      } else {
        this.#withSession.add(key);
      }
    }
  }

  /** The operator ends a session; its tunnel gets another, if it still is to have one. */
  clear(session: IngressSession, graceful: boolean, nowUs: number): void {
    this.#end(session, 'cleared', graceful, nowUs);
    this.reconsider([session.tunnelKey]);
  }

  /** Looks at some of the tunnels that are to be looked at. */
  planSlice(nowUs: number): void {
    const limit = this.#wishes().planning.maxSessions;
    if (this.#withSession.size > 0) {
      this.#plan(takeSlice(this.#withSession), null, nowUs);
    } else if (this.#excess > 0) {
      this.#endLast(Math.min(this.#excess, SLICE), nowUs);
    } else {
      this.#plan(this.#takeWithout(), limit === null ? null : limit - this.#sessions.size, nowUs);
    }
    this.#tellLimit(limit);
  }

  /** To be called at `pollTimeout()` or later. */
  handleTimeout(nowUs: number): void {
    for (let key = this.#retries.take(nowUs); key !== null; key = this.#retries.take(nowUs)) {
      this.reconsider([key]);
    }
  }

  /** When `handleTimeout` is next to be called; Infinity: nothing is waited for. */
  pollTimeout(): number {
    return this.#retries.next();
  }

  /** Whether tunnels that were turned down are to be looked at again. */
  get #reopens(): boolean {
    return this.#roomAgain && this.#turnedDown.size > 0;
  }

  /** How many sessions there are beyond the limit. */
  get #excess(): number {
    return Math.max(0, this.#sessions.size - (this.#wishes().planning.maxSessions ?? Infinity));
  }

  #takeWithout(): TunnelKey[] {
    if (this.#reopens) {
      this.reconsider(this.#turnedDown);
    }
    this.#roomAgain = false;
    if (!this.#withoutInOrder && this.#wishes().planning.maxSessions !== null) {
      this.#without = new Set([...this.#without].toSorted(inFecOrder));
      this.#withoutInOrder = true;
    }
    return takeSlice(this.#without);
  }

  /** @param room for so many sessions besides those that these tunnels have; null: for all */
  #plan(keys: readonly TunnelKey[], room: number | null, nowUs: number): void {
    const tunnels = new Map<TunnelKey, Tunnel>();
    const current = new Map<TunnelKey, TunnelLsp>();
    for (const key of keys) {
      const tunnel = this.#tunnels.get(key);
      const session = this.#sessions.get(key);
      if (tunnel !== null) tunnels.set(key, tunnel);
      if (session !== null) current.set(key, session.lsp);
      this.#turnedDown.delete(key);
    }
    const settings = { ...this.#wishes().planning, maxSessions: room };
    this.#carryOut(planSessions(tunnels, settings, current), nowUs);
    for (const key of tunnels.keys()) {
      this.#tunnels.updateState(key, this.#sessions.get(key));
    }
  }

  /** The limit is below the sessions that stay for all other reasons: so many of them end. */
  #endLast(count: number, nowUs: number): void {
    const keys = Array.from(this.#sessions.all(), (session) => session.tunnelKey);
    for (const key of keys.toSorted(inFecOrder).slice(-count)) {
      const session = this.#sessions.get(key);
      if (session !== null) this.#sessions.end(session, 'session-limit', true, nowUs);
      this.#tunnels.setReason(key, 'session-limit');
      this.#turnedDown.add(key);
      this.#tunnels.updateState(key, null);
    }
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
    for (const decision of plan.decisions.values()) {
      this.#renewWithOtherSource(decision, nowUs);
    }
    for (const planned of plan.create) {
      this.#create(planned, nowUs);
    }
  }

  #create(planned: PlannedSession, nowUs: number): void {
    if (!this.#sessions.create(planned, nowUs)) {
      this.#tunnels.setReason(planned.key, 'no-lsp');
      this.#retries.set(planned.key, nowUs + RETRY_US);
    }
  }

  /** A session whose source address is no longer wanted is made anew: it must not change (RFC 5884 §7). */
  #renewWithOtherSource({ tunnel, lsp }: TunnelDecision, nowUs: number): void {
    const key = tunnelKey(tunnel);
    const session = this.#sessions.get(key);
    const wanted = this.#wishes().sources[tunnel.fec.family];
    if (session === null || lsp === null || wanted === null || wanted.text === session.source.text) {
      return;
    }
    // It keeps its place where there is a limit.
    this.#sessions.end(session, 'no-source-address', true, nowUs);
    this.#create({ key, tunnel, lsp }, nowUs);
  }

  #end(
    session: IngressSession,
    reason: Parameters<IngressSessions['end']>[1],
    graceful: boolean,
    nowUs: number,
  ): void {
    this.#sessions.end(session, reason, graceful, nowUs);
    this.#withSession.delete(session.tunnelKey);
    this.#roomAgain = true;
  }

  #tellLimit(limit: number | null): void {
    const reached = this.#turnedDown.size > 0;
    if (reached === this.#limitTold || this.hasWork) {
      return;
    }
    this.#limitTold = reached;
    this.#events.sessionLimit('ingress', limit ?? this.#sessions.size, reached);
  }
}
