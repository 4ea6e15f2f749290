/** Who depends on what, by name: to find those that a change concerns without looking at all. */
export class Dependents<T> {
  readonly #byName = new Map<string, Set<T>>();

  /** Nothing happens where there is no name. */
  add(name: string | null | undefined, dependent: T): void {
    if (name === null || name === undefined) return;
    const known = this.#byName.get(name);
    if (known === undefined) this.#byName.set(name, new Set([dependent]));
    else known.add(dependent);
  }

  /** Nothing happens where there is no name, or no such dependent. */
  remove(name: string | null | undefined, dependent: T): void {
    if (name === null || name === undefined) return;
    const known = this.#byName.get(name);
    known?.delete(dependent);
    if (known?.size === 0) this.#byName.delete(name);
  }

  /** All that depend on one of these names. */
  *of(names: Iterable<string>): Iterable<T> {
    for (const name of names) yield* this.#byName.get(name) ?? [];
  }
}
