/** What an outlet writes to. */
export interface OutletTransport {
  write(messages: readonly string[]): void;
  /** Resolves when the peer has taken enough of what was written, and others have had their turn. */
  taken(): Promise<void>;
}

/**
 * Where the notifications of a session go out. While a request is being worked on they wait, so that none
 * comes before the reply of the request that caused it; then they go out before the next request is looked
 * at, so that a busy client gets them too. What waits is one part of one subscription.
 */
export class NotificationOutlet {
  readonly #transport: OutletTransport;
  #isHeld = false;
  #isClosed = false;
  #waiting: (() => void) | undefined;

  constructor(transport: OutletTransport) {
    this.#transport = transport;
  }

  /** A request is being worked on. */
  hold(): void {
    this.#isHeld = true;
  }

  /** Its reply is written. */
  release(): void {
    this.#isHeld = false;
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.();
  }

  /** Sends messages; resolves when more can be taken, or the session is over. One call at a time. */
  async send(messages: readonly string[]): Promise<void> {
    if (this.#isHeld) await this.#sendOnRelease(messages);
    else this.#write(messages);
    if (!this.#isClosed) await this.#transport.taken();
  }

  /** The session is over: nothing more goes out. */
  close(): void {
    this.#isClosed = true;
    this.release();
  }

  #sendOnRelease(messages: readonly string[]): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting = () => {
        this.#write(messages);
        resolve();
      };
    });
  }

  #write(messages: readonly string[]): void {
    if (!this.#isClosed) this.#transport.write(messages);
  }
}
