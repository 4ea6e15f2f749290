import { changesOf, plainPreparation, type Changes, type Handler, type Preparation } from './handler.js';

const MAX_COMMITS = '/bfd-agent-commit:commit-history/max-commits';
const DEFAULT_MAX_COMMITS = 100;

/** bfd-agent-commit: how many commits are remembered. */
export class CommitHistoryHandler implements Handler {
  readonly name = 'bfd-agent-commit';
  readonly claims = [MAX_COMMITS];
  readonly watches = [MAX_COMMITS];
  #maxCommits = DEFAULT_MAX_COMMITS;

  get maxCommits(): number {
    return this.#maxCommits;
  }

  prepare(changes: Changes): Preparation {
    const [change] = changesOf(changes, MAX_COMMITS);
    const wanted = change?.after?.value;
    return plainPreparation([], () => {
      this.#maxCommits = wanted === undefined ? DEFAULT_MAX_COMMITS : Number(wanted);
    });
  }

  *desired(): Iterable<never> {}
}
