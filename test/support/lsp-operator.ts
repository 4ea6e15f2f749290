import { configuration, NAMESPACES } from '../../tools/lab/configuration.mjs';
import type { LspLab, Node } from '../../tools/lab/lsp-lab.mjs';
import { type Leaves, LSP_STATE_FILTER, type LspState, readLspState } from '../../tools/lab/lsp-state.mjs';
import { Agent } from './agent.js';
import { Ncclient } from './ncclient.js';
import { waitFor } from './wait-for.js';

/** An agent on a node of the lab, and an operator who uses it by ncclient. */
export class LspOperator {
  readonly agent: Agent;
  readonly client: Ncclient;

  private constructor(agent: Agent, client: Ncclient) {
    this.agent = agent;
    this.client = client;
  }

  static async start(lab: LspLab, node: Node): Promise<LspOperator> {
    const agent = await Agent.start({ namespace: lab.namespace(node) });
    const client = new Ncclient(lab.namespace(node));
    await client.connect(agent.login);
    return new LspOperator(agent, client);
  }

  /** Changes the configuration by each piece, and commits. */
  async commit(...pieces: readonly string[]): Promise<void> {
    for (const piece of pieces) await this.client.call('edit-config', { config: configuration(piece) });
    await this.client.call('commit');
  }

  /** Nothing of BFD and MPLS is left, and no session. */
  async clear(): Promise<void> {
    await this.commit(`<routing xmlns="${NAMESPACES.rt}" nc:operation="remove"/>`);
    await this.until(({ sessions }) => sessions.length === 0, 'no session');
  }

  /** What it tells of tunnels and sessions. */
  async state(): Promise<LspState> {
    return readLspState(await this.client.text('get', { subtree: LSP_STATE_FILTER }));
  }

  /** Sets the counters to zero; something of BFD for LSPs must be configured. */
  async resetStatistics(): Promise<void> {
    await this.rpc(`<reset-all-statistics xmlns="${NAMESPACES.mbb}"/>`);
  }

  /** The state as soon as it is as wanted. */
  async until(wanted: (state: LspState) => boolean, what: string, timeoutMs = 15_000): Promise<LspState> {
    let last: LspState | undefined;
    return waitFor(
      async () => {
        last = await this.state();
        return wanted(last) ? last : undefined;
      },
      () => Promise.resolve(`${what}; the last: ${JSON.stringify(last)}`),
      timeoutMs,
    );
  }

  /** The only session, as soon as it has these values. */
  async session(wanted: Leaves = {}, timeoutMs?: number): Promise<Leaves> {
    const { sessions } = await this.until(
      (state) => state.sessions.length === 1 && has(state.sessions[0], wanted),
      `one session with ${JSON.stringify(wanted)}`,
      timeoutMs,
    );
    return sessions[0] ?? {};
  }

  /** The tunnel of a FEC, as soon as it has these values. */
  async tunnel(fec: string, wanted: Leaves = {}): Promise<LspState['tunnels'][number]> {
    const find = ({ tunnels }: LspState) => tunnels.find(({ leaves }) => leaves['fec'] === fec);
    const state = await this.until(
      (each) => has(find(each)?.leaves, wanted),
      `tunnel ${fec} with ${JSON.stringify(wanted)}`,
    );
    const tunnel = find(state);
    if (tunnel === undefined) throw new Error(`no tunnel ${fec}`);
    return tunnel;
  }

  /** An operation given as XML; answers the reply. */
  async rpc(xml: string): Promise<string> {
    return this.client.text('dispatch', { rpc: xml });
  }

  async dispose(): Promise<void> {
    await this.client.close();
    await this.agent.dispose();
  }
}

function has(leaves: Leaves | undefined, wanted: Leaves): boolean {
  return leaves !== undefined && Object.entries(wanted).every(([name, value]) => leaves[name] === value);
}
