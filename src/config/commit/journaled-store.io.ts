import { join } from 'node:path';
import { err, ok, type Result } from '../../lib/result.js';
import { wrapStored, type ConfigStore, type StoredConfig } from './config-store.js';
import { JournalFile } from './journal-file.io.js';
import { isHeaded, readJournal, writeHeading, writeRecord, type JournalRecord } from './journal-record.js';
import { RunningStore } from './running-store.io.js';
import { reasonOf } from '../../lib/reason-of.js';
import { sha256 } from '../../lib/sha256.io.js';

const JOURNAL = 'running.journal';
/** A journal of fewer bytes is not worth another snapshot. */
const SMALL_BYTES = 262_144;

/**
 * The running configuration as a snapshot, `running.xml` (see RunningStore), and a journal of the commits
 * since, `running.journal` (0600). A commit is appended with one synchronous write: one record, whose digest
 * tells whether it is whole. The journal names the snapshot that it continues by the digest of it; one that continues the
 * previous snapshot is void, so that a new snapshot needs no other step. One that continues neither is an
 * error: somebody has changed the snapshot, and commits would be lost in silence.
 */
export class JournaledStore implements ConfigStore {
  readonly #folder: string;
  readonly #snapshots: RunningStore;
  readonly #journal: JournalFile;
  #snapshot: { readonly digest: string; readonly bytes: number } | undefined;
  /** How far the journal goes, in bytes, and how far it went before the last record. */
  #end = 0;
  #endBefore = 0;
  #appendedLast = false;

  /** `folder` exists (see state-folder.io.ts). */
  constructor(folder: string) {
    this.#folder = folder;
    this.#snapshots = new RunningStore(folder);
    this.#journal = new JournalFile(join(folder, JOURNAL));
  }

  async load(): Promise<Result<StoredConfig, string>> {
    const stored = await this.#snapshots.load();
    if (!stored.ok) return stored;
    if (stored.value.type === 'empty') return ok(stored.value);
    const { xml } = stored.value;
    this.#remember(xml);
    const text = await this.#readJournal();
    if (!text.ok) return text;
    const found = readJournal(text.value, this.#snapshot?.digest ?? '', sha256);
    if (found === undefined) {
      const checked = await this.#checkVoid(text.value);
      return checked.ok ? ok({ type: 'stored', xml, records: [] }) : checked;
    }
    const end = Buffer.byteLength(text.value.slice(0, found.end));
    // A torn record must not be behind what comes next.
    const cut = text.value.length > found.end ? await this.#cut(end) : ok();
    this.#end = end;
    this.#endBefore = end;
    return cut.ok ? ok({ type: 'stored', xml, records: found.records }) : cut;
  }

  async save(xml: string): Promise<Result<void, string>> {
    if (this.#end > 0 && sha256(wrapStored(xml)) === this.#snapshot?.digest) {
      return this.#dropChanges();
    }
    const ready = this.#end === 0 ? await this.#removeVoid() : ok();
    if (!ready.ok) return ready;
    const saved = await this.#snapshots.save(xml);
    if (!saved.ok) return saved;
    this.#remember(xml);
    this.#appendedLast = false;
    return saved;
  }

  async append(record: JournalRecord): Promise<Result<void, string>> {
    const end = this.#end;
    const heading = end === 0 ? writeHeading(this.#snapshot?.digest ?? '') : '';
    const bytes = Buffer.from(`${heading}${writeRecord(record, sha256)}`);
    try {
      await this.#journal.write(bytes, end);
      this.#endBefore = end;
      this.#end = end + bytes.length;
      this.#appendedLast = true;
      return ok();
    } catch (error) {
      const message = `The configuration could not be stored in ${this.#folder}: ${reasonOf(error)}.`;
      // What was written of it must not count at the next start.
      const undone = await this.#cut(end);
      return err(undone.ok ? message : `${message} ${undone.error}`);
    }
  }

  async revert(): Promise<Result<void, string>> {
    if (!this.#appendedLast) {
      const reverted = await this.#snapshots.revert();
      // The journal of the earlier snapshot counts again.
      return reverted.ok ? this.#reload() : reverted;
    }
    return this.#cut(this.#endBefore);
  }

  hasChanges(): boolean {
    return this.#end > 0;
  }

  shouldCompact(): boolean {
    return this.#end > Math.max(SMALL_BYTES, this.#snapshot?.bytes ?? 0);
  }

  /** Lets go of the files; they are opened again when they are needed. */
  async close(): Promise<void> {
    await this.#journal.close();
  }

  advice(problem: string): string {
    return this.#snapshots.advice(problem);
  }

  /** The snapshot is to count by itself: written anew, the same text would leave the journal in force. */
  async #dropChanges(): Promise<Result<void, string>> {
    const dropped = await this.#cut(0);
    if (dropped.ok) this.#appendedLast = false;
    return dropped;
  }

  /** Takes the records behind a position back. */
  async #cut(position: number): Promise<Result<void, string>> {
    try {
      await this.#journal.cut(position);
      this.#end = position;
      this.#endBefore = position;
      return ok();
    } catch (error) {
      return err(`The earlier configuration could not be put back in ${this.#folder}: ${reasonOf(error)}.`);
    }
  }

  async #reload(): Promise<Result<void, string>> {
    const loaded = await this.load();
    return loaded.ok ? ok() : loaded;
  }

  #remember(xml: string): void {
    this.#snapshot = { digest: sha256(wrapStored(xml)), bytes: Buffer.byteLength(xml) };
    this.#end = 0;
    this.#endBefore = 0;
  }

  /** A journal that does not continue the snapshot may continue the one before, and be cut off anywhere. */
  async #checkVoid(text: string): Promise<Result<void, string>> {
    if (!isHeaded(text)) return ok();
    const previous = await this.#snapshots.loadPrevious();
    if (!previous.ok) return previous;
    const { value } = previous;
    if (value !== undefined && text.startsWith(writeHeading(sha256(wrapStored(value))))) return ok();
    const { path } = this.#journal;
    return err(
      `${path} holds commits that continue another ${join(this.#folder, 'running.xml')} than the one there: ` +
        `it was changed by hand. Nothing was changed. Put the earlier one back to go on with these commits, ` +
        `or remove ${path} to go on without them.`,
    );
  }

  /** So that a journal never continues a snapshot older than the previous one. */
  async #removeVoid(): Promise<Result<void, string>> {
    try {
      await this.#journal.remove();
      return ok();
    } catch (error) {
      return err(`The configuration could not be stored in ${this.#folder}: ${reasonOf(error)}.`);
    }
  }

  async #readJournal(): Promise<Result<string, string>> {
    try {
      return ok(await this.#journal.read());
    } catch (error) {
      return err(`${this.#journal.path} cannot be read: ${reasonOf(error)}.`);
    }
  }
}
