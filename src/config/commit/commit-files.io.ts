import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { removeDurably, writeDurably } from '../../lib/durable-file.io.js';
import { err, ok, type Result } from '../../lib/result.js';
import type { JournalRecord } from './journal-record.js';
import { reasonOf } from '../../lib/reason-of.js';

/** A record in a file. */
export interface StoredRecord extends JournalRecord {
  /** SHA-256 of what the commit resulted in, where that was stored as a whole. */
  readonly digest?: string;
}

/** A record, and the file that it was found in. */
export interface FiledRecord {
  readonly file: number;
  readonly bytes: number;
  readonly record: StoredRecord;
}

/**
 * The files of the commit history: `NUMBER.json` (0600) has commits that were filed together, a line of JSON
 * each, and its name from the last of them. Errors are sentences for the operator.
 */
export class CommitFiles {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** All records, oldest first; the folder is made where it is missing. */
  async load(): Promise<Result<readonly FiledRecord[], string>> {
    try {
      await mkdir(this.#folder, { recursive: true, mode: 0o700 });
      const files = (await readdir(this.#folder))
        .flatMap((name) => /^(\d+)\.json$/u.exec(name)?.[1] ?? [])
        .map(Number)
        .toSorted((left, right) => left - right);
      const records = [];
      for (const file of files) records.push(...(await this.#read(file)));
      return ok(records);
    } catch (error) {
      return err(`The history of commits in ${this.#folder} cannot be read: ${reasonOf(error)}.`);
    }
  }

  /** Writes a file durably. */
  async add(file: number, records: readonly StoredRecord[]): Promise<Result<void, string>> {
    try {
      await writeDurably(this.#path(file), records.map((record) => `${JSON.stringify(record)}\n`).join(''));
      return ok();
    } catch (error) {
      return err(`The commit ${file} could not be noted in ${this.#folder}: ${reasonOf(error)}.`);
    }
  }

  /** Notes the digest of what the last commit of a file resulted in. */
  async noteResult(file: number, digest: string): Promise<Result<void, string>> {
    try {
      const records = (await this.#read(file)).map(({ record }) => record);
      return await this.add(
        file,
        records.map((record) => (record.number === file ? { ...record, digest } : record)),
      );
    } catch (error) {
      return err(`The commit ${file} could not be noted anew: ${reasonOf(error)}.`);
    }
  }

  /** Takes the last commit out of a file; answers the file that has the others. */
  async withdraw(file: number): Promise<Result<number, string>> {
    try {
      const others = (await this.#read(file)).map(({ record }) => record).slice(0, -1);
      const left = others.at(-1)?.number ?? 0;
      const written = others.length === 0 ? ok() : await this.add(left, others);
      if (!written.ok) return written;
      await removeDurably(this.#path(file));
      return ok(left);
    } catch (error) {
      return err(`The commit ${file} could not be taken out of ${this.#folder}: ${reasonOf(error)}.`);
    }
  }

  /** Reads a record. */
  async read(file: number, number: number): Promise<Result<StoredRecord, string>> {
    try {
      const found = (await this.#read(file)).find(({ record }) => record.number === number);
      if (found === undefined) throw new Error(`it is not in ${this.#path(file)}`);
      return ok(found.record);
    } catch (error) {
      return err(`The commit ${number} cannot be read: ${reasonOf(error)}.`);
    }
  }

  /** Removes a file. One that stays is found out at the next start, or forgotten again with the next commit. */
  async forget(file: number): Promise<void> {
    await removeDurably(this.#path(file)).catch(() => undefined);
  }

  async #read(file: number): Promise<FiledRecord[]> {
    const lines = (await readFile(this.#path(file), 'utf8')).split('\n');
    return lines
      .filter((line) => line !== '')
      .map((line) => ({ file, bytes: Buffer.byteLength(line), record: parseRecord(line) }));
  }

  #path(file: number): string {
    return join(this.#folder, `${file}.json`);
  }
}

function parseRecord(line: string): StoredRecord {
  const parsed: unknown = JSON.parse(line);
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
    typeof value.undo === 'string'
  );
}
