import { createHash } from 'node:crypto';
import { open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { syncFolder } from '../../lib/durable-file.io.js';
import { err, ok, type Result } from '../../lib/result.js';
import { wrapStored, type ConfigStore, type StoredConfig } from './config-store.js';
import { isHeaded, readJournal, writeHeading, writeRecord, type JournalRecord } from './journal-record.js';
import { RunningStore } from './running-store.io.js';

const JOURNAL = 'running.journal';
/** A journal of fewer bytes is not worth another snapshot. */
const SMALL_BYTES = 262_144;

/** How far a journal goes, and the digest of what is stored with it. */
interface Position {
  readonly bytes: number;
  readonly digest: string;
}

/**
 * The running configuration as a snapshot, `running.xml` (see RunningStore), and a journal of the commits
 * since, `running.journal` (0600). A commit is appended and synced: one record, whose digest tells whether
 * it is whole. The journal names the snapshot that it continues by the digest of it; one that continues the
 * previous snapshot is void, so that a new snapshot needs no other step. One that continues neither is an
 * error: somebody has changed the snapshot, and commits would be lost in silence.
 */
export class JournaledStore implements ConfigStore {
  readonly #folder: string;
  readonly #snapshots: RunningStore;
  #snapshot: { readonly digest: string; readonly bytes: number } | undefined;
  /** Of the snapshot without what stands around it in the file. */
  #snapshotDigest = '';
  #position: Position = { bytes: 0, digest: '' };
  #before: Position = { bytes: 0, digest: '' };
  #appendedLast = false;

  /** `folder` exists (see state-folder.io.ts). */
  constructor(folder: string) {
    this.#folder = folder;
    this.#snapshots = new RunningStore(folder);
  }

  async load(): Promise<Result<StoredConfig, string>> {
    const stored = await this.#snapshots.load();
    if (!stored.ok) return stored;
    if (stored.value.type === 'empty') return ok(stored.value);
    const { xml } = stored.value;
    this.#remember(xml);
    const text = await this.#readJournal();
    if (!text.ok) return text;
    const found = readJournal(text.value, this.#snapshot?.digest ?? '', digestOf);
    if (found === undefined) {
      const checked = await this.#checkVoid(text.value);
      return checked.ok ? ok({ type: 'stored', xml, patches: [], digest: this.#position.digest }) : checked;
    }
    const patches = found.records.map(({ patch }) => patch);
    const bytes = Buffer.byteLength(text.value.slice(0, found.end));
    const digest = patches.reduce((before, patch) => digestWith(before, patch), this.#position.digest);
    this.#position = { bytes, digest };
    this.#before = this.#position;
    return ok({ type: 'stored', xml, patches, digest });
  }

  async save(xml: string): Promise<Result<void, string>> {
    if (this.#position.bytes > 0 && digestOf(wrapStored(xml)) === this.#snapshot?.digest) {
      return this.#dropChanges();
    }
    const ready = this.#position.bytes === 0 ? await this.#removeVoid() : ok();
    if (!ready.ok) return ready;
    const saved = await this.#snapshots.save(xml);
    if (!saved.ok) return saved;
    this.#remember(xml);
    this.#appendedLast = false;
    return saved;
  }

  async append(record: JournalRecord): Promise<Result<void, string>> {
    const { bytes, digest } = this.#position;
    const heading = bytes === 0 ? writeHeading(this.#snapshot?.digest ?? '') : '';
    const text = `${heading}${writeRecord(record, digestOf)}`;
    try {
      await this.#write(text, bytes);
      this.#before = { bytes, digest };
      this.#position = { bytes: bytes + Buffer.byteLength(text), digest: digestWith(digest, record.patch) };
      this.#appendedLast = true;
      return ok();
    } catch (error) {
      const message = `The configuration could not be stored in ${this.#folder}: ${reason(error)}.`;
      // What was written of it must not count at the next start.
      const undone = await this.#cut({ bytes, digest });
      return err(undone.ok ? message : `${message} ${undone.error}`);
    }
  }

  async revert(): Promise<Result<void, string>> {
    if (!this.#appendedLast) {
      const reverted = await this.#snapshots.revert();
      // The journal of the earlier snapshot counts again.
      return reverted.ok ? this.#reload() : reverted;
    }
    return this.#cut(this.#before);
  }

  digestAfter(patch: string): string {
    return digestWith(this.#position.digest, patch);
  }

  hasChanges(): boolean {
    return this.#position.bytes > 0;
  }

  shouldCompact(): boolean {
    return this.#position.bytes > Math.max(SMALL_BYTES, this.#snapshot?.bytes ?? 0);
  }

  advice(problem: string): string {
    return this.#snapshots.advice(problem);
  }

  /** The snapshot is to count by itself: written anew, the same text would leave the journal in force. */
  async #dropChanges(): Promise<Result<void, string>> {
    const dropped = await this.#cut({ bytes: 0, digest: this.#snapshotDigest });
    if (dropped.ok) this.#appendedLast = false;
    return dropped;
  }

  /** Takes the records behind a position back. */
  async #cut(position: Position): Promise<Result<void, string>> {
    try {
      await this.#write('', position.bytes);
      this.#position = position;
      this.#before = position;
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
    this.#snapshotDigest = digestOf(xml);
    this.#position = { bytes: 0, digest: this.#snapshotDigest };
    this.#before = this.#position;
  }

  /** A journal that does not continue the snapshot may continue the one before, and be cut off anywhere. */
  async #checkVoid(text: string): Promise<Result<void, string>> {
    if (!isHeaded(text)) return ok();
    const previous = await this.#snapshots.loadPrevious();
    if (!previous.ok) return previous;
    const { value } = previous;
    if (value !== undefined && text.startsWith(writeHeading(digestOf(wrapStored(value))))) return ok();
    const path = join(this.#folder, JOURNAL);
    return err(
      `${path} holds commits that continue another ${join(this.#folder, 'running.xml')} than the one there: ` +
        `it was changed by hand. Nothing was changed. Put the earlier one back to go on with these commits, ` +
        `or remove ${path} to go on without them.`,
    );
  }

  /** So that a journal never continues a snapshot older than the previous one. */
  async #removeVoid(): Promise<Result<void, string>> {
    try {
      await rm(join(this.#folder, JOURNAL), { force: true });
      await syncFolder(this.#folder);
      return ok();
    } catch (error) {
      return err(`The configuration could not be stored in ${this.#folder}: ${reason(error)}.`);
    }
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
    if (isNew) await syncFolder(this.#folder);
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

function digestWith(digest: string, patch: string): string {
  return digestOf(`${digest}\n${patch}`);
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
