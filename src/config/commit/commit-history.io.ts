import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { err, ok, type Result } from '../../lib/result.js';
import {
  MAX_TOLD_EDIT,
  type CommitHistory,
  type CommitNote,
  type CommitRecord,
  type CommitResult,
  type ConfigChange,
} from './commit-history.js';
import { removeDurably, writeDurably } from '../../lib/durable-file.io.js';

const FOLDER = 'commits';
/** What all records together may take on disk. */
const MAX_TOTAL_BYTES = 64 * 1024 * 1024;

/** The content of a record's file. */
interface StoredRecord extends CommitNote, ConfigChange {
  readonly number: number;
  /** Of what the commit resulted in, as the store has it (see ConfigStore): tells whether it was carried out. */
  readonly digest: string;
}

interface Remembered {
  readonly record: CommitRecord;
  readonly digest: string;
  readonly bytes: number;
}

/** The commit history as a folder with a file for each commit, `commits/NUMBER.json` (0600). */
export class CommitHistoryFolder implements CommitHistory {
  readonly #folder: string;
  #remembered: Remembered[] = [];

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** Reads the history in a state folder; what cannot be read is an error, and nothing is changed. */
  static async open(stateFolder: string): Promise<Result<CommitHistoryFolder, string>> {
    const history = new CommitHistoryFolder(join(stateFolder, FOLDER));
    try {
      await history.#load();
      return ok(history);
    } catch (error) {
      return err(`The history of commits in ${history.#folder} cannot be read: ${reason(error)}.`);
    }
  }

  /**
   * Makes the history fit to the configuration that the agent found: the newest commit is forgotten when
   * it was not carried out any more, and a configuration that no commit made is noted as such.
   *
   * @param stored the digest of the store, when it holds that configuration
   */
  async reconcile(running: string, timeMs: number, stored?: string): Promise<Result<void, string>> {
    const digests = new Set([digestOf(running), stored]);
    const newest = this.#remembered.at(-1);
    if (newest !== undefined && digests.has(newest.digest)) return ok();
    const before = this.#remembered.at(-2);
    if (newest !== undefined && before !== undefined && digests.has(before.digest)) {
      await this.withdraw(newest.record.number);
      return ok();
    }
    const note = { kind: 'found', timeMs } as const;
    const found = await this.append(note, { edit: '', undo: '' }, { xml: running }, Infinity);
    return found.ok ? ok() : found;
  }

  records(): readonly CommitRecord[] {
    return this.#remembered.map(({ record }) => record);
  }

  async append(
    note: CommitNote,
    change: ConfigChange,
    result: CommitResult,
    keep: number,
  ): Promise<Result<CommitRecord, string>> {
    const number = (this.#remembered.at(-1)?.record.number ?? 0) + 1;
    const stored: StoredRecord = {
      number,
      ...note,
      ...change,
      digest: 'digest' in result ? result.digest : digestOf(result.xml),
    };
    const text = `${JSON.stringify(stored)}\n`;
    try {
      await writeDurably(this.#path(number), text);
    } catch (error) {
      return err(`The commit could not be noted in ${this.#folder}: ${reason(error)}.`);
    }
    const remembered = remember(stored, Buffer.byteLength(text));
    this.#remembered.push(remembered);
    await this.#forgetOldest(keep);
    return ok(remembered.record);
  }

  async withdraw(number: number): Promise<void> {
    if (this.#remembered.at(-1)?.record.number !== number) return;
    this.#remembered.pop();
    // A file that stays is found out at the next start, or overwritten by the next commit.
    await removeDurably(this.#path(number)).catch(() => undefined);
  }

  async willSave(xml: string): Promise<Result<void, string>> {
    const newest = this.#remembered.at(-1);
    const digest = digestOf(xml);
    if (newest === undefined || newest.digest === digest) return ok();
    const path = this.#path(newest.record.number);
    try {
      const text = `${JSON.stringify({ ...readRecord(await readFile(path, 'utf8')), digest })}\n`;
      await writeDurably(path, text);
      this.#remembered[this.#remembered.length - 1] = { ...newest, digest, bytes: Buffer.byteLength(text) };
      return ok();
    } catch (error) {
      return err(`The commit ${newest.record.number} could not be noted anew: ${reason(error)}.`);
    }
  }

  async undoOf(number: number): Promise<Result<string, string>> {
    try {
      return ok(readRecord(await readFile(this.#path(number), 'utf8')).undo);
    } catch (error) {
      return err(`The commit ${number} cannot be read: ${reason(error)}.`);
    }
  }

  async #load(): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const numbers = (await readdir(this.#folder))
      .flatMap((name) => /^(\d+)\.json$/u.exec(name)?.[1] ?? [])
      .map(Number)
      .toSorted((left, right) => left - right);
    for (const number of numbers) {
      const text = await readFile(this.#path(number), 'utf8');
      this.#remembered.push(remember(readRecord(text), Buffer.byteLength(text)));
    }
  }

  async #forgetOldest(keep: number): Promise<void> {
    let bytes = this.#remembered.reduce((sum, remembered) => sum + remembered.bytes, 0);
    while (this.#remembered.length > 1) {
      const [oldest] = this.#remembered;
      if (oldest === undefined || (this.#remembered.length <= keep && bytes <= MAX_TOTAL_BYTES)) return;
      this.#remembered.shift();
      bytes -= oldest.bytes;
      // One that stays is read again at the next start, and goes with the commit after it.
      await rm(this.#path(oldest.record.number), { force: true }).catch(() => undefined);
    }
  }

  #path(number: number): string {
    return join(this.#folder, `${number}.json`);
  }
}

function remember(stored: StoredRecord, bytes: number): Remembered {
  const { digest, undo: _undo, edit, ...rest } = stored;
  const record = edit.length <= MAX_TOLD_EDIT ? { ...rest, edit } : rest;
  return { record, digest, bytes };
}

function readRecord(text: string): StoredRecord {
  const parsed: unknown = JSON.parse(text);
  if (!isRecord(parsed)) throw new Error('a file in it is no record of a commit');
  return parsed;
}

/** The agent alone writes these files, whole or not at all. */
function isRecord(value: unknown): value is StoredRecord {
  return (
    typeof value === 'object' &&
    value !== null &&
    'number' in value &&
    typeof value.number === 'number' &&
    'edit' in value &&
    typeof value.edit === 'string' &&
    'undo' in value &&
    typeof value.undo === 'string' &&
    'digest' in value &&
    typeof value.digest === 'string'
  );
}

function digestOf(configuration: string): string {
  return createHash('sha256').update(configuration).digest('hex');
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
