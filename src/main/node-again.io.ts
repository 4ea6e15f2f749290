import { replaceProgram } from '../net/confinement.io.js';

/**
 * Runs this program again in the same process, with more flags of Node: those that it has, and what it was
 * told, stay. For what holds from the first line on alone; it does not return.
 *
 * @throws SystemCallError when the system does not allow it
 */
export function runNodeAgain(flags: readonly string[]): never {
  const args = [...process.execArgv, ...flags, ...process.argv.slice(1)];
  return replaceProgram(process.execPath, [process.execPath, ...args]);
}
