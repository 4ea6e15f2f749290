import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../sim/seeded-random.js';
import { Agent } from '../support/agent.js';
import { Bird } from '../support/bird.js';
import { namespaces } from '../support/config-xml.js';
import { detectMult, LoadClient, type SessionAddresses } from '../support/load-client.js';
import { Ncclient } from '../support/ncclient.js';
import { NamespacePair } from '../support/netns.js';
import { ipShSessionsOf, lifeOf, type SessionData } from '../support/session-data.js';
import { waitFor } from '../support/wait-for.js';

/** Name it in KILL_SEED to meet the same loads and moments again, as far as the clock allows. */
const seed = Number(process.env['KILL_SEED'] ?? Date.now() % 1_000_000);
const kills = Number(process.env['KILLS'] ?? 200);
/** Two agents at a time: one waits for its disk and its clients while the other computes. */
const lanes = [
  { lane: 1, maxCommits: 100 },
  { lane: 2, maxCommits: 4 },
];
/** A step is an edit and what is done with it. */
const mostSteps = 5;
/** Longer than a step takes on an idle machine. */
const longestDelayMs = 80;
/** An agent needs about that long to start. */
const longestStartMs = 800;
/** So often an agent is killed once more, while it starts. */
const startKillShare = 0.2;

/** Sessions 1 to 9: from 192.0.2.11 to 192.0.2.101 and so on; all but the last are answered. */
const addresses: readonly SessionAddresses[] = Array.from({ length: 9 }, (_, index) => ({
  source: `192.0.2.${11 + index}`,
  destination: `192.0.2.${101 + index}`,
}));
const sessions = {
  steady: addresses.slice(0, 3),
  tuned: addresses.slice(3, 5),
  passing: addresses.slice(5),
};
/** In every configuration that the load commits. */
const shared = [...sessions.steady, ...sessions.tuned];

/** An agent that is killed again and again, BIRD as its peer, and the load. */
class Lane {
  readonly #pair: NamespacePair;
  readonly #agent: Agent;
  readonly #client: Ncclient;
  readonly #bird: Bird;
  readonly #random: () => number;
  readonly load: LoadClient;

  private constructor(
    pair: NamespacePair,
    agent: Agent,
    bird: Bird,
    random: () => number,
    maxCommits: number,
  ) {
    this.#pair = pair;
    this.#agent = agent;
    this.#bird = bird;
    this.#random = random;
    this.#client = new Ncclient(pair.left.name);
    this.load = new LoadClient({ client: this.#client, agent, sessions, maxCommits, random });
  }

  static async start(random: () => number, maxCommits: number): Promise<Lane> {
    const pair = await NamespacePair.create();
    for (const { source, destination } of addresses) {
      await pair.left.ip('address', 'add', `${source}/24`, 'dev', 'eth0');
      await pair.right.ip('address', 'add', `${destination}/24`, 'dev', 'eth0');
    }
    const neighbours = addresses
      .slice(0, -1)
      .map(({ source, destination }) => `neighbor ${source} dev "eth0" local ${destination};`);
    const bird = await Bird.start(
      pair.right,
      `protocol bfd { interface "eth0" { interval 50 ms; multiplier ${detectMult}; }; ${neighbours.join(' ')} }`,
      { realTime: true },
    );
    const agent = await Agent.start({ namespace: pair.left.name });
    return new Lane(pair, agent, bird, random, maxCommits);
  }

  /** Kills the agent at a random moment of the load, and starts it again; now and then in two attempts. */
  async killAndStart(): Promise<void> {
    const steps = Math.floor(this.#random() * (mostSteps + 1));
    await this.load.work(steps, () => this.#killWithin(longestDelayMs));
    while (this.#random() < startKillShare) {
      this.#agent.begin();
      await this.#killWithin(longestStartMs);
    }
    await this.#agent.resume();
  }

  async #killWithin(longestMs: number): Promise<void> {
    await sleep(this.#random() * longestMs);
    await this.#agent.child.stop('SIGKILL');
  }

  /** Resolves when both sides see the shared sessions Up. */
  async untilUp(): Promise<void> {
    for (const { source } of shared) await this.#bird.until(source, ({ state }) => state === 'Up');
    const up = async (): Promise<true | undefined> =>
      (await this.#reported()).every((session) => session['session-running']?.['local-state'] === 'up')
        ? true
        : undefined;
    await waitFor(up, 'shared sessions that are Up');
  }

  /** What would not be the same, at either side, had one of the shared sessions flapped or been made anew. */
  async lives(): Promise<{ ours: object[]; theirs: PeerSession[] }> {
    const ours = (await this.#reported()).map((session) => lifeOf(session));
    const theirs = (await this.#bird.sessions())
      .filter(({ peer }) => shared.some(({ source }) => source === peer))
      .map(({ peer, state, since }) => ({ peer, state, sinceMs: timeOfDayMs(since) }))
      .toSorted((one, other) => (one.peer < other.peer ? -1 : 1));
    return { ours, theirs };
  }

  async dispose(): Promise<void> {
    await this.#client.close();
    await this.#agent.dispose();
    await this.#bird.stop();
    await this.#pair.dispose();
  }

  /** The shared sessions, as the agent reports them. */
  async #reported(): Promise<readonly SessionData[]> {
    const xml = await this.#client.text('get', {
      xpath: '/rt:routing//bfd-ip-sh:session',
      namespaces: { rt: namespaces.rt, 'bfd-ip-sh': namespaces['bfd-ip-sh'] },
    });
    const all = ipShSessionsOf(xml);
    return shared.map(({ destination }) => {
      const found = all.find((session) => session['dest-addr'] === destination);
      if (found === undefined) throw new Error(`there is no session to ${destination}: ${xml}`);
      return found;
    });
  }
}

/** A session as the peer sees it. */
interface PeerSession {
  readonly peer: string;
  readonly state: string;
  readonly sinceMs: number;
}

/** BIRD reckons it anew each time, to a millisecond or two; a session that flapped is Up much later. */
function withSinceRounded(lives: { ours: object[]; theirs: PeerSession[] }): object {
  const theirs = lives.theirs.map((session) => ({
    ...session,
    sinceMs: expect.closeTo(session.sinceMs, -2),
  }));
  return { ...lives, theirs };
}

/** Milliseconds since midnight, of HH:MM:SS.mmm. */
function timeOfDayMs(text: string): number {
  const [hours = NaN, minutes = NaN, seconds = NaN] = text.split(':').map(Number);
  return ((hours * 60 + minutes) * 60 + seconds) * 1000;
}

describe(`an agent under load that is killed at any moment (seed ${seed})`, () => {
  it.concurrent.each(lanes)(
    `$lane: ${kills / lanes.length} times, comes back whole, and no session flaps`,
    { timeout: 1_500_000 },
    async ({ lane, maxCommits }) => {
      const under = await Lane.start(seededRandom(seed + lane), maxCommits);
      try {
        await under.load.begin();
        await under.untilUp();
        const lives = withSinceRounded(await under.lives());
        for (let kill = 1; kill <= kills / lanes.length; kill += 1) {
          await under.killAndStart();
          expect(await under.load.check(), `kill ${kill}`).toEqual([]);
          expect(await under.lives(), `kill ${kill}`).toEqual(lives);
        }
      } finally {
        await under.dispose();
      }
    },
  );
});
