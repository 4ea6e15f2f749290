import type { Filter } from '../../config/config-service.js';
import type { EventNotification, NotificationSource } from '../../config/notification-source.js';
import type { Clock } from './clock.js';
import type { LoggedNotification, NotificationLog } from './notification-log.js';
import { NOTIFICATION_COMPLETE, REPLAY_COMPLETE, writeNotification } from './write-notification.js';

/** What a subscription asks for. Times are milliseconds since 1970. */
export interface SubscriptionRequest {
  readonly filter?: Filter;
  /** Replay from then on. */
  readonly startMs?: number;
  readonly stopMs?: number;
}

/** Who gets the notifications. */
export interface Subscriber {
  /** Whether the subscriber may receive a notification, at the time that it would be sent (RFC 8341 §3.4.6). */
  permits(notification: EventNotification): boolean;
  /** Sends messages; resolves when more can be taken, or the session is over. */
  send(messages: readonly string[]): Promise<void>;
  /** The subscription has ended by itself: its stop time is reached. */
  completed(): void;
  /** The subscriber can be served no longer, and why. */
  lost(reason: string): void;
}

/** What subscriptions work with. */
export interface SubscriptionParts {
  readonly source: Pick<NotificationSource, 'matches'>;
  readonly log: NotificationLog;
  readonly clock: Clock;
}

/** Notifications that are filtered and sent in one go. */
const PART = 64;

/**
 * One subscription (RFC 5277). It follows the log at the pace of its subscriber: replay and what comes live
 * are the same to it, nothing is queued for it, and a subscriber so slow that the log gives up what it has
 * not taken yet is lost.
 */
export class Subscription {
  readonly #parts: SubscriptionParts;
  readonly #request: SubscriptionRequest;
  readonly #subscriber: Subscriber;
  readonly #cancelTimer: () => void;
  /** The number of the last notification that was dealt with. */
  #cursor: number;
  /** The number of the last one that is replayed; undefined: no replay, or it is over. */
  #replayEnd: number | undefined;
  #isOver = false;
  #running = false;
  #again = false;

  /** Begins at once. */
  constructor(parts: SubscriptionParts, request: SubscriptionRequest, subscriber: Subscriber) {
    this.#parts = parts;
    this.#request = request;
    this.#subscriber = subscriber;
    const { log, clock } = parts;
    const isReplay = request.startMs !== undefined;
    this.#cursor = isReplay ? log.oldestSequence - 1 : log.lastSequence;
    this.#replayEnd = isReplay ? log.lastSequence : undefined;
    this.#cancelTimer =
      request.stopMs === undefined ? () => undefined : clock.at(request.stopMs, () => this.wake());
    this.wake();
  }

  /** There is something new in the log, or time has passed. */
  wake(): void {
    if (this.#isOver) return;
    if (this.#isOverrun) {
      this.#lose('it was too slow: notifications that it had not taken are not in the log any more');
      return;
    }
    this.#again = true;
    if (!this.#running) void this.#run();
  }

  /** Nothing more is sent. */
  end(): void {
    this.#isOver = true;
    this.#cancelTimer();
  }

  get #isOverrun(): boolean {
    return this.#parts.log.oldestSequence > this.#cursor + 1;
  }

  async #run(): Promise<void> {
    this.#running = true;
    try {
      while (this.#again && !this.#isOver) {
        this.#again = false;
        await this.#follow();
      }
    } catch (error) {
      this.#lose(`it failed: ${String(error)}`);
    } finally {
      this.#running = false;
    }
  }

  /** Sends all that the log has, and what comes to it meanwhile. */
  async #follow(): Promise<void> {
    while (!this.#isOver) {
      const records = this.#next();
      for (let at = 0; at < records.length && !this.#isOver; at += PART) {
        await this.#sendPart(records.slice(at, at + PART));
      }
      if (records.length > 0) continue;
      if (this.#replayEnd !== undefined) {
        this.#replayEnd = undefined;
        await this.#sendOwn(REPLAY_COMPLETE);
      } else {
        if (this.#stopReached) await this.#complete();
        return;
      }
    }
  }

  #next(): readonly LoggedNotification[] {
    const end = this.#replayEnd;
    if (end !== undefined && this.#cursor >= end) return [];
    const records = this.#parts.log.read(this.#cursor);
    return end === undefined ? records : records.filter(({ sequence }) => sequence <= end);
  }

  async #sendPart(records: readonly LoggedNotification[]): Promise<void> {
    const { startMs = -Infinity, stopMs = Infinity, filter } = this.#request;
    const inTime = records.filter(({ timeMs }) => timeMs >= startMs && timeMs <= stopMs);
    const chosen = filter === undefined ? inTime : await this.#matching(inTime, filter);
    if (this.#isOver) return;
    // Asked last: what the filter drops anyway is not withheld.
    const permitted = chosen.filter((each) => this.#subscriber.permits(each));
    if (permitted.length > 0) await this.#subscriber.send(permitted.map((each) => writeNotification(each)));
    this.#cursor = records.at(-1)?.sequence ?? this.#cursor;
  }

  async #matching(
    notifications: readonly EventNotification[],
    filter: Filter,
  ): Promise<readonly EventNotification[]> {
    if (notifications.length === 0) return [];
    const matches = await this.#parts.source.matches(notifications, filter);
    if (matches.ok) return notifications.filter((_, index) => matches.value[index]);
    this.#lose(`its filter cannot be evaluated: ${matches.error.map(({ message }) => message).join(' ')}`);
    return [];
  }

  get #stopReached(): boolean {
    const { stopMs } = this.#request;
    return stopMs !== undefined && this.#parts.clock.nowMs() >= stopMs;
  }

  async #complete(): Promise<void> {
    await this.#sendOwn(NOTIFICATION_COMPLETE);
    if (this.#isOver) return;
    this.end();
    this.#subscriber.completed();
  }

  async #sendOwn(xml: string): Promise<void> {
    await this.#subscriber.send([writeNotification({ timeMs: this.#parts.clock.nowMs(), xml })]);
  }

  #lose(reason: string): void {
    if (this.#isOver) return;
    this.end();
    this.#subscriber.lost(reason);
  }
}
