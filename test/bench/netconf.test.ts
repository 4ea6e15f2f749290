import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const program = fileURLToPath(new URL('netconf.mjs', import.meta.url));

let folder: string;
/** The cells of the rows: name, agent, yuma123, ratio, target, met. */
let rows: readonly (readonly string[])[];
let text: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bfd-agent-bench-'));
  const output = join(folder, 'results', 'netconf.md');
  const small = ['--sessions', '20', '--commits', '20', '--rounds', '3'];
  await promisify(execFile)(process.execPath, [program, ...small, '--output', output]);
  text = await readFile(output, 'utf8');
  rows = text
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) =>
      line
        .split('|')
        .map((cell) => cell.trim())
        .slice(1, -1),
    )
    .slice(2);
}, 300_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

const FIGURE = /^-?[\d.]+ /u;

/** The names of the rows that are so; but for that whose figure takes more rounds than there are here. */
function namesOf(wanted: (cells: readonly string[]) => boolean): readonly (string | undefined)[] {
  const names = rows.filter((cells) => wanted(cells)).map(([name]) => name);
  return names.filter((name) => name !== '… the same in CPU time');
}

describe('the bench of NETCONF servers, with little to do', () => {
  it('has a figure of the agent in every row', () => {
    expect(rows).toHaveLength(27);
    expect(namesOf(([, own = '']) => !FIGURE.test(own))).toEqual([]);
  });

  it('has a figure of yuma123, and the ratio, in every row but those of BFD', () => {
    expect(text).toContain('| yuma123 netconfd | ratio |');
    expect(namesOf(([, , theirs = '']) => !FIGURE.test(theirs))).toEqual([
      'get of the state of one of 20',
      'get of the summary of 20',
      'get of one leaf of the state of 20',
      'flaps of BFD, 50 ms × 3, while 20 are committed',
    ]);
    expect(rows.find(([name]) => name === 'connect to hello')?.[3]).toMatch(/^[\d.]+$/u);
  });

  it('judges by the targets', () => {
    expect(namesOf(([, , , , target]) => target !== '').length).toBeGreaterThan(10);
    expect(
      namesOf((cells) => (cells[4] !== '') !== /^(?:yes|\*\*no\*\*(?:, CPU yes)?)$/u.test(cells[5] ?? '')),
    ).toEqual([]);
    const lost = rows.find(([name]) => name?.endsWith('lost'));
    expect(lost?.slice(4)).toEqual(['≤ 0 edits', 'yes']);
  });

  it('tells what machine it was, how busy, and who is missing', () => {
    expect(text).toMatch(/Linux .*, Node\.js v\d/u);
    expect(text).toMatch(/- growing, bfd-agent: [\d.]+/u);
    expect(text).toMatch(/Netopeer2: /u);
  });
});
