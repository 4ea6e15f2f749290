import type { Result } from '../../lib/result.js';
import type { JournalRecord } from './journal-record.js';

/** How a change of running came about. */
export type CommitKind = 'commit' | 'confirmed-commit' | 'revert' | 'found';

/** A session that changed the candidate. */
export interface CommitEditor {
  readonly sessionId: number;
  readonly user: string;
  /** Address of the client. */
  readonly sourceHost?: string;
}

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
  /** The other sessions whose changes of the candidate it took along. */
  readonly editors?: readonly CommitEditor[];
}

/** A change of running, forwards and backwards, as content of an edit-config's `<config>`. */
export interface ConfigChange {
  readonly edit: string;
  readonly undo: string;
}

/** A commit that is remembered. */
export interface CommitRecord extends CommitNote {
  readonly number: number;
  /** Its edit, where it is short. */
  readonly edit?: string;
}

/** Edits up to this many characters are told with the record. */
export const MAX_TOLD_EDIT = 16_384;

/**
 * The commits that are remembered, across restarts. Those since running was stored as a whole are on disk in
 * the store's journal alone: to remember a commit costs nothing besides storing it. Errors are sentences for
 * the operator.
 */
export interface CommitHistory {
  /** The records, oldest first. */
  records(): readonly CommitRecord[];
  /** The number of the next commit. */
  readonly nextNumber: number;
  /** Remembers a commit that the store has in its journal. */
  add(record: JournalRecord): void;
  /** Remembers a commit durably whose result, `xml`, is about to be stored as a whole. */
  append(note: CommitNote, change: ConfigChange, xml: string): Promise<Result<void, string>>;
  /**
   * Forgets the oldest beyond `keep`. Only after the newest was carried out: until then it may be withdrawn,
   * and the one before tells what is running.
   */
  forgetBeyond(keep: number): Promise<void>;
  /** What the newest commit resulted in is about to be stored as a whole: the journal will be gone. */
  willSave(xml: string): Promise<Result<void, string>>;
  /** What undoes a commit. */
  undoOf(number: number): Promise<Result<string, string>>;
}
