/**
 * Work on many things, a bounded number in a turn of the event loop and in their order: to write of a thousand
 * falls takes longer than the packets of those that have not fallen may be kept waiting.
 */
export class Backlog<Item> {
  readonly #perTurn: number;
  readonly #defer: (work: () => void) => void;
  readonly #work: (items: readonly Item[]) => void;
  #waiting: Item[] = [];
  #scheduled = false;

  /**
   * @param defer runs the function after everything else that is due: packets, above all
   * @param work is given what it is to do next: not more than `perTurn`, and not nothing
   */
  constructor(perTurn: number, defer: (work: () => void) => void, work: (items: readonly Item[]) => void) {
    this.#perTurn = perTurn;
    this.#defer = defer;
    this.#work = work;
  }

  /** What waits. */
  get length(): number {
    return this.#waiting.length;
  }

  add(item: Item): void {
    this.#waiting.push(item);
    this.#schedule();
  }

  /** Does now all that waits. */
  flush(): void {
    while (this.#waiting.length > 0) {
      this.#next();
    }
  }

  /** Forgets what waits. */
  drop(): void {
    this.#waiting = [];
  }

  #schedule(): void {
    if (this.#scheduled || this.#waiting.length === 0) return;
    this.#scheduled = true;
    this.#defer(() => {
      this.#scheduled = false;
      this.#next();
      this.#schedule();
    });
  }

  /** Nothing may wait any more, when it was flushed or dropped meanwhile. */
  #next(): void {
    if (this.#waiting.length > 0) this.#work(this.#waiting.splice(0, this.#perTurn));
  }
}
