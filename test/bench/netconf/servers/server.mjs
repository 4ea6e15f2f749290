import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * A server that runs.
 *
 * @typedef {object} Server
 * @property {readonly number[]} pids its processes; their descendants belong to it
 * @property {import('../client.mjs').Login} login
 * @property {() => Promise<void>} stop
 */

/**
 * A kind of server.
 *
 * @typedef {object} ServerKind
 * @property {string} name
 * @property {string} [absent] why it cannot be measured; undefined when it can
 * @property {(folder: string) => Promise<Server>} start with an empty folder for its files
 */

/** A TCP port of the loopback interface that nobody listens on. */
export async function freePort() {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** Makes a key pair, `file` and `file.pub`. @param {string} file */
export function makeKey(file) {
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', file]);
}

/**
 * Starts a program that runs until it is stopped. What it says goes nowhere but into the error of `until`.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ env?: NodeJS.ProcessEnv }} [options]
 */
export function startDaemon(command, args, { env } = {}) {
  const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: 'pipe' });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (text) => (said = (said + text).slice(-5000)));
  }
  child.once('error', (error) => (said += error.message));
  return {
    pid: child.pid ?? 0,
    /**
     * What `look` answers, as soon as it is not undefined; it is given the last of what the program said.
     *
     * @template T
     * @param {(said: string) => T | undefined} look
     */
    async until(look) {
      const deadline = performance.now() + 120_000;
      for (;;) {
        const found = look(said);
        if (found !== undefined) return found;
        if (child.exitCode !== null || performance.now() > deadline) {
          throw new Error(`${command} did not start; it said:\n${said}`);
        }
        await delay(20);
      }
    },
    /** Asks it to end; kills it where it does not in ten seconds. */
    async stop() {
      const hard = setTimeout(() => child.kill('SIGKILL'), 10_000);
      child.kill('SIGTERM');
      await ended;
      clearTimeout(hard);
    },
  };
}
