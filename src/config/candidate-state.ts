import type { DataTree } from './yang/data-tree.js';
import type { Workspace } from './workspace.js';

/** What is to be remembered of the candidate besides its content, and how it is replaced as a whole. */
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

  /** It is as running is. */
  settle(): void {
    this.#touched = false;
    this.#lost = false;
  }

  /** Makes it as running is. */
  discard(workspace: Workspace): void {
    if (this.#touched) workspace.discardCandidate();
    this.settle();
  }

  /** Makes it what `config` is, which becomes empty. */
  replace(workspace: Workspace, config: DataTree): void {
    this.touch();
    workspace.touched.touchEverything();
    workspace.candidate.replaceWith(config);
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
