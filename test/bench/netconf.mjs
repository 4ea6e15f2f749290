// Measures the NETCONF side of the agent: `npm run bench:netconf -- [result.json]`. Starts an agent of its
// own from dist/ on a free port, with a state folder that is removed afterwards. Times are milliseconds,
// medians unless said; on a busy machine read the ratios.
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { NetconfClient } from './netconf-client.mjs';
import { COMMIT, edit, GET_CONFIG, getOne, INTERFACE, sessions, SMALL_GET } from './netconf-payload.mjs';

const SIZES = [10, 1000, 10_000];
const PASSWORD = 'bench';
const program = fileURLToPath(new URL('../../dist/bfd-agent.js', import.meta.url));

/** @param {string} stateDir */
async function startAgent(stateDir) {
  const arguments_ = [program, 'run', '--state-dir', stateDir, '--netconf', '127.0.0.1:0'];
  const child = spawn(process.execPath, arguments_, {
    env: { ...process.env, BFD_AGENT_ADMIN_PASSWORD: PASSWORD },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const ended = new Promise((resolve) => child.once('close', resolve));
  for await (const line of createInterface({ input: child.stdout })) {
    const port = /ready on .*:(\d+)$/.exec(line)?.[1];
    if (port === undefined) continue;
    const stop = () => (child.kill('SIGTERM'), ended);
    const login = { host: '127.0.0.1', port: Number(port), username: 'admin', password: PASSWORD };
    return { pid: child.pid, login, stop };
  }
  throw new Error('the agent did not start; is it set up (npm run setup)?');
}

/** @param {() => Promise<unknown>} work */
async function timed(work) {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** @param {number} count @param {(round: number) => Promise<unknown>} work */
async function median(count, work) {
  const times = [];
  for (let round = 0; round < count; round += 1) times.push(await timed(() => work(round)));
  return times.toSorted((one, other) => one - other)[count >> 1];
}

/** Resident memory in MB. */
function residentMb(pid) {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
}

const results = {};
function note(name, value, unit = 'ms') {
  results[name] = { value: Math.round(value * 100) / 100, unit };
  console.log(`${name.padEnd(48)} ${value.toFixed(2).padStart(10)} ${unit}`);
}

/** @param {NetconfClient} client @param {string} config */
async function change(client, config) {
  await client.rpc(edit(config));
  await client.rpc(COMMIT);
}

async function measureEmpty(client, login) {
  const connections = [];
  note(
    'connect to hello',
    await median(11, async () => connections.push(await NetconfClient.connect(login))),
  );
  for (const connection of connections) connection.close();
  note('small get-config', await median(201, () => client.rpc(SMALL_GET)));
  const count = 4000;
  const inFlight = 32;
  const each = Array.from({ length: inFlight }, async () => {
    for (let sent = 0; sent < count / inFlight; sent += 1) await client.rpc(SMALL_GET);
  });
  note(`small gets, ${inFlight} in flight`, (count / (await timed(() => Promise.all(each)))) * 1000, 'per s');
}

async function measureSize(client, size, from, pid) {
  const added = Array.from({ length: size - from }, (_, index) => from + index);
  note(`${size}: edit, ${added.length} more`, await timed(() => client.rpc(edit(sessions(added, 3)))));
  note(`${size}: commit of them`, await timed(() => client.rpc(COMMIT)));
  note(`${size}: edit and commit one`, await median(31, (round) => change(client, sessions([5], 4 + round))));
  note(`${size}: get-config of all`, await median(5, () => client.rpc(GET_CONFIG)));
  note(`${size}: get-config of one`, await median(51, () => client.rpc(getOne(7, 'get-config'))));
  note(`${size}: get of one`, await median(51, () => client.rpc(getOne(7, 'get'))));
  note(`${size}: get of all`, await median(3, () => client.rpc('<get/>')));
  note(`${size}: memory of the agent`, residentMb(pid), 'MB');
}

const stateDir = await mkdtemp(join(tmpdir(), 'bfd-agent-bench-'));
const agent = await startAgent(stateDir);
try {
  const client = await NetconfClient.connect(agent.login);
  await change(client, INTERFACE);
  await measureEmpty(client, agent.login);
  let from = 0;
  for (const size of SIZES) {
    await measureSize(client, size, from, agent.pid);
    from = size;
  }
  const [first, last] = [SIZES[0], SIZES.at(-1)].map((size) => results[`${size}: edit and commit one`].value);
  note('edit and commit one, 10,000 against 10', last / first, 'times');
  client.close();
} finally {
  await agent.stop();
  await rm(stateDir, { recursive: true, force: true });
}
const [, , output] = process.argv;
if (output !== undefined) writeFileSync(output, `${JSON.stringify(results, undefined, 2)}\n`);
