import type { Filter, Outcome } from './config-service.js';
import type { SessionIdentity, TerminationReason } from './notifications/agent-event.js';

export type {
  CapabilityDifference,
  SessionIdentity,
  TerminationReason,
} from './notifications/agent-event.js';

/** A notification: when it happened, and the element inside `<notification>` besides `<eventTime>`. */
export interface EventNotification {
  readonly timeMs: number;
  readonly xml: string;
}

/** What NETCONF asks of the configuration about notifications, and what it tells of its sessions. */
export interface NotificationSource {
  /** Calls `listener` for every notification there is to send; the answer ends that. */
  onNotification(listener: (notification: EventNotification) => void): () => void;
  /** Whether a filter can be evaluated at all. */
  checkFilter(filter: Filter): Promise<Outcome>;
  /** Of each notification, whether the filter selects something of it (RFC 5277 §3.6). */
  matches(notifications: readonly EventNotification[], filter: Filter): Promise<Outcome<readonly boolean[]>>;
  sessionStarted(session: SessionIdentity): void;
  /** `killedBy`: the session that ended it by kill-session. */
  sessionEnded(session: SessionIdentity, reason: TerminationReason, killedBy: number | null): void;
}

/** An event stream as the list of streams tells of it (RFC 5277 §3.2.5.1). */
export interface EventStreamInfo {
  readonly name: string;
  readonly description: string;
  /** When the log for replay was begun. */
  readonly replayLogCreationMs: number;
  /** Time of the last notification that the log gave up; null: none yet. */
  readonly replayLogAgedMs: number | null;
}
