import type { EventNotification } from '../../config/notification-source.js';

/** A notification and its place in the log: numbers only grow, also over restarts. */
export interface LoggedNotification extends EventNotification {
  readonly sequence: number;
}

/** The latest notifications, for replay and for those who have not taken them yet. */
export interface NotificationLog {
  append(notification: EventNotification): void;
  /** Some of what follows number `after`, oldest first, as far as it is still there; empty at the end. */
  read(after: number): readonly LoggedNotification[];
  /** The number of the oldest notification that is there, or would be. */
  readonly oldestSequence: number;
  /** The number of the latest notification; 0 before the first. */
  readonly lastSequence: number;
  /** When the log was begun. */
  readonly creationMs: number;
  /** Time of the last notification that was given up; null: none yet. */
  readonly agedMs: number | null;
}
