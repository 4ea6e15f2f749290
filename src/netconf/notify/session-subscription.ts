import type { Outcome } from '../../config/config-service.js';
import { inUse } from '../../config/errors/rpc-error.js';
import type { EventNotification } from '../../config/notification-source.js';
import { err, ok } from '../../lib/result.js';
import type { EventStream } from './event-stream.js';
import { NotificationOutlet, type OutletTransport } from './notification-outlet.js';
import type { SubscriptionRequest } from './subscription.js';

/** What a subscription asks and tells of its session. */
export interface SubscribedSession {
  /** Whether the user of the session may receive a notification now. */
  permits(notification: EventNotification): boolean;
  /** The session can be served no longer, and why. */
  lost(reason: string): void;
}

/** The subscription of a session, which has one at most (RFC 5277 §2.1.1), and its way out. */
export class SessionSubscription {
  readonly outlet: NotificationOutlet;
  readonly #stream: EventStream;
  readonly #session: SubscribedSession;
  #end: (() => void) | undefined;
  #isActive = false;

  constructor(stream: EventStream, transport: OutletTransport, session: SubscribedSession) {
    this.#stream = stream;
    this.#session = session;
    this.outlet = new NotificationOutlet(transport);
  }

  /** Notifications may come at any time, so that the session may say nothing for as long as it likes. */
  get isActive(): boolean {
    return this.#isActive;
  }

  /** `<create-subscription>`: errors as of RFC 5277 §2.1.1. */
  async create(stream: string, request: SubscriptionRequest): Promise<Outcome> {
    if (this.#isActive) {
      return err([inUse('This session has a subscription already; it may have one at a time.')]);
    }
    this.#isActive = true;
    const begun = await this.#stream.subscribe(stream, request, {
      permits: (notification) => this.#session.permits(notification),
      send: (messages) => this.outlet.send(messages),
      completed: () => {
        this.#isActive = false;
      },
      lost: (reason) => {
        this.#isActive = false;
        this.#session.lost(reason);
      },
    });
    if (!begun.ok) {
      this.#isActive = false;
      return begun;
    }
    this.#end = begun.value;
    return ok();
  }

  /** The session is over. */
  end(): void {
    this.outlet.close();
    this.#end?.();
  }
}
