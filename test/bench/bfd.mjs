// Measures the engine side by side with FRR and BIRD, each with the same peer (BIRD) and the same sessions in
// namespaces of their own: processor time per packet, time until all sessions are Up, flaps, how late silence
// is detected, memory. `npm run bench:bfd -- --help`.
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, release, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { commitToUp } from './bfd/commit-to-up.mjs';
import { bfdAgent, bird, frr, otherProgram } from './bfd/implementations.mjs';
import { measure } from './bfd/measure.mjs';
import { chart, commitTable, table } from './bfd/report.mjs';

/** @typedef {import('./bfd/measure.mjs').Case} Case */

const HELP = `usage: npm run bench:bfd -- [--sizes 100,500,1000] [--full] [--program COMMAND] [--output FILE]
  --sizes    numbers of sessions of 50 ms × 3 (default 100,500,1000; FRR takes part up to 500)
  --full     also 4,000 sessions of 50 ms for ten minutes and 20,000 of 300 ms, between two bfd-agents, and
             how soon so many are Up that are committed to an agent that runs
  --program  a further implementation: a command that is given the file of sessions as its last argument
  --output   where the table goes (bench-results/bfd.md; the chart and the figures go beside it)
`;

/** Sessions that are committed to an agent that runs. */
const COMMITTED = [
  { sessions: 4000, intervalMs: 50 },
  { sessions: 20_000, intervalMs: 300 },
];

/** With more, bfdd takes a minute to bring the sessions Up. */
const FRR_MOST = 500;

const { values } = parseArgs({
  options: {
    sizes: { type: 'string', default: '100,500,1000' },
    full: { type: 'boolean', default: false },
    program: { type: 'string' },
    output: { type: 'string', default: 'bench-results/bfd.md' },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) process.stdout.write(HELP);
else await bench();

async function bench() {
  if (process.getuid?.() !== 0) throw new Error('the bench makes network namespaces: run it as root');
  const base = mkdtempSync(join(tmpdir(), 'bfdbench-'));
  // The daemons of FRR run as a user of their own.
  chmodSync(base, 0o755);
  /** @type {import('./bfd/measure.mjs').Figures[]} */
  const figures = [];
  /** @type {import('./bfd/commit-to-up.mjs').CommitFigures[]} */
  const commits = [];
  try {
    for (const [index, wanted] of cases().entries()) {
      const { subject, sessions, intervalMs } = wanted;
      process.stdout.write(`${subject.name}, ${sessions} × ${intervalMs} ms …\n`);
      figures.push(await measure(wanted, join(base, String(index))));
    }
    for (const wanted of values.full ? COMMITTED : []) {
      process.stdout.write(`committed: ${wanted.sessions} × ${wanted.intervalMs} ms …\n`);
      commits.push(await commitToUp(wanted, join(base, `commit-${wanted.sessions}`)));
    }
  } finally {
    rmSync(base, { recursive: true, force: true });
  }
  const model = cpus()[0]?.model ?? 'processor';
  const machine = `${availableParallelism()} × ${model}, Linux ${release()}, Node.js ${process.version}`;
  const tables = commits.length === 0 ? table(figures) : `${table(figures)}\n\n${commitTable(commits)}`;
  const text = `${tables}\n\n${machine}. A packet is one sent or one received.\n`;
  const stem = values.output.replace(/\.md$/, '');
  mkdirSync(dirname(values.output), { recursive: true });
  writeFileSync(values.output, text);
  writeFileSync(`${stem}.svg`, chart(figures.filter(({ intervalMs }) => intervalMs === 50)));
  writeFileSync(`${stem}.json`, JSON.stringify({ figures, commits }, null, 1));
  process.stdout.write(`\n${text}\nwritten to ${values.output}, ${stem}.svg and ${stem}.json\n`);
}

/** @returns {readonly Case[]} */
function cases() {
  const more = values.program === undefined ? [] : [otherProgram('other', values.program.split(' '))];
  const sizes = values.sizes.split(',').map(Number);
  const usual = sizes.flatMap((sessions) =>
    [bfdAgent, bird, ...(sessions <= FRR_MOST ? [frr] : []), ...more].map((subject) => ({
      subject,
      peer: bird,
      sessions,
      intervalMs: 50,
      windowS: 10,
      upWithinS: 60,
      cuts: 50,
    })),
  );
  const long = { subject: bfdAgent, peer: bfdAgent, windowS: 600, upWithinS: 60, cuts: 0 };
  return values.full
    ? [...usual, { ...long, sessions: 4000, intervalMs: 50 }, { ...long, sessions: 20_000, intervalMs: 300 }]
    : usual;
}
