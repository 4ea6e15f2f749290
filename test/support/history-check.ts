import type { Expected } from './commit-ledger.js';

/** A commit as the history tells it. */
export interface ToldCommit {
  readonly number: number;
  readonly kind: string;
  /** Content of the `<config>` of an edit-config; undefined where it is too long to be told. */
  readonly edit: string | undefined;
}

/** How the history and the configurations of an agent are looked at, over whatever interface. */
export interface HistoryReader {
  commits(): Promise<readonly ToldCommit[]>;
  running(): Promise<string>;
  candidate(): Promise<string>;
  /** Makes the candidate the configuration of that commit. */
  rollback(number: number): Promise<void>;
  /** Edits the candidate. */
  edit(config: string): Promise<void>;
  discard(): Promise<void>;
}

/**
 * What is wrong with running and the history of commits, as sentences, after the agent has died: running is
 * one that is expected; the numbers of the commits go up by one, only the first configuration was found, each
 * record's edit leads from the configuration of the commit before to its own, and that of the last one is
 * running.
 *
 * @param from the first record that is looked at closely
 */
export async function crashProblems(
  reader: HistoryReader,
  { running: allowed, acknowledged, results }: Expected,
  from = 0,
): Promise<string[]> {
  const commits = await reader.commits();
  const problems = numbering(commits);
  const running = await reader.running();
  const last = commits.at(-1)?.number ?? 0;
  if (!allowed.includes(running)) problems.push(`running is\n${running}`);
  if (last < acknowledged) problems.push(`the history ends with ${last}, not with ${acknowledged}`);
  let before: string | undefined;
  for (const commit of commits) {
    const isLast = commit === commits.at(-1);
    if (commit.number < from && !isLast) continue;
    const stepped = before === undefined ? undefined : await stepFrom(reader, commit);
    await reader.rollback(commit.number);
    const configuration = await reader.candidate();
    const named = `commit ${commit.number} (${commit.kind})`;
    if (stepped !== undefined && stepped !== configuration) {
      problems.push(`the edit of ${named} leads to\n${stepped}\nand not to\n${configuration}`);
    }
    const expected = results.get(commit.number) ?? [configuration];
    if (!expected.includes(configuration)) {
      problems.push(`${named} resulted in\n${expected.join('\nor\n')}\nand not in\n${configuration}`);
    }
    if (isLast && configuration !== running) {
      problems.push(`the last, ${named}, is\n${configuration}\nand running is\n${running}`);
    }
    before = configuration;
  }
  await reader.discard();
  return problems;
}

function numbering(commits: readonly ToldCommit[]): string[] {
  const told = commits.map(({ number, kind }) => `${number} ${kind}`).join(', ');
  const first = commits[0]?.number ?? 0;
  const isContiguous = commits.every(({ number }, index) => number === first + index);
  const isFoundOnce = commits.every(({ number, kind }) => (kind === 'found') === (number === 1));
  return [
    ...(isContiguous ? [] : [`the numbers are not contiguous: ${told}`]),
    ...(isFoundOnce ? [] : [`other configurations than the first were found: ${told}`]),
  ];
}

/** What the edit of a commit makes of the candidate, which is the configuration before it. */
async function stepFrom(reader: HistoryReader, commit: ToldCommit): Promise<string | undefined> {
  if (commit.edit === undefined) return undefined;
  await reader.edit(commit.edit);
  return reader.candidate();
}

/** The commits in the XML of bfd-agent-commit's state. */
export function toldCommits(xml: string): ToldCommit[] {
  return [...xml.matchAll(/<commit>(.*?)<\/commit>/gsu)].map(([, entry = '']) => {
    const leaf = (name: string) => new RegExp(`<${name}>(.*?)</${name}>`, 'su').exec(entry)?.[1];
    const edit = leaf('edit');
    return {
      number: Number(leaf('number')),
      kind: leaf('kind') ?? '',
      edit: edit === undefined ? undefined : unescaped(edit),
    };
  });
}

function unescaped(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&');
}
