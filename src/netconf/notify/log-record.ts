import type { LoggedNotification } from './notification-log.js';

/** A record as a line of text, with the line feed that says that it is whole. */
export function writeRecord({ sequence, timeMs, xml }: LoggedNotification): string {
  return `${JSON.stringify([sequence, timeMs, xml])}\n`;
}

/** The records of a file. */
export interface RecordLines {
  readonly records: readonly LoggedNotification[];
  /** Lines that are no records. */
  readonly damaged: number;
  /** Characters behind the last line feed: a record that was not written to its end. */
  readonly torn: string;
}

/** Reads what `writeRecord` wrote, whatever may have happened to it since. */
export function readRecords(text: string): RecordLines {
  const lines = text.split('\n');
  const torn = lines.pop() ?? '';
  const records = lines.flatMap((line) => readRecord(line) ?? []);
  return { records, damaged: lines.length - records.length, torn };
}

function readRecord(line: string): LoggedNotification | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    // Counted as damaged.
    return undefined;
  }
  if (!Array.isArray(value)) return undefined;
  const [sequence, timeMs, xml]: unknown[] = value;
  if (typeof sequence !== 'number' || typeof timeMs !== 'number' || typeof xml !== 'string') return undefined;
  return { sequence, timeMs, xml };
}
