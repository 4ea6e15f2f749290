/** What is told of a commit besides its change; all of it may be missing. */
export interface CommitFacts {
  /** Milliseconds since 1970. */
  readonly timeMs?: number;
  readonly user?: string;
  readonly sessionId?: number;
  readonly client?: string;
  readonly comment?: string;
  readonly label?: string;
}

/** A commit in the journal: what it changed, as an edit (see writeEdit), and its facts. */
export interface JournalRecord {
  readonly facts: CommitFacts;
  readonly patch: string;
}

/** Sums up bytes so that a damaged record is recognised; as hexadecimal digits. */
export type Digest = (text: string) => string;

/** A record as it stands in the journal: a line of JSON, and the change in a line of its own after it. */
export function writeRecord({ facts, patch }: JournalRecord, digest: Digest): string {
  const content = `${JSON.stringify({ ...facts, length: patch.length })}\n${patch}\n`;
  return `${digest(content)} ${content}`;
}

/** The line that a journal begins with: which snapshot it continues. */
export function writeHeading(snapshotDigest: string): string {
  return `bfd-agent-journal 1 ${snapshotDigest}\n`;
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
  const { length, ...others } = facts;
  const end = lineEnd + 1 + length + 1;
  const content = text.slice(space + 1, end);
  if (end > text.length || digest(content) !== text.slice(start, space)) return undefined;
  return { record: { facts: others, patch: text.slice(lineEnd + 1, end - 1) }, end };
}

function parseFacts(line: string): (CommitFacts & { readonly length: number }) | undefined {
  try {
    const value: unknown = JSON.parse(line);
    const isWhole =
      typeof value === 'object' && value !== null && 'length' in value && typeof value.length === 'number';
    // The digest shows that it is as it was written.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
    return isWhole ? (value as CommitFacts & { readonly length: number }) : undefined;
  } catch {
    return undefined;
  }
}
