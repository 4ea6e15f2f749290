import type { Requester } from './config-service.js';
import type { DataTree } from './yang/data-tree.js';
import type { Workspace } from './workspace.js';

/** Editors beyond this number are not remembered: nobody may ever commit or discard what they change. */
const EDITORS_MOST = 128;

/** What is to be remembered of the candidate besides its content, and how it is replaced as a whole. */
export class CandidateState {
  #touched = false;
  #lost = false;
  readonly #editors = new Map<number, Requester>();

  /** It may differ from running. */
  get touched(): boolean {
    return this.#touched;
  }

  /** It is about to be changed. */
  touch(): void {
    this.#touched = true;
  }

  /** A session has changed it. */
  changedBy(editor: Requester): void {
    if (this.#editors.size < EDITORS_MOST) this.#editors.set(editor.sessionId, editor);
  }

  /** The sessions that have changed it since it was as running is, without `sessionId`. */
  editorsBesides(sessionId: number): readonly Requester[] {
    return [...this.#editors.values()].filter((editor) => editor.sessionId !== sessionId);
  }

  /** It is as running is. */
  settle(): void {
    this.#editors.clear();
    this.#touched = false;
    this.#lost = false;
  }

  /** Makes it as running is. */
  discard(workspace: Workspace): void {
    if (this.#touched) workspace.discardCandidate();
    this.settle();
  }

  /** Makes it what `config` is, which becomes empty. */
  replace(workspace: Workspace, config: DataTree, editor: Requester): void {
    this.touch();
    this.changedBy(editor);
    workspace.touched.touchEverything();
    workspace.candidate.replaceWith(config);
    this.#lost = false;
  }

  /** libyang has crashed: it is as running is, and changes that it had are gone. */
  crashed(): void {
    this.#lost ||= this.#touched;
    this.#touched = false;
    this.#editors.clear();
  }

  /** Whether changes are gone that nobody was told of; asked once. */
  takeLoss(): boolean {
    const lost = this.#lost;
    this.#lost = false;
    return lost;
  }
}
