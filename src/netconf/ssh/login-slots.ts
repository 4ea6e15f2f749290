/**
 * The connections that have not logged in yet, at most `limit` of them. When one more comes, the
 * oldest has to go: a real client logs in within a second, so that is most likely one of those that
 * are only there to take a place.
 */
export class LoginSlots<T> {
  private readonly limit: number;
  private readonly waiting = new Set<T>();

  constructor(limit: number) {
    this.limit = limit;
  }

  get size(): number {
    return this.waiting.size;
  }

  [Symbol.iterator](): Iterator<T> {
    return this.waiting.values();
  }

  /** Takes in `connection`; the one that has to go for it, if any. */
  add(connection: T): T | undefined {
    const [oldest] = this.waiting.size >= this.limit ? this.waiting : [];
    if (oldest !== undefined) this.waiting.delete(oldest);
    this.waiting.add(connection);
    return oldest;
  }

  /** `connection` has logged in or is gone. */
  delete(connection: T): void {
    this.waiting.delete(connection);
  }
}
