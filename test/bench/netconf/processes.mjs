import { readdirSync, readFileSync } from 'node:fs';

/** What the kernel counts processor time in (USER_HZ), on every architecture of Linux. */
const MS_PER_TICK = 10;

/**
 * Processor time that processes, their descendants, and those of them that have ended, have used up to now.
 *
 * @param {readonly number[]} pids
 */
export function cpuMs(pids) {
  const all = processes();
  const ticks = family(pids, all).map((pid) => all.get(pid)?.ticks ?? 0);
  return ticks.reduce((sum, each) => sum + each, 0) * MS_PER_TICK;
}

/**
 * Resident memory of processes and their descendants, in MB; what they share counts for each.
 *
 * @param {readonly number[]} pids
 */
export function residentMb(pids) {
  const kb = family(pids, processes()).map((pid) => Number(/VmRSS:\s+(\d+)/u.exec(status(pid))?.[1] ?? 0));
  return kb.reduce((sum, each) => sum + each, 0) / 1024;
}

/** Processor time that the machine has used for anything, all processors together. */
export function machineBusyMs() {
  const [line = ''] = readFileSync('/proc/stat', 'utf8').split('\n');
  const [user = 0, nice = 0, system = 0, , , irq = 0, softIrq = 0, steal = 0] = line
    .split(/\s+/u)
    .slice(1)
    .map(Number);
  return (user + nice + system + irq + softIrq + steal) * MS_PER_TICK;
}

/**
 * @typedef {{ parent: number, ticks: number }} Process
 * @returns {Map<number, Process>}
 */
function processes() {
  /** @type {Map<number, Process>} */
  const found = new Map();
  for (const name of readdirSync('/proc')) {
    const stat = /^\d+$/u.test(name) ? read(`/proc/${name}/stat`) : '';
    // The name of the program, in brackets, may contain anything.
    const fields = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    if (fields.length < 15) continue;
    const ticks = fields.slice(11, 15).reduce((sum, each) => sum + each, 0);
    found.set(Number(name), { parent: fields[1] ?? 0, ticks });
  }
  return found;
}

/** @param {readonly number[]} pids @param {Map<number, Process>} all */
function family(pids, all) {
  const members = new Set(pids);
  for (let before = -1; before < members.size;) {
    before = members.size;
    for (const [pid, { parent }] of all) if (members.has(parent)) members.add(pid);
  }
  return [...members];
}

/** @param {number} pid */
function status(pid) {
  return read(`/proc/${pid}/status`);
}

/** Nothing, where the process has ended. @param {string} file */
function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
