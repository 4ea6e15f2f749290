import type { RegisteredSession } from './session-registry.js';

interface Seen {
  readonly activity: number;
  readonly sinceMs: number;
}

/**
 * Finds the sessions in which nothing happens. It looks at them from time to time, so that what it does
 * costs nothing while messages are served.
 */
export class IdleSessions {
  #seen = new Map<RegisteredSession, Seen>();

  /**
   * The sessions that have been idle for `timeoutMs` or longer, as far as earlier looks tell.
   *
   * @param timeoutMs 0: none ever is
   */
  look(
    sessions: Iterable<RegisteredSession>,
    nowMs: number,
    timeoutMs: number,
  ): readonly RegisteredSession[] {
    const seen = new Map<RegisteredSession, Seen>();
    const idle: RegisteredSession[] = [];
    for (const session of sessions) {
      const before = this.#seen.get(session);
      const rests = session.isIdle && before?.activity === session.activity;
      const now = rests ? before : { activity: session.activity, sinceMs: nowMs };
      seen.set(session, now);
      if (timeoutMs > 0 && rests && nowMs - before.sinceMs >= timeoutMs) idle.push(session);
    }
    this.#seen = seen;
    return idle;
  }
}
