/** Time, as subscriptions need it. */
export interface Clock {
  /** Milliseconds since 1970. */
  nowMs(): number;
  /** Calls `run` once `timeMs` is reached; the answer takes that back. */
  at(timeMs: number, run: () => void): () => void;
}
