import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Agent } from '../support/agent.js';
import { config, ethernet, ipShSessions, namespaces, timers } from '../support/config-xml.js';
import { Ncclient } from '../support/ncclient.js';
import { type Namespace, NamespacePair } from '../support/netns.js';
import { ipShSessionOf, type SessionData } from '../support/session-data.js';
import { waitFor } from '../support/wait-for.js';

/** As many as a commit adds, changes and removes at once. */
const BULK = 3_000;
/** The sessions that must not notice: numbers of hosts, on the one side; on the other they are 100 more. */
const HOSTS = [11, 12, 13, 14];
const INTERVAL_US = 50_000;

const side = { left: (host: number) => `192.0.2.${host}`, right: (host: number) => `192.0.2.${host + 100}` };

let pair: NamespacePair;
let agents: Agent[];
let clients: Ncclient[];

/** The configuration of one side. */
function watched(own: (host: number) => string, peer: (host: number) => string): string {
  const sessions = HOSTS.map((host) => ({
    interface: 'eth0',
    destination: peer(host),
    leaves: `<source-addr>${own(host)}</source-addr>${timers(INTERVAL_US)}`,
  }));
  return ethernet('eth0') + ipShSessions(...sessions);
}

/** Many sessions on an interface that does not exist. */
function bulk(leaves: string, attributes = ''): string {
  const sessions = Array.from({ length: BULK }, (_, index) => ({
    interface: 'bulk0',
    destination: `198.18.${index >> 8}.${index & 255}`,
    leaves,
    attributes,
  }));
  return ethernet('bulk0') + ipShSessions(...sessions);
}

async function session(client: Ncclient, destination: string): Promise<SessionData | undefined> {
  const xpath = `/rt:routing//bfd-ip-sh:session[bfd-ip-sh:dest-addr='${destination}']`;
  return ipShSessionOf(
    await client.text('get', {
      xpath,
      namespaces: { rt: namespaces.rt, 'bfd-ip-sh': namespaces['bfd-ip-sh'] },
    }),
  );
}

/** What each watched session tells of its state and its history, on both sides. */
async function histories(): Promise<readonly unknown[]> {
  const told = [];
  for (const [index, client] of clients.entries()) {
    for (const host of HOSTS) {
      const data = await session(client, index === 0 ? side.right(host) : side.left(host));
      const statistics = data?.['session-statistics'];
      told.push({
        state: data?.['session-running']?.['local-state'],
        interval: data?.['session-running']?.['negotiated-tx-interval'],
        downs: statistics?.['down-count'],
        lastUp: statistics?.['last-up-time'],
      });
    }
  }
  return told;
}

async function commit(edit: string): Promise<void> {
  const [client] = clients;
  await client?.call('edit-config', { config: config(edit) });
  await client?.call('commit');
}

async function start(namespace: Namespace, init: string): Promise<void> {
  const agent = await Agent.start({ namespace: namespace.name, init: config(init) });
  agents.push(agent);
  const client = new Ncclient(namespace.name);
  clients.push(client);
  await client.call('connect', agent.login);
}

beforeAll(async () => {
  pair = await NamespacePair.create();
  agents = [];
  clients = [];
  for (const host of HOSTS) {
    await pair.left.ip('address', 'add', `${side.left(host)}/24`, 'dev', 'eth0');
    await pair.right.ip('address', 'add', `${side.right(host)}/24`, 'dev', 'eth0');
  }
  await start(pair.left, watched(side.left, side.right));
  await start(pair.right, watched(side.right, side.left));
});

afterAll(async () => {
  for (const client of clients) await client.close();
  for (const agent of agents) await agent.dispose();
  await pair.dispose();
});

describe(`commits of ${BULK} sessions at once`, () => {
  it('are noticed by no session that runs at 50 ms three times', async () => {
    const fast = { state: 'up', interval: String(INTERVAL_US) };
    const before = await waitFor(async () => {
      const told = await histories();
      return told.every((one) => JSON.stringify(one).startsWith(JSON.stringify(fast).slice(0, -1)))
        ? told
        : undefined;
    }, 'sessions that are Up at their intervals');
    expect(before).toEqual(Array.from(before, () => expect.objectContaining({ ...fast, downs: '0' })));

    await commit(bulk('<local-multiplier>4</local-multiplier>'));
    await commit(bulk('<local-multiplier>5</local-multiplier>'));
    await commit(bulk('', ' nc:operation="delete"'));

    expect(await histories()).toEqual(before);
  });
});
