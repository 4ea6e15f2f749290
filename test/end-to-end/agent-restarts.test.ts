/** The agent ends by SIGKILL and starts again, while fast sessions run; the engine is that of the first agent. */
import { setTimeout as sleep } from 'node:timers/promises';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectEngine } from '../../src/link/connect-engine.io.js';
import { LINK_VERSION } from '../../src/link/messages.js';
import { seededRandom } from '../sim/seeded-random.js';
import { Agent, startProgram } from '../support/agent.js';
import type { Child } from '../support/child.js';
import { config, ethernet, ipShSessions, namespaces, timers } from '../support/config-xml.js';
import { ipShSession } from '../support/desired-sessions.js';
import { addFacingAddresses, type FacingAddresses } from '../support/neighbour-addresses.js';
import { Ncclient } from '../support/ncclient.js';
import { NamespacePair } from '../support/netns.js';
import { ipShSessionsOf, lifeOf } from '../support/session-data.js';
import { waitFor } from '../support/wait-for.js';

const SESSIONS = 500;
const RESTARTS = Number(process.env['RESTARTS'] ?? 50);
/** Name it in RESTART_SEED to meet the same moments again, as far as the clock allows. */
const seed = Number(process.env['RESTART_SEED'] ?? Date.now() % 1_000_000);
/** Each third time the agent is killed while it starts, else after it has sent the engine its plan. */
const EARLY = 3;
/** An agent needs about that long to start. */
const LONGEST_START_MS = 700;
/** After the plan has been sent. */
const LONGEST_LIFE_MS = 200;

describe(`an agent that is killed ${RESTARTS} times under ${SESSIONS} sessions of 50 ms × 3 (seed ${seed})`, () => {
  let pair: NamespacePair;
  let facing: readonly FacingAddresses[];
  let agent: Agent;
  /** The engine on the other side: it prints a line for every change of a session's state. */
  let peer: Child;

  beforeAll(async () => {
    pair = await NamespacePair.create();
    facing = await addFacingAddresses(pair, SESSIONS);
    agent = await Agent.start({ namespace: pair.left.name, init: initialConfig(facing) });
    const file = join(agent.folder, 'peer-sessions.json');
    const sessions = facing.map(({ left, right }) => ipShSession(left, { source: right }));
    await writeFile(file, JSON.stringify(sessions));
    peer = startProgram(['engine', '--sessions', file], pair.right.name);
    await waitFor(
      async () =>
        (await lives()).filter(({ state }) => state === 'up').length === SESSIONS ? true : undefined,
      'sessions that are Up',
    );
  });

  afterAll(async () => {
    await peer.stop();
    await agent.dispose();
    await pair.dispose();
  });

  test('turns away an agent of another version, and says what to do', async () => {
    await agent.child.stop('SIGKILL');
    const channel = await connectEngine(join(agent.stateDir, 'engine.sock'));
    channel.send({ type: 'hello', version: LINK_VERSION + 1 });
    const reason = await new Promise<string>((resolve) => {
      channel.listen({
        message: (message) => (message.type === 'goodbye' ? resolve(message.reason) : undefined),
        closed: resolve,
      });
    });
    await agent.resume();
    expect(reason).toBe(
      `this engine speaks version ${LINK_VERSION} of the link, not ${LINK_VERSION + 1}: ` +
        'end it, and start the engine of that agent',
    );
  });

  test('finds each session as it left it, and its peer has noticed nothing', async () => {
    const before = await lives();
    const engine = enginePid();
    const peerLines = peer.stdout.length;
    const random = seededRandom(seed);
    for (let restart = 1; restart <= RESTARTS; restart += 1) {
      await agent.child.stop('SIGKILL');
      agent.begin();
      if (restart % EARLY === 0) {
        await sleep(random() * LONGEST_START_MS);
      } else {
        await planSent();
        await sleep(random() * LONGEST_LIFE_MS);
      }
      expect(peer.stdout.slice(peerLines), `restart ${restart}`).toEqual([]);
    }
    await agent.child.stop('SIGKILL');
    await agent.resume();

    expect(await lives()).toEqual(before);
    expect(enginePid()).toBe(engine);
    expect(peer.stdout.slice(peerLines)).toEqual([]);
  }, 240_000);

  /** What would be another, had a session flapped or been made anew. */
  async function lives() {
    const client = new Ncclient(pair.left.name);
    try {
      await client.connect(agent.login);
      const xml = await client.text('get', {
        xpath: '/rt:routing//bfd-ip-sh:session',
        namespaces: { rt: namespaces.rt, 'bfd-ip-sh': namespaces['bfd-ip-sh'] },
      });
      return ipShSessionsOf(xml).map((session) => lifeOf(session));
    } finally {
      await client.close();
    }
  }

  /** The agent has sent the engine all that is desired. */
  function planSent(): Promise<unknown> {
    return agent.child.wait(
      () => agent.child.stderr.find((line) => line.includes('"engine connected"')),
      'connection to the engine',
      30_000,
    );
  }

  /** The engine that the agent works with, by its log. */
  function enginePid(): number {
    const line = agent.child.stderr.find((text) => text.includes('"engine connected"')) ?? '{}';
    return Number(JSON.parse(line).enginePid);
  }
});

function initialConfig(facing: readonly FacingAddresses[]): string {
  const sessions = facing.map(({ left, right }) => ({
    interface: 'eth0',
    destination: right,
    leaves: `<source-addr>${left}</source-addr>${timers(50_000)}`,
  }));
  return config(ethernet('eth0'), ipShSessions(...sessions));
}
