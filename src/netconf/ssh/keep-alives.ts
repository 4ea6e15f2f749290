/** A connection, as far as it shows that its client is there. */
export interface WatchedConnection {
  /** Bytes received so far. */
  readonly received: number;
}

/** When clients are asked, and how often without an answer. */
export interface KeepAliveLimits {
  /** 0: never. */
  readonly intervalMs: number;
  readonly count: number;
}

interface Seen {
  readonly received: number;
  /** Of what was received or asked last. */
  readonly sinceMs: number;
  readonly unanswered: number;
}

/**
 * Finds the connections whose clients have been silent for an interval and are to be asked whether they
 * are there, and those whose clients have left as many requests as are allowed without an answer. It looks
 * at all of them from time to time, so that other limits hold at once.
 */
export class KeepAlives<T extends WatchedConnection> {
  #seen = new Map<T, Seen>();

  look(
    connections: Iterable<T>,
    nowMs: number,
    { intervalMs, count }: KeepAliveLimits,
  ): { readonly ask: readonly T[]; readonly dead: readonly T[] } {
    const seen = new Map<T, Seen>();
    const ask: T[] = [];
    const dead: T[] = [];
    for (const connection of connections) {
      const { received } = connection;
      const before = this.#seen.get(connection);
      const silent = before?.received === received ? before : { received, sinceMs: nowMs, unanswered: 0 };
      const isDue = intervalMs > 0 && nowMs - silent.sinceMs >= intervalMs;
      if (isDue && silent.unanswered >= count) dead.push(connection);
      else if (isDue) ask.push(connection);
      const asked = { received, sinceMs: nowMs, unanswered: silent.unanswered + 1 };
      seen.set(connection, isDue ? asked : silent);
    }
    this.#seen = seen;
    return { ask, dead };
  }
}
