import {
  closeSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import type { EventNotification } from '../../config/notification-source.js';
import type { Log } from '../../lib/log.js';
import { readRecords, writeRecord } from './log-record.js';
import type { LoggedNotification, NotificationLog } from './notification-log.js';

/** How much a log keeps; when one of the two is reached, the oldest eighth is given up. */
export interface ReplayLogBounds {
  readonly maxBytes: number;
  readonly maxRecords: number;
}

export const DEFAULT_BOUNDS: ReplayLogBounds = { maxBytes: 8 * 1024 * 1024, maxRecords: 20_000 };

const SEGMENTS = 8;
const ABOUT = 'log.json';

interface About {
  readonly creationMs: number;
  readonly agedMs: number | null;
}

/**
 * The log of notifications in a folder: files of records, one a line, named by the number of their first
 * record, of which the oldest is removed when there would be too many. The latest file is in memory too,
 * so that whoever follows closely needs no disk. Records are handed to the system at once, but not synced:
 * they outlive the process, however it ends, not the loss of power. A torn last record is cut off; damaged
 * ones are left out, and said.
 */
export class ReplayLog implements NotificationLog {
  readonly #folder: string;
  readonly #log: Log;
  readonly #bounds: ReplayLogBounds;
  #about: About;
  /** First numbers of the files, oldest first; the last one is being written. */
  #segments: number[];
  #latest: LoggedNotification[] = [];
  /** Of the records in memory, and of those of them that are in the file. */
  #latestBytes = 0;
  #fileBytes = 0;
  #file: number | undefined;
  #lastSequence: number;
  #failing = false;

  /**
   * Opens the log of a folder, which is made where it is missing.
   *
   * @throws {Error} when the folder cannot be used
   */
  constructor(folder: string, log: Log, nowMs: number, bounds: ReplayLogBounds = DEFAULT_BOUNDS) {
    this.#folder = folder;
    this.#log = log;
    this.#bounds = bounds;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.#segments = segmentsIn(folder);
    const known = readAbout(join(folder, ABOUT));
    this.#about = known ?? { creationMs: this.#firstTime() ?? nowMs, agedMs: null };
    if (known === undefined) this.#saveAbout();
    const latest = this.#segments.at(-1);
    this.#lastSequence = latest === undefined ? 0 : latest - 1;
    if (latest !== undefined) this.#continue(latest);
  }

  get lastSequence(): number {
    return this.#lastSequence;
  }

  get oldestSequence(): number {
    return this.#segments[0] ?? this.#lastSequence + 1;
  }

  get creationMs(): number {
    return this.#about.creationMs;
  }

  get agedMs(): number | null {
    return this.#about.agedMs;
  }

  append({ timeMs, xml }: EventNotification): void {
    const record = { sequence: this.#lastSequence + 1, timeMs, xml };
    const line = Buffer.from(writeRecord(record));
    if (this.#segments.length === 0 || this.#isFull(line.length)) this.#begin(record.sequence);
    this.#latest.push(record);
    this.#latestBytes += line.length;
    this.#lastSequence = record.sequence;
    this.#attempt(() => this.#write(line));
  }

  read(after: number): readonly LoggedNotification[] {
    const latest = this.#segments.at(-1) ?? 0;
    for (const [index, first] of this.#segments.entries()) {
      const end = this.#segments[index + 1] ?? this.#lastSequence + 1;
      if (end - 1 <= after) continue;
      const records = first === latest ? this.#latest : this.#recordsOf(first);
      const following = records.filter(({ sequence }) => sequence > after);
      if (following.length > 0) return following;
    }
    return [];
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }

  #isFull(bytes: number): boolean {
    const isEmpty = this.#latest.length === 0;
    const { maxBytes, maxRecords } = this.#bounds;
    return (
      !isEmpty &&
      (this.#latest.length >= maxRecords / SEGMENTS || this.#latestBytes + bytes > maxBytes / SEGMENTS)
    );
  }

  /** A new file, and one less of the old ones where there are enough. */
  #begin(first: number): void {
    this.close();
    while (this.#segments.length >= SEGMENTS) this.#giveUpOldest();
    this.#segments.push(first);
    this.#latest = [];
    this.#latestBytes = 0;
    this.#fileBytes = 0;
  }

  #giveUpOldest(): void {
    const first = this.#segments.shift() ?? 0;
    const agedMs = this.#recordsOf(first).at(-1)?.timeMs ?? this.#about.agedMs;
    this.#about = { ...this.#about, agedMs };
    this.#attempt(() => {
      this.#saveAbout();
      rmSync(this.#path(first), { force: true });
    });
  }

  #write(line: Buffer): void {
    this.#file ??= openSync(this.#path(this.#segments.at(-1) ?? 0), 'a', 0o600);
    // An earlier failure may have left a part of a line.
    if (this.#failing) ftruncateSync(this.#file, this.#fileBytes);
    const written = writeSync(this.#file, line);
    if (written < line.length) throw new Error('a record was not written whole');
    this.#fileBytes += line.length;
    this.#failing = false;
  }

  /** What cannot be written is still sent to those who listen; the operator is told once. */
  #attempt(work: () => void): void {
    try {
      work();
    } catch (error) {
      if (!this.#failing)
        this.#log.error({ folder: this.#folder, err: error }, 'notifications are not logged');
      this.#failing = true;
    }
  }

  /** Goes on with a file that was written before. */
  #continue(first: number): void {
    const text = readFileSync(this.#path(first), 'utf8');
    const { records, damaged, torn } = readRecords(text);
    this.#latest = [...records];
    this.#lastSequence = records.at(-1)?.sequence ?? this.#lastSequence;
    this.#file = openSync(this.#path(first), 'a', 0o600);
    const whole = text.slice(0, text.length - torn.length);
    this.#fileBytes = Buffer.byteLength(whole);
    this.#latestBytes = this.#fileBytes;
    if (torn !== '') ftruncateSync(this.#file, this.#fileBytes);
    if (damaged > 0 || torn !== '') {
      this.#log.warn(
        { folder: this.#folder, damaged, torn: torn !== '' },
        'the log of notifications has lost some',
      );
    }
  }

  #recordsOf(first: number): readonly LoggedNotification[] {
    try {
      return readRecords(readFileSync(this.#path(first), 'utf8')).records;
    } catch (error) {
      this.#log.warn({ folder: this.#folder, err: error }, 'logged notifications cannot be read');
      return [];
    }
  }

  #firstTime(): number | undefined {
    const first = this.#segments[0];
    return first === undefined ? undefined : this.#recordsOf(first)[0]?.timeMs;
  }

  #saveAbout(): void {
    const path = join(this.#folder, ABOUT);
    writeFileSync(`${path}.new`, JSON.stringify(this.#about), { mode: 0o600 });
    renameSync(`${path}.new`, path);
  }

  #path(first: number): string {
    return join(this.#folder, `${String(first).padStart(16, '0')}.log`);
  }
}

function segmentsIn(folder: string): number[] {
  return readdirSync(folder)
    .flatMap((name) => /^(\d{16})\.log$/.exec(name)?.[1] ?? [])
    .map(Number)
    .toSorted((a, b) => a - b);
}

/** Undefined when there is none, or none that can be read. */
function readAbout(path: string): About | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (typeof value !== 'object' || value === null) return undefined;
    const creationMs = 'creationMs' in value ? value.creationMs : undefined;
    const agedMs = 'agedMs' in value ? value.agedMs : undefined;
    if (typeof creationMs !== 'number') return undefined;
    return { creationMs, agedMs: typeof agedMs === 'number' ? agedMs : null };
  } catch {
    // The log begins anew with what its files have.
    return undefined;
  }
}
