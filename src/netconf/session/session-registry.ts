import type { MonitoredSession, MonitoredStatistics, SessionMonitor } from '../../config/config-service.js';
import type { SessionIdentity, TerminationReason } from '../../config/notification-source.js';
import { newServerCounters, type SessionCounters } from './counters.js';

export type { TerminationReason } from '../../config/notification-source.js';

/** Who is told of sessions that begin and end. */
export interface SessionWatcher {
  sessionStarted(session: SessionIdentity): void;
  /** `killedBy`: the session that ended it by kill-session. */
  sessionEnded(session: SessionIdentity, reason: TerminationReason, killedBy: number | null): void;
}

/** A session, as the registry needs it. */
export interface RegisteredSession {
  readonly id: number;
  readonly user: string;
  readonly sourceHost: string;
  readonly loginTime: Date;
  readonly counters: SessionCounters;
  /** Grows with everything that is received and answered. */
  readonly activity: number;
  /** False while something is being done for the client, or it is subscribed to notifications. */
  readonly isIdle: boolean;
  /** Ends the session; resolves when its locks are released. */
  end(reason: TerminationReason): Promise<void>;
  /** Ends the session once the request that it is working on is answered. */
  endWhenIdle(reason: TerminationReason): Promise<void>;
}

const MAX_SESSION_ID = 4_294_967_295;

/** All sessions there are, and what RFC 6022 counts of them. */
export class SessionRegistry implements SessionMonitor {
  private readonly announced: readonly string[];
  private readonly startTime: Date;
  private readonly all = new Map<number, RegisteredSession>();
  private readonly counters = newServerCounters();
  private readonly watcher: SessionWatcher;
  /** By session-id: who kills the session, while it ends. */
  private readonly killers = new Map<number, number>();
  private lastId = 0;

  /** `startTime` is when the server began to serve. */
  constructor(capabilities: readonly string[], startTime: Date, watcher: SessionWatcher) {
    this.announced = capabilities;
    this.watcher = watcher;
    this.startTime = startTime;
  }

  get size(): number {
    return this.all.size;
  }

  [Symbol.iterator](): Iterator<RegisteredSession> {
    return this.all.values();
  }

  /** A session-id that no present session has; ids are given in ascending order (RFC 6241 §8.1). */
  allocateId(): number {
    do this.lastId = this.lastId === MAX_SESSION_ID ? 1 : this.lastId + 1;
    while (this.all.has(this.lastId));
    return this.lastId;
  }

  /** The server has sent its hello to `session`. */
  add(session: RegisteredSession): void {
    this.all.set(session.id, session);
    this.counters.inSessions += 1;
    this.watcher.sessionStarted(identityOf(session));
  }

  /** `session` is over. */
  remove(session: RegisteredSession, reason: TerminationReason): void {
    this.all.delete(session.id);
    if (reason === 'bad-hello') this.counters.inBadHellos += 1;
    else if (reason !== 'closed' && reason !== 'killed') this.counters.droppedSessions += 1;
    this.watcher.sessionEnded(identityOf(session), reason, this.killers.get(session.id) ?? null);
  }

  /** Counts `event` of `session`, there and in the totals. */
  count(session: RegisteredSession, event: keyof SessionCounters): void {
    session.counters[event] += 1;
    this.counters[event] += 1;
  }

  /** Ends the session `id` for the session `by`; resolves when its locks are released. `false`: no such session. */
  async kill(id: number, by: number): Promise<boolean> {
    const session = this.all.get(id);
    if (session === undefined) return false;
    this.killers.set(id, by);
    try {
      await session.end('killed');
    } finally {
      this.killers.delete(id);
    }
    return true;
  }

  /** Ends all sessions, each once the request that it is working on is answered. */
  async endAll(reason: TerminationReason): Promise<void> {
    await Promise.all([...this.all.values()].map((session) => session.endWhenIdle(reason)));
  }

  capabilities(): readonly string[] {
    return this.announced;
  }

  sessions(): readonly MonitoredSession[] {
    return [...this.all.values()].map(({ id, user, sourceHost, loginTime, counters }) => ({
      sessionId: id,
      user,
      sourceHost,
      loginTime,
      ...counters,
    }));
  }

  statistics(): MonitoredStatistics {
    return { startTime: this.startTime, ...this.counters };
  }
}

function identityOf({ id, user, sourceHost }: RegisteredSession): SessionIdentity {
  return { sessionId: id, user, sourceHost };
}
