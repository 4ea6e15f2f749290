import { join } from 'node:path';
import { err, ok, type Result } from '../../lib/result.js';
import {
  MAX_TOLD_EDIT,
  type CommitHistory,
  type CommitNote,
  type CommitRecord,
  type ConfigChange,
} from './commit-history.js';
import { CommitFiles, type StoredRecord } from './commit-files.io.js';
import type { StoredParts } from './config-store.js';
import type { JournalRecord } from './journal-record.js';
import { sha256 } from '../../lib/sha256.io.js';

const FOLDER = 'commits';
/** What all records together may take on disk. */
const MAX_TOTAL_BYTES = 64 * 1024 * 1024;

/** A commit, and where all of it is: in a file of the history, or still in the journal, and here. */
interface Remembered {
  readonly record: CommitRecord;
  readonly bytes: number;
  /** Of what the commit resulted in, where that was stored as a whole. */
  readonly digest?: string | undefined;
  readonly file?: number;
  readonly unfiled?: JournalRecord;
}

/** The commit history in the folder `commits`; what is in the journal goes there when the journal goes. */
export class CommitHistoryFolder implements CommitHistory {
  readonly #files: CommitFiles;
  #remembered: Remembered[] = [];
  /** Of all that is remembered. */
  #bytes = 0;

  private constructor(files: CommitFiles) {
    this.#files = files;
  }

  /**
   * Reads the history in a state folder, and files what is in the journal besides; what cannot be read is an
   * error.
   */
  static async open(
    stateFolder: string,
    journal: readonly JournalRecord[],
  ): Promise<Result<CommitHistoryFolder, string>> {
    const files = new CommitFiles(join(stateFolder, FOLDER));
    const loaded = await files.load();
    if (!loaded.ok) return loaded;
    const history = new CommitHistoryFolder(files);
    for (const { file, bytes, record } of loaded.value) {
      if (record.number < history.nextNumber) continue;
      history.#remember(remembered(record, bytes, { file, digest: record.digest }));
    }
    for (const record of journal) if (record.number >= history.nextNumber) history.add(record);
    const filed = await history.#file();
    return filed.ok ? ok(history) : filed;
  }

  /**
   * Makes the history fit to the configuration that the agent found: the newest commit is forgotten when
   * it was not carried out any more, and a configuration that no commit made is noted as such.
   *
   * @param running the configuration as the agent would store it
   * @param stored what running was made of, if it was
   */
  async reconcile(running: string, timeMs: number, stored?: StoredParts): Promise<Result<void, string>> {
    const journaled = stored?.records.at(-1)?.number;
    if (journaled !== undefined) {
      return this.#newestNumber > journaled ? this.#withdraw() : ok();
    }
    const digests = new Set([running, ...(stored ? [stored.xml] : [])].map((xml) => sha256(xml)));
    const [before, newest] = [this.#remembered.at(-2), this.#remembered.at(-1)];
    if (newest?.digest !== undefined && digests.has(newest.digest)) return ok();
    if (before?.digest !== undefined && digests.has(before.digest)) return this.#withdraw();
    return this.append({ kind: 'found', timeMs }, { edit: '', undo: '' }, running);
  }

  records(): readonly CommitRecord[] {
    return this.#remembered.map(({ record }) => record);
  }

  get nextNumber(): number {
    return this.#newestNumber + 1;
  }

  add(record: JournalRecord): void {
    const bytes = record.edit.length + record.undo.length;
    // What is short is told as it is: to copy it all but the undo would cost more than all else here.
    const isShort = record.edit.length <= MAX_TOLD_EDIT;
    this.#remember(
      isShort ? { record, bytes, unfiled: record } : remembered(record, bytes, { unfiled: record }),
    );
  }

  async append(note: CommitNote, change: ConfigChange, xml: string): Promise<Result<void, string>> {
    // Apart from those before it, so that it can be withdrawn.
    const filed = await this.#file();
    if (!filed.ok) return filed;
    this.add({ number: this.nextNumber, ...note, ...change });
    const appended = await this.#file(sha256(xml));
    if (!appended.ok) this.#forgetNewest();
    return appended;
  }

  async forgetBeyond(keep: number): Promise<void> {
    while (this.#remembered.length > 1) {
      const [oldest] = this.#remembered;
      if (oldest === undefined) return;
      if (this.#remembered.length <= keep && this.#bytes <= MAX_TOTAL_BYTES) return;
      this.#remembered.shift();
      this.#bytes -= oldest.bytes;
      const { file } = oldest;
      if (file !== undefined && this.#remembered[0]?.file !== file) await this.#files.forget(file);
    }
  }

  async willSave(xml: string): Promise<Result<void, string>> {
    const digest = sha256(xml);
    const newest = this.#remembered.at(-1);
    if (newest === undefined || newest.digest === digest) return ok();
    if (newest.file === undefined) return this.#file(digest);
    const noted = await this.#files.noteResult(newest.file, digest);
    if (noted.ok) this.#remembered[this.#remembered.length - 1] = { ...newest, digest };
    return noted;
  }

  async undoOf(number: number): Promise<Result<string, string>> {
    const found = this.#remembered.find(({ record }) => record.number === number);
    if (found?.unfiled !== undefined) return ok(found.unfiled.undo);
    if (found?.file === undefined) return err(`There is no commit ${number} in the history.`);
    const read = await this.#files.read(found.file, number);
    return read.ok ? ok(read.value.undo) : read;
  }

  #remember(one: Remembered): void {
    this.#remembered.push(one);
    this.#bytes += one.bytes;
  }

  #forgetNewest(): void {
    this.#bytes -= this.#remembered.pop()?.bytes ?? 0;
  }

  get #newestNumber(): number {
    return this.#remembered.at(-1)?.record.number ?? 0;
  }

  /**
   * Files what is in the journal alone.
   * @param digest of what the newest commit resulted in, when that is about to be stored as a whole
   */
  async #file(digest?: string): Promise<Result<void, string>> {
    const first = this.#remembered.findIndex(({ unfiled }) => unfiled !== undefined);
    if (first === -1) return ok();
    const file = this.#newestNumber;
    const records = this.#remembered
      .slice(first)
      .flatMap(({ unfiled }): StoredRecord[] => (unfiled === undefined ? [] : [unfiled]))
      .map((record) => (record.number === file && digest !== undefined ? { ...record, digest } : record));
    const added = await this.#files.add(file, records);
    if (!added.ok) return added;
    this.#remembered = this.#remembered.map((one) =>
      one.unfiled === undefined
        ? one
        : remembered(one.unfiled, one.bytes, {
            file,
            digest: one.record.number === file ? digest : undefined,
          }),
    );
    return ok();
  }

  /** The newest commit was not carried out. */
  async #withdraw(): Promise<Result<void, string>> {
    const file = this.#remembered.at(-1)?.file;
    if (file === undefined) return ok();
    const left = await this.#files.withdraw(file);
    if (!left.ok) return left;
    this.#forgetNewest();
    this.#remembered = this.#remembered.map((one) =>
      one.file === file ? { ...one, file: left.value } : one,
    );
    return ok();
  }
}

function remembered(
  { edit, undo: _undo, digest: _digest, ...note }: StoredRecord,
  bytes: number,
  place: Pick<Remembered, 'file' | 'digest' | 'unfiled'>,
): Remembered {
  return { record: edit.length <= MAX_TOLD_EDIT ? { ...note, edit } : note, bytes, ...place };
}
