import { digits } from './digits.mjs';

/**
 * What a server came to in a row: a figure, or why there is none.
 *
 * @typedef {{ figure: import('./measure.mjs').Figure } | { none: string }} Result
 */

/**
 * A column: a server and its results by row.
 *
 * @typedef {{ name: string, absent?: string | undefined, results: Map<string, Result> }} Column
 */

/**
 * The table as Markdown: the agent first, then each peer with its ratio to the agent.
 *
 * @param {readonly import('./rows.mjs').Row[]} rows
 * @param {readonly Column[]} columns the agent's is the first
 */
export function table(rows, columns) {
  const [own, ...peers] = columns;
  const head = ['', own?.name ?? '', ...peers.flatMap(({ name }) => [name, 'ratio']), 'target', 'met'];
  const lines = rows.map((row) => {
    const mine = own?.results.get(row.key);
    const theirs = peers.flatMap(({ results }) => {
      const result = results.get(row.key);
      return [cell(row, result), ratio(row, mine, result)];
    });
    return [row.name, cell(row, mine), ...theirs, target(row), met(row, mine)];
  });
  return [head, head.map((_, index) => (index === 0 ? '---' : '--:')), ...lines]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}

/**
 * A figure as it stands in the table.
 *
 * @param {import('./rows.mjs').Row} row
 * @param {Result | undefined} result
 */
export function cell(row, result) {
  if (result === undefined) return '';
  if ('none' in result) return result.none.replaceAll(/[\s|]+/gu, ' ').slice(0, 120);
  const { value, cpuMs, beside } = result.figure;
  const more = [
    ...(beside ? [beside] : []),
    ...(cpuMs === undefined ? [] : [`CPU ${inUnit(cpuMs, row.unit)}`]),
  ].join('; ');
  return `${digits(value)} ${row.unit}${more === '' ? '' : ` (${more})`}`;
}

/**
 * Whether the target is met: yes, no, or nothing to say. A time that misses it on a busy machine says little
 * where the processor time of the server is within it.
 *
 * @param {import('./rows.mjs').Row} row
 * @param {Result | undefined} result
 */
function met({ unit, atMost, atLeast }, result) {
  if (atMost === undefined && atLeast === undefined) return '';
  if (result === undefined || 'none' in result) return 'not measured';
  const { value, cpuMs } = result.figure;
  if (value <= (atMost ?? Infinity) && value >= (atLeast ?? -Infinity)) return 'yes';
  const cpu = (cpuMs ?? Infinity) / (unit === 's' ? 1000 : 1);
  return atMost !== undefined && cpu <= atMost ? '**no**, CPU yes' : '**no**';
}

/** @param {import('./rows.mjs').Row} row */
function target({ unit, atMost, atLeast }) {
  if (atMost !== undefined) return `≤ ${atMost} ${unit}`;
  return atLeast === undefined ? '' : `≥ ${atLeast} ${unit}`;
}

/**
 * How many times better the agent is than the peer.
 *
 * @param {import('./rows.mjs').Row} row
 * @param {Result | undefined} mine
 * @param {Result | undefined} theirs
 */
function ratio({ atLeast, unit }, mine, theirs) {
  if (unit === '%') return '';
  if (!mine || !theirs || 'none' in mine || 'none' in theirs) return '';
  const [own, other] = [mine.figure.value, theirs.figure.value];
  const times = atLeast === undefined ? other / own : own / other;
  return Number.isFinite(times) && times > 0 ? digits(times) : '';
}

/** @param {number} ms @param {string} unit */
function inUnit(ms, unit) {
  return unit === 's' ? `${digits(ms / 1000)} s` : `${digits(ms)} ms`;
}
