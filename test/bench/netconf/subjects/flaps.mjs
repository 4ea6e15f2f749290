import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { NetconfClient } from '../client.mjs';
import { isolated } from '../isolation.mjs';
import { timed } from '../measure.mjs';
import { change, INTERFACE, range, REMOVE_SESSIONS, sessions, wrap } from '../payload.mjs';
import { startAgent } from '../servers/agent.mjs';

const LIVE_SESSIONS = 4;
const ROUNDS = 3;
const INTERVAL_US = 50_000;
const LIVE = 'live';
const INTERFACE_OF_BFD = INTERFACE.replace('bench0', 'bfd0');

/**
 * Whether sessions with a second agent, in a network of its own, notice that all the others are
 * configured and removed again.
 */
export const flaps = { name: 'flaps', rows: ['flaps'], measure, only: 'bfd-agent' };

/**
 * @param {import('../measure.mjs').Server} server
 * @param {import('../options.mjs').Options} options
 * @param {import('../measure.mjs').Note} note
 * @param {string} folder
 */
async function measure(server, { limitMs, sessions: all }, note, folder) {
  if (!isolated) throw new Error('needs root, for networks of its own');
  const peerFolder = join(folder, 'peer');
  mkdirSync(peerFolder);
  const peer = await startAgent(peerFolder, {
    through: ['unshare', '--net'],
    config: INTERFACE_OF_BFD + liveSessions(1, 0),
  });
  try {
    connectNetworks(peer.pids[0] ?? 0);
    const client = await NetconfClient.ready(server.login, limitMs);
    await change(client, INTERFACE);
    await change(client, INTERFACE_OF_BFD + liveSessions(0, 1));
    await until(client, ({ up }) => up === LIVE_SESSIONS);
    const before = await live(client);
    const tookMs = await timed(async () => {
      for (let round = 0; round < ROUNDS; round += 1) {
        await change(client, sessions(range(all), round));
        await change(client, REMOVE_SESSIONS);
      }
    });
    const after = await live(client);
    const beside = `${LIVE_SESSIONS} sessions, ${ROUNDS} times added and removed, ${(tookMs / 1000).toFixed(1)} s`;
    note('flaps', { value: after.downs - before.downs + LIVE_SESSIONS - after.up, beside });
    client.close();
  } finally {
    await peer.stop();
  }
}

/**
 * The sessions that run, seen from one of both sides.
 *
 * @param {0 | 1} own the side's number
 * @param {0 | 1} other
 */
function liveSessions(own, other) {
  const entries = range(LIVE_SESSIONS).map(
    (number) =>
      `<session><interface>bfd0</interface><dest-addr>${address(number, other)}</dest-addr>` +
      `<source-addr>${address(number, own)}</source-addr><local-multiplier>3</local-multiplier>` +
      `<desired-min-tx-interval>${INTERVAL_US}</desired-min-tx-interval>` +
      `<required-min-rx-interval>${INTERVAL_US}</required-min-rx-interval></session>`,
  );
  return wrap(entries, LIVE);
}

/** @param {number} number of the session @param {0 | 1} side */
function address(number, side) {
  return `198.51.100.${10 + 2 * number + side}`;
}

/** A link between this network and that of another process. @param {number} pid */
function connectNetworks(pid) {
  const peer = ['nsenter', `--net=/proc/${pid}/ns/net`];
  ip([], 'link', 'add', 'bfd0', 'type', 'veth', 'peer', 'name', 'bfd0', 'netns', String(pid));
  for (const number of range(LIVE_SESSIONS)) {
    ip([], 'address', 'add', `${address(number, 0)}/24`, 'dev', 'bfd0');
    ip(peer, 'address', 'add', `${address(number, 1)}/24`, 'dev', 'bfd0');
  }
  ip([], 'link', 'set', 'bfd0', 'up');
  ip(peer, 'link', 'set', 'bfd0', 'up');
}

/** @param {readonly string[]} through what `ip` is started through @param {readonly string[]} args */
function ip(through, ...args) {
  const [command = '', ...rest] = [...through, 'ip', ...args];
  execFileSync(command, rest);
}

/** What the sessions that run have come to. @param {NetconfClient} client */
async function live(client) {
  const reply = await client.rpc(`<get><filter type="subtree">${wrap(['<session/>'], LIVE)}</filter></get>`);
  const downs = [...reply.matchAll(/<down-count>(\d+)</gu)].map(([, count]) => Number(count));
  return {
    up: reply.split('<local-state>up<').length - 1,
    downs: downs.reduce((sum, each) => sum + each, 0),
  };
}

/**
 * @param {NetconfClient} client
 * @param {(found: { up: number, downs: number }) => boolean} wanted
 */
async function until(client, wanted) {
  for (let look = 0; look < 300; look += 1) {
    if (wanted(await live(client))) return;
    await delay(100);
  }
  throw new Error('the sessions did not come up');
}
