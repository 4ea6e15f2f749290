/**
 * The connections that have not logged in yet, at most `limit` of them. When one more comes, the
 * oldest has to go: a real client logs in within a second, so that is most likely one of those that
 * are only there to take a place.
 */
export class LoginSlots<T> {
  private readonly limit: () => number;
  private readonly waiting = new Set<T>();

  /** `limit` is asked for each connection that comes. */
  constructor(limit: () => number) {
    this.limit = limit;
  }

  get size(): number {
    return this.waiting.size;
  }

  [Symbol.iterator](): Iterator<T> {
    return this.waiting.values();
  }

  /** Takes in `connection`; those that have to go for it, more than one when the limit has become lower. */
  add(connection: T): readonly T[] {
    const excess = this.waiting.size + 1 - this.limit();
    const oldest = [...this.waiting].slice(0, Math.max(excess, 0));
    for (const one of oldest) this.waiting.delete(one);
    this.waiting.add(connection);
    return oldest;
  }

  /** `connection` has logged in or is gone. */
  delete(connection: T): void {
    this.waiting.delete(connection);
  }
}
