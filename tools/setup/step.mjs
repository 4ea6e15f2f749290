import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The checkout. */
export const projectFolder = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Says what is being done.
 * @param {string} text
 */
export function announce(text) {
  process.stdout.write(`set-up: ${text}\n`);
}

/**
 * Runs a program with its output shown.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} [env] additions to the environment
 * @returns {Promise<void>}
 * @throws {Error} when it cannot be started or ends with another status than 0
 */
export async function run(command, args, env = {}) {
  const child = spawn(command, args, {
    cwd: projectFolder,
    stdio: 'inherit',
    env: { ...process.env, ...env },
  });
  await new Promise((resolve, reject) => {
    child.once('error', (error) => reject(new Error(`cannot run ${command}: ${error.message}`)));
    child.once('exit', (status, signal) =>
      status === 0
        ? resolve(undefined)
        : reject(new Error(`${command} ${args.join(' ')} ended with ${signal ?? `status ${status}`}`)),
    );
  });
}
