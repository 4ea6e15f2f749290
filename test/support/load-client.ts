import type { Agent } from './agent.js';
import { CommitLedger } from './commit-ledger.js';
import { config, ethernet, ipShSessions, type SessionXml, timers } from './config-xml.js';
import { crashProblems, type HistoryReader, toldCommits } from './history-check.js';
import { ClientError, type Ncclient } from './ncclient.js';

const commitNamespace = 'urn:bfd-agent:yang:bfd-agent-commit';

/**
 * Half a second of silence at 50 ms: less than an agent needs to start, so that a session that leant on it
 * would be lost, and more than a busy machine withholds from a process.
 */
export const detectMult = 10;

/** The sessions that a load works with, as destinations on eth0, each with the address to send from. */
export interface LoadSessions {
  /** Never touched. */
  readonly steady: readonly SessionAddresses[];
  /** Always configured; their timers change. */
  readonly tuned: readonly SessionAddresses[];
  /** Come and go. */
  readonly passing: readonly SessionAddresses[];
}

export interface SessionAddresses {
  readonly source: string;
  readonly destination: string;
}

export interface LoadOptions {
  readonly client: Ncclient;
  readonly agent: Agent;
  readonly sessions: LoadSessions;
  readonly maxCommits: number;
  /** 0 ≤ r < 1. */
  readonly random: () => number;
}

/**
 * An operator without rest: commits, confirmed commits, their confirmation and cancellation, and rollbacks,
 * one after another by ncclient, while the agent may die at any moment.
 */
export class LoadClient {
  readonly #options: LoadOptions;
  readonly #reader: HistoryReader;
  #ledger = new CommitLedger('', 0);
  /** The first commit that has all sessions which have to stay. */
  #floor = 0;
  #checked = 0;
  #edits = 0;
  /** The token of the confirmed commit that waits, if it has one. */
  #persist: string | undefined;

  constructor(options: LoadOptions) {
    this.#options = options;
    this.#reader = readerOver(options.client);
  }

  /** Commits what stays. */
  async begin(): Promise<void> {
    const { client, agent, sessions, maxCommits } = this.#options;
    await client.call('connect', agent.login);
    const all = [...sessions.steady, ...sessions.tuned].map((session) => sessionXml(session, 50_000));
    const history = `<commit-history xmlns="${commitNamespace}"><max-commits>${maxCommits}</max-commits></commit-history>`;
    await this.#edit(ethernet('eth0') + ipShSessions(...all) + history);
    await client.call('commit');
    this.#floor = (await this.#reader.commits()).at(-1)?.number ?? 0;
    this.#checked = this.#floor;
    this.#ledger.restarted(await this.#reader.running(), this.#floor);
  }

  /** Works until the agent is gone, which `kill` begins to see to after so many steps; what it refuses is thrown. */
  async work(steps: number, kill: () => Promise<void>): Promise<void> {
    let killing: Promise<void> | undefined;
    try {
      for (let done = 0; ; done += 1) {
        if (done === steps) killing = kill();
        await this.#step();
      }
    } catch (error) {
      const isEndOfSession = error instanceof ClientError && error.kind !== 'rpc-error';
      if (killing === undefined || !isEndOfSession) throw error;
    } finally {
      await killing;
    }
  }

