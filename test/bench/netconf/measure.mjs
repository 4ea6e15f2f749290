import { setTimeout as delay } from 'node:timers/promises';
import { digits } from './digits.mjs';
import { cpuMs } from './processes.mjs';

/** @typedef {import('./servers/server.mjs').Server} Server */

/**
 * A figure: a number in the unit of its row, and the processor time that the server used for it.
 *
 * @typedef {object} Figure
 * @property {number} value
 * @property {number} [cpuMs] of the server, for each time that the thing was done
 * @property {string} [beside] what else belongs to it, for example a percentile
 */

/**
 * Takes the figure of a row.
 *
 * @callback Note
 * @param {string} row
 * @param {Figure} figure
 * @returns {void}
 */

/**
 * Something to measure.
 *
 * @typedef {object} Subject
 * @property {string} name
 * @property {readonly string[]} rows
 * @property {string} [only] the name of the one server that it is measured with
 * @property {(server: Server, options: import('./options.mjs').Options, note: Note, folder: string)
 *   => Promise<void>} measure
 */

/** @param {() => Promise<unknown>} work @returns {Promise<number>} milliseconds */
export async function timed(work) {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** The value below which `share` of all values lie. @param {readonly number[]} values @param {number} share */
export function quantile(values, share) {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

/**
 * Does a thing again and again, for at most half a minute: the median of the times in milliseconds.
 *
 * @param {Server} server
 * @param {number} count
 * @param {(round: number) => Promise<unknown>} work
 * @returns {Promise<Figure>}
 */
export async function repeated(server, count, work) {
  const before = cpuMs(server.pids);
  const deadline = performance.now() + 30_000;
  const times = [];
  for (let round = 0; round < count && performance.now() < deadline; round += 1) {
    times.push(await timed(() => work(round)));
  }
  return {
    value: quantile(times, 0.5),
    cpuMs: (cpuMs(server.pids) - before) / times.length,
    beside: `p95 ${digits(quantile(times, 0.95))}`,
  };
}

/**
 * Does a thing once: its time in milliseconds.
 *
 * @param {Server} server
 * @param {() => Promise<unknown>} work
 * @returns {Promise<Figure>}
 */
export async function once(server, work) {
  const before = cpuMs(server.pids);
  const value = await timed(work);
  return { value, cpuMs: cpuMs(server.pids) - before };
}

/**
 * Waits until a server that has just been started has nothing more to do, for ten seconds at most: what
 * it still compiles or reads would be counted with what is measured first.
 *
 * @param {Server} server
 */
export async function settled(server) {
  for (let look = 0; look < 20; look += 1) {
    const before = cpuMs(server.pids);
    await delay(500);
    if (cpuMs(server.pids) - before <= 20) return;
  }
}
