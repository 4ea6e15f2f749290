// Measures the agent's NETCONF side and that of the peers that are installed, with the same payload in the
// same run, and writes a table: `npm run bench:netconf -- --help`. Each subject gets a server of its own,
// newly started.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { NetconfClient } from './netconf/client.mjs';
import { isolate } from './netconf/isolation.mjs';
import { machine, othersDuring, referenceMs } from './netconf/machine.mjs';
import { settled } from './netconf/measure.mjs';
import { readOptions } from './netconf/options.mjs';
import { report } from './netconf/report.mjs';
import { rows } from './netconf/rows.mjs';
import { agent } from './netconf/servers/agent.mjs';
import { yuma } from './netconf/servers/yuma.mjs';
import { SUBJECTS } from './netconf/subjects/index.mjs';
import { cell } from './netconf/table.mjs';

/** @typedef {import('./netconf/measure.mjs').Subject} Subject */
/** @typedef {import('./netconf/servers/server.mjs').ServerKind} ServerKind */

const options = readOptions();
if (options && !(await isolate())) await bench(options);

/** @param {import('./netconf/options.mjs').Options} chosen */
async function bench(chosen) {
  const base = mkdtempSync(join(tmpdir(), 'ncbench-'));
  process.once('exit', () => rmSync(base, { recursive: true, force: true }));
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(130));

  const facts = machine();
  const columns = [agent, yuma]
    .filter(({ name }) => chosen.servers.length === 0 || chosen.servers.includes(name.split(' ')[0] ?? ''))
    .map((kind) => ({ kind, name: kind.name, absent: kind.absent, results: new Map() }));
  /** @type {Map<string, string>} */
  const disturbance = new Map();
  for (const subject of SUBJECTS) {
    if (chosen.subjects.length > 0 && !chosen.subjects.includes(subject.name)) continue;
    for (const { kind, results } of columns) {
      const none = kind.absent ?? (subject.only === undefined || subject.only === kind.name ? undefined : '');
      if (none === undefined) {
        const reference = referenceMs();
        try {
          const others = await measure(chosen, kind, subject, results, base);
          const line = `${others.toFixed(2)}; reference ${reference.toFixed(0)} ms`;
          disturbance.set(`${subject.name}, ${kind.name}`, line);
        } catch (error) {
          // A server that does not start costs its own figures alone.
          noFigures(kind, subject, results, error);
        }
      }
      for (const row of subject.rows) if (!results.has(row)) results.set(row, { none: none ?? '' });
    }
  }
  mkdirSync(dirname(chosen.output), { recursive: true });
  const text = report(chosen, facts, columns, disturbance);
  writeFileSync(chosen.output, text);
  process.stdout.write(`\n${text}\nwritten to ${chosen.output}\n`);
  process.exit(0);
}

/**
 * One subject with one server: its figures, or why they are missing, go into `results`.
 *
 * @param {import('./netconf/options.mjs').Options} chosen
 * @param {ServerKind} kind
 * @param {Subject} subject
 * @param {Map<string, import('./netconf/table.mjs').Result>} results
 * @param {string} base
 */
async function measure(chosen, kind, subject, results, base) {
  const folder = mkdtempSync(join(base, 'run-'));
  const server = await kind.start(folder);
  await settled(server);
  /** @type {import('./netconf/measure.mjs').Note} */
  const note = (row, figure) => {
    results.set(row, { figure });
    announce(chosen, kind, row, results);
  };
  const others = await othersDuring(async () => {
    try {
      await subject.measure(server, chosen, note, folder);
    } catch (error) {
      const none = error instanceof Error ? error.message : String(error);
      process.stdout.write(`${kind.name}: ${subject.name}: ${none}\n`);
      // The rows are in the order in which they are measured.
      const [failed = '', ...rest] = subject.rows.filter((row) => !results.has(row));
      results.set(failed, { none });
      for (const row of rest) results.set(row, { none: 'not reached' });
    }
  }, server.pids);
  NetconfClient.closeAll();
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
  return others;
}

/**
 * @param {ServerKind} kind
 * @param {Subject} subject
 * @param {Map<string, import('./netconf/table.mjs').Result>} results
 * @param {unknown} error
 */
function noFigures(kind, subject, results, error) {
  const none = error instanceof Error ? error.message : String(error);
  process.stdout.write(`${kind.name}: ${subject.name}: ${none}\n`);
  for (const row of subject.rows) if (!results.has(row)) results.set(row, { none });
}

/**
 * @param {import('./netconf/options.mjs').Options} chosen
 * @param {ServerKind} kind
 * @param {string} key
 * @param {ReadonlyMap<string, import('./netconf/table.mjs').Result>} results
 */
function announce(chosen, kind, key, results) {
  const row = rows(chosen).find((one) => one.key === key);
  if (row === undefined) throw new Error(`no row "${key}"`);
  process.stdout.write(`${kind.name}: ${row.name}: ${cell(row, results.get(key))}\n`);
}
