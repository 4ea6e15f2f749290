import { readdirSync, readFileSync } from 'node:fs';
import { INTERFACE } from './network.mjs';

/** What the kernel knows of a process and its namespace. */

/**
 * Seconds of processor time of all threads, by the scheduler's exact account.
 *
 * @param {number} pid
 */
export function processorSeconds(pid) {
  const folder = `/proc/${pid}/task`;
  const times = readdirSync(folder).map((thread) =>
    Number(readFileSync(`${folder}/${thread}/schedstat`, 'utf8').split(' ')[0]),
  );
  return times.reduce((sum, time) => sum + time, 0) / 1e9;
}

/**
 * Packets that the interface of the process's namespace has received and sent.
 *
 * @param {number} pid
 */
export function packets(pid) {
  const line = readFileSync(`/proc/${pid}/net/dev`, 'utf8')
    .split('\n')
    .find((one) => one.trim().startsWith(`${INTERFACE}:`));
  const fields = (line ?? '').split(':')[1]?.trim().split(/\s+/).map(Number) ?? [];
  return (fields[1] ?? 0) + (fields[9] ?? 0);
}

/**
 * Resident memory in MiB.
 *
 * @param {number} pid
 */
export function memoryMib(pid) {
  const found = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(found?.[1] ?? Number.NaN) / 1024;
}

/** Seconds that the processors of the machine were at work. */
export function machineSeconds() {
  const times = processorTimes();
  const idle = (times[3] ?? 0) + (times[4] ?? 0);
  return times.reduce((sum, time) => sum + time, 0) - idle;
}

/** Seconds that the processors had work and the machine beneath let them do none: it has other guests. */
export function stolenSeconds() {
  return processorTimes()[7] ?? 0;
}

/** What all processors have done so far, in seconds: user, nice, system, idle, iowait, irq, softirq, steal. */
function processorTimes() {
  const [, ...fields] = (readFileSync('/proc/stat', 'utf8').split('\n')[0] ?? '').trim().split(/\s+/);
  return fields.slice(0, 8).map((field) => Number(field) / 100);
}
