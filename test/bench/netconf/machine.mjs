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
