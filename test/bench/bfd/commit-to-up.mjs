import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { bfdAgent, writeSessions } from './implementations.mjs';
import { sideOf, untilUp } from './measure.mjs';
import { BenchNetwork } from './network.mjs';

/**
 * How soon sessions are Up that are committed by NETCONF to an agent that runs. The peer is an engine that has them
 * already; it is its word that counts.
 *
 * @typedef {object} CommitFigures
 * @property {number} sessions
 * @property {number} intervalMs
 * @property {number} answeredAfterS from the request to the answer
 * @property {number | null} allUpAfterS from the request; null: not within the time
 */

const CLIENT = fileURLToPath(new URL('commit-client.mjs', import.meta.url));
/** As an agent that has been started some time ago: its engine has rehearsed by then. */
const REST_S = 45;
const UP_WITHIN_S = 60;

/**
 * @param {{ readonly sessions: number, readonly intervalMs: number }} wanted
 * @param {string} folder
 * @returns {Promise<CommitFigures>}
 */
export async function commitToUp(wanted, folder) {
  const network = new BenchNetwork(wanted.sessions);
  const peer = await bfdAgent.start(sideOf(network, 'b', wanted, folder));
  try {
    const own = sideOf(network, 'a', wanted, folder);
    const command = [process.execPath, CLIENT, own.folder, writeSessions(own), String(REST_S)];
    const client = spawn('ip', ['netns', 'exec', own.namespace, ...command], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const ended = once(client, 'exit');
    try {
      const { requestedS, answeredS } = await firstLine(client);
      const allUpAfterS = await untilUp(peer, { ...wanted, upWithinS: UP_WITHIN_S }, requestedS);
      return { ...wanted, answeredAfterS: answeredS - requestedS, allUpAfterS };
    } finally {
      client.stdin.end();
      await ended;
    }
  } finally {
    await peer.stop();
    network.remove();
  }
}

/**
 * @param {{ readonly stdout: import('node:stream').Readable }} client
 * @returns {Promise<{ requestedS: number, answeredS: number }>}
 */
async function firstLine(client) {
  for await (const line of createInterface({ input: client.stdout })) return JSON.parse(line);
  throw new Error('nothing was committed');
}
