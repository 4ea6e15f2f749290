import type { Result } from '../../lib/result.js';

/** How a change of running came about. */
export type CommitKind = 'commit' | 'confirmed-commit' | 'revert' | 'found';

/** What is known of a commit besides what it changed. */
export interface CommitNote {
  readonly kind: CommitKind;
  readonly timeMs: number;
  readonly user?: string;
  /** Address of the client. */
  readonly sourceHost?: string;
  readonly sessionId?: number;
  readonly comment?: string;
  readonly label?: string;
}

/** A change of running, forwards and backwards, as content of an edit-config's `<config>`. */
export interface ConfigChange {
  readonly edit: string;
  readonly undo: string;
}

/** A configuration, or the digest that the store gives it (see ConfigStore). */
export type CommitResult = { readonly xml: string } | { readonly digest: string };

/** A commit that is remembered. */
export interface CommitRecord extends CommitNote {
  readonly number: number;
  /** Its edit, where it is short. */
  readonly edit?: string;
}

/** Edits up to this many characters are told with the record. */
export const MAX_TOLD_EDIT = 16_384;

/** The commits that are remembered, across restarts. Errors are sentences for the operator. */
export interface CommitHistory {
  /** The records, oldest first. */
  records(): readonly CommitRecord[];
  /**
   * Remembers a commit durably before it is carried out, and forgets the oldest beyond `keep`.
   * @param result what the commit results in
   */
  append(
    note: CommitNote,
    change: ConfigChange,
    result: CommitResult,
    keep: number,
  ): Promise<Result<CommitRecord, string>>;
  /** The newest commit, of this number, was not carried out. */
  withdraw(number: number): Promise<void>;
  /** What the newest commit resulted in is about to be saved as a whole. */
  willSave(xml: string): Promise<Result<void, string>>;
  /** What undoes a commit. */
  undoOf(number: number): Promise<Result<string, string>>;
}
