import { spawn } from 'node:child_process';
import { once as event } from 'node:events';
import { connect } from 'node:net';
import { NetconfClient, Unanswered } from '../client.mjs';
import { repeated } from '../measure.mjs';
import { range } from '../payload.mjs';

const SSH = ['-F', '/dev/null', '-oBatchMode=yes', '-oStrictHostKeyChecking=no', '-oLogLevel=ERROR'].concat([
  '-oUserKnownHostsFile=/dev/null',
  '-oIdentitiesOnly=yes',
  '-oKexAlgorithms=curve25519-sha256',
]);

/** How long it takes until the hello is there, also beside connections that never say anything. */
export const connecting = {
  name: 'connecting',
  rows: ['connect', 'connectOpenssh', 'silent6', 'silent100'],
  measure,
};

/**
 * @param {import('../measure.mjs').Server} server
 * @param {import('../options.mjs').Options} options
 * @param {import('../measure.mjs').Note} note
 */
async function measure(server, { limitMs, rounds }, note) {
  const connections = Math.ceil(rounds / 13);
  const connectAll = () =>
    repeated(server, connections, async () => {
      const client = await NetconfClient.connect(server.login, limitMs);
      client.close();
    });
  // What is loaded with the first session is no cost of the others.
  (await NetconfClient.connect(server.login, limitMs)).close();
  note('connect', await connectAll());
  note('connectOpenssh', await repeated(server, connections, () => openssh(server.login)));
  note('silent6', await besides(6, server.login, connectAll));
  note('silent100', await besides(100, server.login, connectAll));
}

/**
 * One session of OpenSSH's client, from its start to the hello.
 *
 * @param {import('../client.mjs').Login} login
 */
async function openssh({ host, port, username, keyFile }) {
  const to = ['-i', keyFile, '-p', String(port), `${username}@${host}`, '-s', 'netconf'];
  const ssh = spawn('ssh', [...SSH, ...to], { stdio: ['pipe', 'pipe', 'ignore'] });
  let hello = '';
  for await (const chunk of ssh.stdout) {
    hello += chunk;
    if (hello.includes(']]>]]>')) break;
  }
  ssh.kill();
  if (!hello.includes(']]>]]>')) throw new Unanswered('ssh got no hello');
}

/**
 * Does something beside TCP connections that say nothing.
 *
 * @template T
 * @param {number} count
 * @param {import('../client.mjs').Login} login
 * @param {() => Promise<T>} work
 */
async function besides(count, { host, port }, work) {
  const sockets = await Promise.all(
    range(count).map(async () => {
      const socket = connect({ host, port });
      socket.on('error', () => undefined);
      await event(socket, 'connect');
      return socket;
    }),
  );
  try {
    return await work();
  } finally {
    for (const socket of sockets) socket.destroy();
  }
}
