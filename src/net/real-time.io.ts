import { readdirSync, readFileSync } from 'node:fs';
import { Arena } from './arena.io.js';
import { libc } from './libc.io.js';
import { SCHED_RR } from './linux-constants.js';
import { checked, SystemCallError } from './system-call-error.io.js';

/**
 * Gives all threads of this process real-time priority (SCHED_RR); threads made later inherit it. All,
 * as a main thread of high priority may wait for a helper thread that starves.
 *
 * @param priority 1 to 99
 * @returns null when done, else why the system does not allow it
 */
export function requestRealTimePriority(priority: number): string | null {
  const parameter = new Arena(4096);
  parameter.view.setInt32(0, priority, true);
  try {
    for (const thread of readdirSync('/proc/self/task')) {
      const result = libc.schedSetscheduler(Number(thread), SCHED_RR, parameter.address);
      checked(result, 'sched_setscheduler');
    }
    return null;
  } catch (error) {
    if (error instanceof SystemCallError) {
      return error.message;
    }
    throw error;
  } finally {
    parameter.free();
  }
}

/** The real-time priority that this process has; null: none. */
export function realTimePriority(): number | null {
  const stat = readFileSync('/proc/self/stat', 'latin1');
  // proc(5): the name of the program, in parentheses, may hold anything; the third field comes after it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const priority = Number(fields[RT_PRIORITY_FIELD - 3]);
  return priority > 0 ? priority : null;
}

const RT_PRIORITY_FIELD = 40;