  /** Logs in again after the agent was started; answers what is wrong with running and the history. */
  async check(): Promise<string[]> {
    await this.#options.client.call('connect', this.#options.agent.login);
    const problems = await crashProblems(this.#reader, this.#ledger.expected(), this.#checked);
    this.#checked = (await this.#reader.commits()).at(-1)?.number ?? 0;
    this.#ledger.restarted(await this.#reader.running(), this.#checked);
    this.#persist = undefined;
    return problems;
  }

  /** One of `choices`. */
  #pick<T>(choices: readonly T[]): T {
    const chosen = choices[Math.floor(this.#options.random() * choices.length)];
    if (chosen === undefined) throw new Error('there is nothing to pick from');
    return chosen;
  }

  #step(): Promise<void> {
    if (!this.#ledger.isPending) {
      return this.#pick([
        () => this.#commit(),
        () => this.#commit(),
        () => this.#rollback(),
        () => this.#commitConfirmed(undefined),
        () => this.#commitConfirmed(`token ${this.#edits}`),
      ])();
    }
    return this.#pick([() => this.#confirm(), () => this.#cancel(), () => this.#extend()])();
  }

  async #commit(): Promise<void> {
    await this.#change();
    await this.#tell('commit', 'commit', {});
  }

  async #rollback(): Promise<void> {
    const back = Math.floor(this.#options.random() * Math.min(3, this.#options.maxCommits));
    await this.#reader.rollback(Math.max(this.#floor, this.#ledger.number - back));
    await this.#tell('commit', 'commit', {});
  }

  async #commitConfirmed(persist: string | undefined): Promise<void> {
    await this.#change();
    const token = persist === undefined ? {} : { persist };
    await this.#tell('confirmed-commit', 'commit', { confirmed: true, timeout: '300', ...token });
    this.#persist = persist;
  }

  async #extend(): Promise<void> {
    await this.#change();
    const token = this.#persistId();
    await this.#tell('confirmed-commit', 'commit', { confirmed: true, timeout: '300', ...token });
  }

  /** With further changes, or without. */
  async #confirm(): Promise<void> {
    if (this.#options.random() < 0.5) await this.#change();
    await this.#tell('commit', 'commit', this.#persistId());
    this.#persist = undefined;
  }

  async #cancel(): Promise<void> {
    await this.#tell('cancel', 'cancel-commit', this.#persistId());
    this.#persist = undefined;
  }

  #persistId(): { persist_id?: string } {
    return this.#persist === undefined ? {} : { persist_id: this.#persist };
  }

  async #tell(step: 'commit' | 'confirmed-commit' | 'cancel', verb: string, args: object): Promise<void> {
    this.#ledger.begin(step, await this.#reader.candidate());
    await this.#options.client.call(verb, { ...args });
    this.#ledger.acknowledge();
  }

  /** Another description, other timers, and sessions that come or go. */
  async #change(): Promise<void> {
    this.#edits += 1;
    const { tuned, passing } = this.#options.sessions;
    const entries: SessionXml[] = [
      sessionXml(this.#pick(tuned), this.#pick([50_000, 60_000, 80_000, 100_000])),
    ];
    for (const session of passing) {
      const fate = this.#options.random();
      if (fate < 0.3) entries.push(sessionXml(session, 100_000));
      else if (fate < 0.5) entries.push({ ...addressesOnly(session), attributes: ' nc:operation="remove"' });
    }
    await this.#edit(
      ethernet('eth0', `<description>edit ${this.#edits}</description>`) + ipShSessions(...entries),
    );
  }

  async #edit(content: string): Promise<void> {
    await this.#options.client.call('edit-config', { config: config(content) });
  }
}

function addressesOnly({ destination }: SessionAddresses): SessionXml {
  return { interface: 'eth0', destination };
}

function sessionXml(session: SessionAddresses, intervalUs: number): SessionXml {
  const leaves = `<source-addr>${session.source}</source-addr>${timers(intervalUs, detectMult)}`;
  return { ...addressesOnly(session), leaves };
}

function readerOver(client: Ncclient): HistoryReader {
  return {
    commits: async () => {
      const told = await client.text('get', { subtree: `<commits xmlns="${commitNamespace}"/>` });
      return toldCommits(told);
    },
    running: async () => dataOf(await client.text('get-config', { source: 'running' })),
    candidate: async () => dataOf(await client.text('get-config', { source: 'candidate' })),
    rollback: async (number) => {
      await client.call('dispatch', {
        rpc: `<rollback xmlns="${commitNamespace}"><commit>${number}</commit></rollback>`,
      });
    },
    edit: async (xml) => {
      await client.call('edit-config', { config: config(xml) });
    },
    discard: async () => {
      await client.call('discard-changes');
    },
  };
}

/** What is inside `<data>`. */
function dataOf(xml: string): string {
  return /<data[^>]*>(.*)<\/data>/su.exec(xml)?.[1] ?? '';
}
