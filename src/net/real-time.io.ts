import { readdirSync } from 'node:fs';
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
