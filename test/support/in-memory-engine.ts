import { err, ok, type Result } from '../../src/lib/result.js';
import type {
  DesiredChange,
  EnginePort,
  EngineUnavailable,
  RunningEngine,
} from '../../src/link/engine-port.js';
import type {
  DesiredMpls,
  DesiredSession,
  DesiredTunnel,
  EngineEvent,
  MplsAction,
  MplsActionResult,
  RefusedSession,
  SessionKey,
  SessionReport,
  SessionState,
  TunnelKey,
  TunnelReport,
} from '../../src/link/messages.js';
import { sessionReport, tunnelReport } from '../link/recording-control.js';

/** The agent's end of a link to an engine that only remembers what it was told. */
export class InMemoryEngine implements EnginePort {
  readonly sessions = new Map<SessionKey, DesiredSession>();
  readonly tunnels = new Map<TunnelKey, DesiredTunnel>();
  mpls: DesiredMpls | null = null;
  /** Sessions of LSPs that the engine has made itself; their members are in `reports`. */
  readonly lspSessions = new Set<SessionKey>();
  /** What it tells of a tunnel besides the defaults. */
  readonly tunnelReports = new Map<TunnelKey, Partial<TunnelReport>>();
  /** Every action that arrived. */
  readonly actions: MplsAction[] = [];
  /** What comes of an action. */
  actionResult: MplsActionResult = { type: 'done' };
  /** What the status tells besides the defaults. */
  readonly statusReport: Partial<RunningEngine> = {};
  /** Every change that arrived. */
  readonly changes: DesiredChange[] = [];
  /** Sessions that it refuses, with the reason. */
  readonly refusals = new Map<SessionKey, string>();
  /** What it tells of a session besides the defaults. */
  readonly reports = new Map<SessionKey, Partial<SessionReport>>();
  /** Why it cannot be asked; null when it can. */
  unavailable: string | null = null;
  /** Runs before a change is answered. */
  beforeAnswer: () => Promise<void> | void = () => undefined;
  readonly #listeners = new Set<(event: EngineEvent) => void>();

  async apply(change: DesiredChange): Promise<Result<readonly RefusedSession[], EngineUnavailable>> {
    await this.beforeAnswer();
    if (this.unavailable !== null) return this.#gone(this.unavailable);
    this.changes.push(change);
    for (const key of change.remove) this.sessions.delete(key);
    for (const key of change.tunnels?.remove ?? []) this.tunnels.delete(key);
    for (const tunnel of change.tunnels?.set ?? []) this.tunnels.set(tunnel.key, tunnel);
    if (change.mpls !== undefined) this.mpls = change.mpls;
    const refused: RefusedSession[] = [];
    for (const session of change.set) {
      const reason = this.refusals.get(session.key);
      if (reason === undefined) this.sessions.set(session.key, session);
      else refused.push({ key: session.key, reason });
    }
    return ok(refused);
  }

  read(keys: readonly SessionKey[] | null): Promise<Result<readonly SessionReport[], EngineUnavailable>> {
    if (this.unavailable !== null) return Promise.resolve(this.#gone(this.unavailable));
    return Promise.resolve(ok(this.#reports(keys)));
  }

  async readStates(): Promise<Result<readonly SessionState[], EngineUnavailable>> {
    if (this.unavailable !== null) return this.#gone(this.unavailable);
    const all = this.#reports(null);
    return ok(all.map(({ key, localState, lsp }) => ({ key, localState, ofLsp: lsp !== undefined })));
  }

  readTunnels(
    keys: readonly TunnelKey[] | null,
  ): Promise<Result<readonly TunnelReport[], EngineUnavailable>> {
    if (this.unavailable !== null) return Promise.resolve(this.#gone(this.unavailable));
    const known = (keys ?? [...this.tunnels.keys()]).filter((key) => this.tunnels.has(key));
    return Promise.resolve(
      ok(known.map((key) => ({ ...tunnelReport(key), ...this.tunnelReports.get(key) }))),
    );
  }

  act(action: MplsAction): Promise<Result<MplsActionResult, EngineUnavailable>> {
    if (this.unavailable !== null) return Promise.resolve(this.#gone(this.unavailable));
    this.actions.push(action);
    return Promise.resolve(ok(this.actionResult));
  }

  status(): Promise<Result<RunningEngine, EngineUnavailable>> {
    if (this.unavailable !== null) return Promise.resolve(this.#gone(this.unavailable));
    const discards = [{ reason: 'no-session', count: 4 }] as const;
    const startedMs = Date.UTC(2026, 0, 2, 3, 4, 5);
    const counters = { realTimePriority: 50, socketDrops: 3, discards, mpls: null };
    return Promise.resolve(ok({ pid: 4711, startedMs, ...counters, ...this.statusReport }));
  }

  onEvent(listener: (event: EngineEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** Tells every listener of an event. */
  tell(event: EngineEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  #reports(keys: readonly SessionKey[] | null): readonly SessionReport[] {
    const wanted = keys ?? [...this.sessions.keys(), ...this.lspSessions];
    const known = wanted.filter((key) => this.sessions.has(key) || this.lspSessions.has(key));
    return known.map((key) => this.#report(key));
  }

  #gone(message: string): Result<never, EngineUnavailable> {
    return err({ type: 'engine-unavailable', message });
  }

  #report(key: SessionKey): SessionReport {
    return {
      ...sessionReport(key),
      localDiscriminator: 17,
      sourcePort: 49_152,
      createdMs: Date.UTC(2026, 0, 2, 3, 4, 5),
      ...this.reports.get(key),
    };
  }
}
