import { createHash } from 'node:crypto';
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { err, ok, type Result } from '../../lib/result.js';
import { wrapStored, type ConfigStore, type StoredConfig } from './config-store.js';
import { readJournal, writeHeading, writeRecord, type JournalRecord } from './journal-record.js';
import { RunningStore } from './running-store.io.js';

const JOURNAL = 'running.journal';
/** A journal of fewer bytes is not worth another snapshot. */
const SMALL_BYTES = 262_144;

/** The present journal: how far it goes, and what `revert` takes back. */
interface OpenJournal {
  readonly bytes: number;
  readonly before: number;
}

/**
 * The running configuration as a snapshot, `running.xml` (see RunningStore), and a journal of the commits
 * since, `running.journal` (0600). A commit is appended and synced: one record, whose digest tells whether
 * it is whole. The journal names the snapshot that it continues by the digest of it; one that continues
 * another snapshot is void, so that a new snapshot, and one that the operator put there, need no other step.
 */
export class JournaledStore implements ConfigStore {
  readonly #folder: string;
  readonly #snapshots: RunningStore;
  #snapshot: { readonly digest: string; readonly bytes: number } | undefined;
  #journal: OpenJournal | undefined;
  #appendedLast = false;

  /** `folder` exists (see state-folder.io.ts). */
  constructor(folder: string) {
    this.#folder = folder;
    this.#snapshots = new RunningStore(folder);
  }

  async load(): Promise<Result<StoredConfig, string>> {
    const stored = await this.#snapshots.load();
    if (!stored.ok || stored.value.type === 'empty') return stored;
    this.#remember(stored.value.xml);
    const text = await this.#readJournal();
    if (!text.ok) return text;
    const found = readJournal(text.value, this.#snapshot?.digest ?? '', digestOf);
    if (found === undefined) return stored;
    const bytes = Buffer.byteLength(text.value.slice(0, found.end));
    this.#journal = { bytes, before: bytes };
    return ok({ ...stored.value, patches: found.records.map(({ patch }) => patch) });
  }

  async save(xml: string): Promise<Result<void, string>> {
    const saved = await this.#snapshots.save(xml);
    if (!saved.ok) return saved;
    this.#remember(xml);
    this.#appendedLast = false;
    return saved;
  }

  async append(record: JournalRecord): Promise<Result<void, string>> {
    const bytes = this.#journal?.bytes ?? 0;
    const heading = bytes === 0 ? writeHeading(this.#snapshot?.digest ?? '') : '';
    const text = `${heading}${writeRecord(record, digestOf)}`;
    try {
      await this.#write(text, bytes);
      this.#journal = { bytes: bytes + Buffer.byteLength(text), before: bytes };
      this.#appendedLast = true;
      return ok();
    } catch (error) {
      const message = `The configuration could not be stored in ${this.#folder}: ${reason(error)}.`;
      // What was written of it must not count at the next start.
      const undone = await this.#cut(bytes);
      return err(undone.ok ? message : `${message} ${undone.error}`);
    }
  }

  async revert(): Promise<Result<void, string>> {
    if (!this.#appendedLast) {
      const reverted = await this.#snapshots.revert();
      // The journal of the earlier snapshot counts again.
      return reverted.ok ? this.#reload() : reverted;
    }
    return this.#cut(this.#journal?.before ?? 0);
  }

  shouldCompact(): boolean {
    return (this.#journal?.bytes ?? 0) > Math.max(SMALL_BYTES, this.#snapshot?.bytes ?? 0);
  }

  advice(problem: string): string {
    return this.#snapshots.advice(problem);
  }

  /** Takes the records behind a position back. */
  async #cut(position: number): Promise<Result<void, string>> {
    try {
      await this.#write('', position);
      this.#journal = position === 0 ? undefined : { bytes: position, before: position };
      return ok();
    } catch (error) {
      return err(`The earlier configuration could not be put back in ${this.#folder}: ${reason(error)}.`);
    }
  }

  async #reload(): Promise<Result<void, string>> {
    const loaded = await this.load();
    return loaded.ok ? ok() : loaded;
  }

  #remember(xml: string): void {
    this.#snapshot = { digest: digestOf(wrapStored(xml)), bytes: Buffer.byteLength(xml) };
    this.#journal = undefined;
  }

  /** Cuts the journal at `position` and goes on with `text` there, durably. */
  async #write(text: string, position: number): Promise<void> {
    const isNew = position === 0;
    const path = join(this.#folder, JOURNAL);
    const file = await open(path, isNew ? 'w' : 'r+', 0o600);
    try {
      await file.truncate(position);
      await file.write(text, position);
      await file.datasync();
    } finally {
      await file.close();
    }
    if (isNew) await this.#syncFolder();
  }

  async #syncFolder(): Promise<void> {
    const folder = await open(this.#folder, 'r');
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  }

  async #readJournal(): Promise<Result<string, string>> {
    try {
      return ok(await readFile(join(this.#folder, JOURNAL), 'utf8'));
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return ok('');
      return err(`${join(this.#folder, JOURNAL)} cannot be read: ${reason(error)}.`);
    }
  }
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
