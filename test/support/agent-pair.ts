import { XMLParser } from 'fast-xml-parser';
import { Agent } from './agent.js';
import { config, ethernet, namespaces } from './config-xml.js';
import { Ncclient } from './ncclient.js';
import { type Namespace, NamespacePair } from './netns.js';
import { waitFor } from './wait-for.js';

const FAR: Readonly<Record<string, string>> = {
  'bfd-ip-sh': namespaces['bfd-ip-sh'],
  'bfd-ip-mh': 'urn:ietf:params:xml:ns:yang:ietf-bfd-ip-mh',
  bab: 'urn:bfd-agent:yang:bfd-agent-bfd',
};

/** Values of leaves, by name; those of all containers of a session in one. */
export type Leaves = Readonly<Record<string, string>>;

/** An agent in a namespace, and an operator who uses it by ncclient. */
export class OperatedAgent {
  readonly namespace: Namespace;
  readonly agent: Agent;
  readonly client: Ncclient;

  private constructor(namespace: Namespace, agent: Agent, client: Ncclient) {
    this.namespace = namespace;
    this.agent = agent;
    this.client = client;
  }

  static async start(namespace: Namespace): Promise<OperatedAgent> {
    const agent = await Agent.start({ namespace: namespace.name });
    const client = new Ncclient(namespace.name);
    await client.connect(agent.login);
    return new OperatedAgent(namespace, agent, client);
  }

  /** No session and no key chain is left. */
  async clear(): Promise<void> {
    const gone =
      `<routing xmlns="${namespaces.rt}" nc:operation="remove"/>` +
      `<key-chains xmlns="urn:ietf:params:xml:ns:yang:ietf-key-chain" nc:operation="remove"/>`;
    await this.commit(gone);
  }

  /** Adds to the configuration, or changes it. */
  async commit(...parts: readonly string[]): Promise<void> {
    await this.client.call('edit-config', { config: config(ethernet('eth0'), ...parts) });
    await this.client.call('commit');
  }

  /** What the agent tells of its one session. */
  async session(): Promise<Leaves> {
    const names = 'bfd-ip-sh:session | //bfd-ip-mh:session-group';
    const data = await this.client.text('get', { xpath: `//${names}`, namespaces: FAR });
    const document: unknown = new XMLParser({ removeNSPrefix: true, parseTagValue: false }).parse(data);
    return leavesIn(document);
  }

  /** What the agent tells of the engine. */
  async engine(): Promise<string> {
    return this.client.text('get', { xpath: '/bab:engine', namespaces: FAR });
  }

  /** The session as soon as it has these values. */
  until(wanted: Leaves, timeoutMs = 15_000): Promise<Leaves> {
    const names = Object.keys(wanted);
    let last: Leaves = {};
    return waitFor(
      async () => {
        last = await this.session();
        return names.every((name) => last[name] === wanted[name]) ? last : undefined;
      },
      () => Promise.resolve(`session with ${JSON.stringify(wanted)}; the last: ${JSON.stringify(last)}`),
      timeoutMs,
    );
  }

  async dispose(): Promise<void> {
    await this.client.close();
    await this.agent.dispose();
  }
}

/** Two agents that are neighbours: 192.0.2.1 and 2001:db8::1 on the left, 192.0.2.2 and 2001:db8::2 on the right. */
export class AgentPair {
  readonly link: NamespacePair;
  readonly left: OperatedAgent;
  readonly right: OperatedAgent;

  private constructor(link: NamespacePair, left: OperatedAgent, right: OperatedAgent) {
    this.link = link;
    this.left = left;
    this.right = right;
  }

  static async start(): Promise<AgentPair> {
    const link = await NamespacePair.create();
    const ends = [link.left, link.right];
    for (const [index, end] of ends.entries()) {
      await end.ip('address', 'add', `2001:db8::${index + 1}/64`, 'dev', 'eth0', 'nodad');
      await end.ip('address', 'add', `fe80::${index + 1}/64`, 'dev', 'eth0', 'nodad');
    }
    const left = await OperatedAgent.start(link.left);
    return new AgentPair(link, left, await OperatedAgent.start(link.right));
  }

  /** Resolves when both see their session Up. */
  async up(more: Leaves = {}): Promise<readonly [Leaves, Leaves]> {
    const wanted = { 'local-state': 'up', 'remote-state': 'up', ...more };
    return [await this.left.until(wanted), await this.right.until(wanted)];
  }

  /** Neither has a session any more. */
  async clear(): Promise<void> {
    await this.left.clear();
    await this.right.clear();
  }

  async dispose(): Promise<void> {
    await this.left.dispose();
    await this.right.dispose();
    await this.link.dispose();
  }
}

/** The leaves at any depth, those of the flight record as `record:NAME`; of equal names that which comes last. */
function leavesIn(value: unknown): Record<string, string> {
  const found: Record<string, string> = {};
  const visit = (node: unknown, prefix: string): void => {
    if (typeof node !== 'object' || node === null) return;
    for (const [name, child] of Object.entries(node)) {
      if (typeof child === 'string') found[prefix + name] = child;
      else visit(child, name === 'flight-record' ? 'record:' : prefix);
    }
  };
  visit(value, '');
  return found;
}
