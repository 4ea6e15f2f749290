import type { Outcome } from '../../config/config-service.js';
import { inUse } from '../../config/errors/rpc-error.js';
import { err, ok } from '../../lib/result.js';
import type { EventStream } from './event-stream.js';
import { NotificationOutlet, type OutletTransport } from './notification-outlet.js';
import type { SubscriptionRequest } from './subscription.js';

/** The subscription of a session, which has one at most (RFC 5277 §2.1.1), and its way out. */
export class SessionSubscription {
  readonly outlet: NotificationOutlet;
  readonly #stream: EventStream;
  readonly #onLost: (reason: string) => void;
  #end: (() => void) | undefined;
  #isActive = false;

  /** @param onLost told why the session can be served no longer */
  constructor(stream: EventStream, transport: OutletTransport, onLost: (reason: string) => void) {
    this.#stream = stream;
    this.#onLost = onLost;
    this.outlet = new NotificationOutlet(transport);
  }

  /** `<create-subscription>`: errors as of RFC 5277 §2.1.1. */
  async create(stream: string, request: SubscriptionRequest): Promise<Outcome> {
    if (this.#isActive) {
      return err([inUse('This session has a subscription already; it may have one at a time.')]);
    }
    this.#isActive = true;
    const begun = await this.#stream.subscribe(stream, request, {
      send: (messages) => this.outlet.send(messages),
      completed: () => {
        this.#isActive = false;
      },
      lost: (reason) => {
        this.#isActive = false;
        this.#onLost(reason);
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
