import type { CommitNote, ConfigChange } from './commit-history.js';

/** A commit as it is stored, in the journal and in the history. */
export interface JournalRecord extends CommitNote, ConfigChange {
  readonly number: number;
}

/** Sums up bytes so that a damaged record is recognised; as hexadecimal digits. */
export type Digest = (text: string) => string;

/** What stands in the first line of a record: all but the edits, which are lines of their own after it. */
type Facts = CommitNote & {
  readonly number: number;
  readonly lengths: readonly [edit: number, undo: number];
};

/** A record as it stands in the journal: a line of JSON, and what it did and what undoes that after it. */
export function writeRecord({ edit, undo, ...note }: JournalRecord, digest: Digest): string {
  const facts = { ...note, lengths: [edit.length, undo.length] };
  const content = `${JSON.stringify(facts)}\n${edit}\n${undo}\n`;
  return `${digest(content)} ${content}`;
}

/** The line that a journal begins with: which snapshot it continues. */
export function writeHeading(snapshotDigest: string): string {
  return `bfd-agent-journal 2 ${snapshotDigest}\n`;
}

/** Whether the line that a journal begins with is whole. */
export function isHeaded(text: string): boolean {
  return text.includes('\n');
}

/**
 * The records of a journal that continues the snapshot with that digest; none when it continues another
 * one. Reading ends before the first record that is not whole: a crash while it was written has left it.
 *
 * @returns also up to where in `text` the records go
 */
export function readJournal(
  text: string,
  snapshotDigest: string,
  digest: Digest,
): { readonly records: readonly JournalRecord[]; readonly end: number } | undefined {
  const heading = writeHeading(snapshotDigest);
  if (!text.startsWith(heading)) return undefined;
  const records: JournalRecord[] = [];
  let end = heading.length;
  for (;;) {
    const found = readRecord(text, end, digest);
    if (found === undefined) return { records, end };
    records.push(found.record);
    end = found.end;
  }
}

function readRecord(
  text: string,
  start: number,
  digest: Digest,
): { readonly record: JournalRecord; readonly end: number } | undefined {
  const space = text.indexOf(' ', start);
  const lineEnd = text.indexOf('\n', start);
  if (space === -1 || lineEnd < space) return undefined;
  const facts = parseFacts(text.slice(space + 1, lineEnd));
  if (facts === undefined) return undefined;
  const { lengths, ...note } = facts;
  const undoStart = lineEnd + 1 + lengths[0] + 1;
  const end = undoStart + lengths[1] + 1;
  if (end > text.length || digest(text.slice(space + 1, end)) !== text.slice(start, space)) return undefined;
  const edit = text.slice(lineEnd + 1, undoStart - 1);
  return { record: { ...note, edit, undo: text.slice(undoStart, end - 1) }, end };
}

function parseFacts(line: string): Facts | undefined {
  try {
    const value: unknown = JSON.parse(line);
    const isWhole =
      typeof value === 'object' && value !== null && 'lengths' in value && Array.isArray(value.lengths);
    // The digest shows that it is as it was written.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
    return isWhole ? (value as Facts) : undefined;
  } catch {
    return undefined;
  }
}
