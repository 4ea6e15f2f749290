import type { DiscardReason } from '../packet/discard-reason.js';

/** The engine as a whole, for operators. */
export interface EngineStatus {
  /** When it started: milliseconds since 1970. */
  readonly startedMs: number;
  /** The real-time priority that the system has granted; null: none. */
  readonly realTimePriority: number | null;
  /** Packets that the kernel has thrown away because they waited for too long to be read, as far as known. */
  readonly socketDrops: number;
  /** Packets that were read and thrown away, by reason. */
  readonly discards: readonly { readonly reason: DiscardReason; readonly count: number }[];
}
