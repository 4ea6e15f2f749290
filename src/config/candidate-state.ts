/** What is to be remembered of the candidate besides its content. */
export class CandidateState {
  #touched = false;
  #lost = false;

  /** It may differ from running. */
  get touched(): boolean {
    return this.#touched;
  }

  /** It is about to be changed. */
  touch(): void {
    this.#touched = true;
  }

  /** It is as somebody wants it to be as a whole: equal to running, or replaced. */
  settle(equalsRunning: boolean): void {
    this.#touched = !equalsRunning;
    this.#lost = false;
  }

  /** libyang has crashed: it is as running is, and changes that it had are gone. */
  crashed(): void {
    this.#lost ||= this.#touched;
    this.#touched = false;
  }

  /** Whether changes are gone that nobody was told of; asked once. */
  takeLoss(): boolean {
    const lost = this.#lost;
    this.#lost = false;
    return lost;
  }
}
