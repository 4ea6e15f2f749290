// Starts an agent, lets it run for a while as agents do, and commits sessions to it: all in the network namespace of
// this process. Prints when, in seconds since 1970, and ends with its standard input.
//   node commit-client.mjs FOLDER SESSIONS-FILE REST-S
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { NetconfClient } from '../netconf/client.mjs';
import { change, COMMIT, edit, INTERFACE, wrap } from '../netconf/payload.mjs';
import { startAgent } from '../netconf/servers/agent.mjs';

const LIMIT_MS = 60_000;

const [folder = '', file = '', restS = ''] = process.argv.slice(2);
const server = await startAgent(folder);
const client = await NetconfClient.ready(server.login, LIMIT_MS);
await change(client, INTERFACE);
await delay(Number(restS) * 1000);
await client.rpc(edit(wrap(entries())));
const requestedS = Date.now() / 1000;
await client.rpc(COMMIT);
const answeredS = Date.now() / 1000;
process.stdout.write(`${JSON.stringify({ requestedS, answeredS })}\n`);
for await (const _ of process.stdin);
client.close();
await server.stop();

/** The sessions of the file as entries of ip-sh. */
function entries() {
  const {
    interface: name,
    interval_ms: intervalMs,
    multiplier,
    sessions,
  } = JSON.parse(readFileSync(file, 'utf8'));
  const timers =
    `<local-multiplier>${multiplier}</local-multiplier>` +
    `<desired-min-tx-interval>${intervalMs * 1000}</desired-min-tx-interval>` +
    `<required-min-rx-interval>${intervalMs * 1000}</required-min-rx-interval>`;
  return sessions.map(
    (/** @type {{ local: string, peer: string }} */ { local, peer }) =>
      `<session><interface>${name}</interface><dest-addr>${peer}</dest-addr>` +
      `<source-addr>${local}</source-addr>${timers}</session>`,
  );
}
