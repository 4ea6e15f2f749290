import type { Filter, Outcome } from '../../src/config/config-service.js';
import type {
  EventNotification,
  NotificationSource,
  SessionIdentity,
  TerminationReason,
} from '../../src/config/notification-source.js';
import { invalidValue, type RpcError } from '../../src/config/errors/rpc-error.js';
import { err, ok } from '../../src/lib/result.js';
import type { LoggedNotification, NotificationLog } from '../../src/netconf/notify/notification-log.js';

/** A source whose notifications the test makes. An XPath filter selects those that contain its text. */
export class InMemoryNotifications implements NotificationSource {
  readonly sessions: string[] = [];
  /** What every filter is refused with. */
  refuseWith: readonly RpcError[] | undefined;
  readonly #listeners = new Set<(notification: EventNotification) => void>();

  notify(timeMs: number, xml: string): void {
    for (const listener of this.#listeners) listener({ timeMs, xml });
  }

  onNotification(listener: (notification: EventNotification) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  async checkFilter(filter: Filter): Promise<Outcome> {
    if (this.refuseWith !== undefined) return err(this.refuseWith);
    return filter.type === 'xpath' && filter.select === '' ? err([invalidValue('an empty filter')]) : ok();
  }

  async matches(
    notifications: readonly EventNotification[],
    filter: Filter,
  ): Promise<Outcome<readonly boolean[]>> {
    if (this.refuseWith !== undefined) return err(this.refuseWith);
    const text = filter.type === 'xpath' ? filter.select : (filter.element.children[0]?.local ?? '');
    return ok(notifications.map(({ xml }) => xml.includes(text)));
  }

  sessionStarted({ sessionId, user, sourceHost }: SessionIdentity): void {
    this.sessions.push(`${sessionId} of ${user} from ${sourceHost} began`);
  }

  sessionEnded({ sessionId }: SessionIdentity, reason: TerminationReason, killedBy: number | null): void {
    this.sessions.push(`${sessionId} ended: ${reason}${killedBy === null ? '' : ` by ${killedBy}`}`);
  }
}

/** A log in memory that keeps the latest `capacity` notifications. */
export class InMemoryNotificationLog implements NotificationLog {
  readonly creationMs: number;
  agedMs: number | null = null;
  lastSequence = 0;
  readonly #capacity: number;
  #records: LoggedNotification[] = [];

  constructor(creationMs: number, capacity = 1000) {
    this.creationMs = creationMs;
    this.#capacity = capacity;
  }

  get oldestSequence(): number {
    return this.lastSequence - this.#records.length + 1;
  }

  append({ timeMs, xml }: EventNotification): void {
    this.lastSequence += 1;
    this.#records.push({ sequence: this.lastSequence, timeMs, xml });
    if (this.#records.length > this.#capacity) this.agedMs = this.#records.shift()?.timeMs ?? null;
  }

  read(after: number): readonly LoggedNotification[] {
    return this.#records.filter(({ sequence }) => sequence > after);
  }
}
