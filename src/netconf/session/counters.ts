/** Counters of one session (RFC 6022 §2.1.4). */
export interface SessionCounters {
  inRpcs: number;
  inBadRpcs: number;
  outRpcErrors: number;
  outNotifications: number;
}

/** Counters of the server since its start (RFC 6022 §2.1.5). */
export interface ServerCounters extends SessionCounters {
  inBadHellos: number;
  inSessions: number;
  droppedSessions: number;
}

/** All counters of a session at zero. */
export const newSessionCounters = (): SessionCounters => ({
  inRpcs: 0,
  inBadRpcs: 0,
  outRpcErrors: 0,
  outNotifications: 0,
});

/** All counters of the server at zero. */
export const newServerCounters = (): ServerCounters => ({
  ...newSessionCounters(),
  inBadHellos: 0,
  inSessions: 0,
  droppedSessions: 0,
});
