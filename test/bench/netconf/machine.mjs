import { arch, availableParallelism, cpus, loadavg, release, totalmem } from 'node:os';
import { machineBusyMs, cpuMs } from './processes.mjs';

/** What the figures were measured on: a line each. */
export function machine() {
  return [
    `${availableParallelism()} × ${cpus()[0]?.model ?? arch()}, ${Math.round(totalmem() / 2 ** 30)} GiB`,
    `Linux ${release()}, Node.js ${process.version}`,
    `load average at the start: ${loadavg()
      .map((load) => load.toFixed(2))
      .join(', ')}`,
  ];
}

/**
 * Does something, and finds out how many processors were kept busy meanwhile by other work than this
 * program and what it started.
 *
 * @param {() => Promise<unknown>} work
 * @param {readonly number[]} pids of servers that are no descendants
 */
export async function othersDuring(work, pids) {
  const own = () => cpuMs([process.pid, ...pids]);
  const [start, busy, ours] = [performance.now(), machineBusyMs(), own()];
  await work();
  const others = machineBusyMs() - busy - (own() - ours);
  return Math.max(0, others / (performance.now() - start));
}

const REFERENCE_ROUNDS = 4_000_000;
const REFERENCE_CELLS = 1 << 20;

/**
 * The processor time, in milliseconds, that a fixed piece of work takes now, at best of three times. Other
 * work on the machine makes processor time itself dearer, by its share of caches and cores: runs compare by
 * this.
 */
export function referenceMs() {
  return Math.min(...[1, 2, 3].map(() => referenceWork()));
}

function referenceWork() {
  const cells = new Uint32Array(REFERENCE_CELLS);
  const before = process.cpuUsage();
  let at = 1;
  for (let round = 0; round < REFERENCE_ROUNDS; round += 1) {
    at = (Math.imul(at, 1_664_525) + 1_013_904_223) >>> 0;
    const cell = at & (REFERENCE_CELLS - 1);
    cells[cell] = (cells[cell] ?? 0) ^ at;
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
