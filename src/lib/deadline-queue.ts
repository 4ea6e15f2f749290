/** An entry of the heap. It is out of date when another has been made for its key since. */
interface Entry<Key> {
  readonly key: Key;
  readonly at: number;
}

/**
 * A deadline for each of many keys, and the next of all of them. Setting, clearing and taking one cost the
 * logarithm of how many there are. Entries that were replaced stay in the heap until they come up or are
 * half of it.
 */
export class DeadlineQueue<Key> {
  readonly #current = new Map<Key, Entry<Key>>();
  #heap: Entry<Key>[] = [];

  /** How many keys have a deadline. */
  get size(): number {
    return this.#current.size;
  }

  /** The earliest deadline; Infinity when there is none. */
  next(): number {
    this.#dropOutdated();
    return this.#heap[0]?.at ?? Infinity;
  }

  /** Sets the deadline of a key, or sets it anew. */
  set(key: Key, at: number): void {
    const entry = { key, at };
    this.#current.set(key, entry);
    if (this.#heap.length > 2 * this.#current.size + 64) {
      this.#heap = [...this.#current.values()].toSorted((left, right) => left.at - right.at);
    } else {
      this.#heap.push(entry);
      this.#siftUp(this.#heap.length - 1);
    }
  }

  /** The key has no deadline any more. */
  clear(key: Key): void {
    this.#current.delete(key);
  }

  /** A key whose deadline is `now` or earlier, the earliest first; its deadline is cleared. */
  take(now: number): Key | null {
    this.#dropOutdated();
    const [first] = this.#heap;
    if (first === undefined || first.at > now) {
      return null;
    }
    this.#pop();
    this.#current.delete(first.key);
    return first.key;
  }

  #dropOutdated(): void {
    for (let [first] = this.#heap; first !== undefined; [first] = this.#heap) {
      if (this.#current.get(first.key) === first) {
        return;
      }
      this.#pop();
    }
  }

  #pop(): void {
    const last = this.#heap.pop();
    if (last !== undefined && this.#heap.length > 0) {
      this.#heap[0] = last;
      this.#siftDown(0);
    }
  }

  #siftUp(from: number): void {
    for (let index = from; index > 0;) {
      const parent = (index - 1) >> 1;
      if (this.#at(parent) <= this.#at(index)) {
        return;
      }
      this.#swap(parent, index);
      index = parent;
    }
  }

  #siftDown(from: number): void {
    for (let index = from; ;) {
      const left = 2 * index + 1;
      const smaller = this.#at(left + 1) < this.#at(left) ? left + 1 : left;
      if (this.#at(smaller) >= this.#at(index)) {
        return;
      }
      this.#swap(smaller, index);
      index = smaller;
    }
  }

  #at(index: number): number {
    return this.#heap[index]?.at ?? Infinity;
  }

  #swap(left: number, right: number): void {
    const [one, other] = [this.#heap[left], this.#heap[right]];
    if (one !== undefined && other !== undefined) {
      this.#heap[left] = other;
      this.#heap[right] = one;
    }
  }
}
