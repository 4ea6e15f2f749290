import type { Outcome } from '../../config/config-service.js';
import { badElement, invalidValue, missingElement } from '../../config/errors/rpc-error.js';
import type { EventStreamInfo, NotificationSource } from '../../config/notification-source.js';
import { err, ok } from '../../lib/result.js';
import type { Clock } from './clock.js';
import type { NotificationLog } from './notification-log.js';
import { Subscription, type Subscriber, type SubscriptionRequest } from './subscription.js';

/** The stream that every server has (RFC 5277 §3.2.3). */
export const NETCONF_STREAM = 'NETCONF';

const DESCRIPTION = 'All notifications: configuration, sessions of NETCONF and of BFD';

/** What the event stream works with. */
export interface EventStreamParts {
  readonly source: NotificationSource;
  readonly log: NotificationLog;
  readonly clock: Clock;
}

/** The one event stream there is: it logs every notification, and knows who has subscribed. */
export class EventStream {
  readonly #parts: EventStreamParts;
  readonly #subscriptions = new Set<Subscription>();
  readonly #stop: () => void;

  constructor(parts: EventStreamParts) {
    this.#parts = parts;
    this.#stop = parts.source.onNotification((notification) => {
      parts.log.append(notification);
      for (const subscription of this.#subscriptions) subscription.wake();
    });
  }

  /** The list of streams, as it is now. */
  streams(): readonly EventStreamInfo[] {
    const { creationMs, agedMs } = this.#parts.log;
    const times = { replayLogCreationMs: creationMs, replayLogAgedMs: agedMs };
    return [{ name: NETCONF_STREAM, description: DESCRIPTION, ...times }];
  }

  /**
   * Subscribes to the stream of that name (RFC 5277 §2.1.1). The answer ends the subscription, which may
   * have ended by itself before.
   */
  async subscribe(
    stream: string,
    request: SubscriptionRequest,
    subscriber: Subscriber,
  ): Promise<Outcome<() => void>> {
    if (stream !== NETCONF_STREAM) {
      const message = `There is no event stream "${stream}"; there is "${NETCONF_STREAM}".`;
      return err([invalidValue(message)]);
    }
    const timing = this.#checkTimes(request);
    if (!timing.ok) return timing;
    if (request.filter !== undefined) {
      const checked = await this.#parts.source.checkFilter(request.filter);
      if (!checked.ok) return checked;
    }
    return ok(this.#begin(request, subscriber));
  }

  /** Hears and logs nothing more. */
  close(): void {
    this.#stop();
    for (const subscription of this.#subscriptions) subscription.end();
    this.#subscriptions.clear();
  }

  #checkTimes({ startMs, stopMs }: SubscriptionRequest): Outcome {
    if (startMs === undefined) {
      if (stopMs === undefined) return ok();
      return err([missingElement('startTime', '<stopTime> must be given together with <startTime>.')]);
    }
    if (startMs > this.#parts.clock.nowMs()) {
      return err([badElement('startTime', 'Replay cannot start at a time in the future.')]);
    }
    if (stopMs === undefined || stopMs >= startMs) return ok();
    return err([badElement('stopTime', '<stopTime> must not be earlier than <startTime>.')]);
  }

  #begin(request: SubscriptionRequest, subscriber: Subscriber): () => void {
    const forget = (): void => void this.#subscriptions.delete(subscription);
    const subscription: Subscription = new Subscription(this.#parts, request, {
      permits: (notification) => subscriber.permits(notification),
      send: (messages) => subscriber.send(messages),
      completed: () => {
        forget();
        subscriber.completed();
      },
      lost: (reason) => {
        forget();
        subscriber.lost(reason);
      },
    });
    this.#subscriptions.add(subscription);
    return () => {
      subscription.end();
      forget();
    };
  }
}
