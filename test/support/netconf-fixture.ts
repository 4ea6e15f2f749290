import { Agent } from './agent.js';
import { config, namespaces } from './config-xml.js';
import { type ClientError, type Hello, Ncclient } from './ncclient.js';
import { NamespacePair } from './netns.js';

const base = namespaces.nc;

/** An agent in a namespace of its own, and ncclient logged in to it as admin: what a file of cases works with. */
export class NetconfFixture {
  readonly agent: Agent;
  readonly client: Ncclient;
  readonly hello: Hello;
  readonly #pair: NamespacePair;
  /** Running as the file wants to find it before each case. */
  #begin = '';

  private constructor(pair: NamespacePair, agent: Agent, client: Ncclient, hello: Hello) {
    this.#pair = pair;
    this.agent = agent;
    this.client = client;
    this.hello = hello;
  }

  /**
   * @param parts configuration that is committed before the first case
   * @param args further arguments of the program
   */
  static async start(parts: readonly string[] = [], args: readonly string[] = []): Promise<NetconfFixture> {
    const pair = await NamespacePair.create();
    const agent = await Agent.start({ namespace: pair.left.name, args });
    const client = new Ncclient(pair.left.name);
    const fixture = new NetconfFixture(pair, agent, client, await client.connect(agent.login));
    try {
      await fixture.#commitFirst(parts);
      return fixture;
    } catch (error) {
      await fixture.dispose();
      throw error;
    }
  }

  /** The network namespace that both are in. */
  get namespace(): string {
    return this.#pair.left.name;
  }

  /** Starts the agent again after it was ended by `signal`, and logs in again. */
  async restart(signal: NodeJS.Signals): Promise<void> {
    await this.agent.child.stop(signal);
    await this.agent.resume();
    await this.client.connect(this.agent.login);
  }

  async dispose(): Promise<void> {
    await this.client.close();
    await this.agent.dispose();
    await this.#pair.dispose();
  }

  /** Running and candidate are again as the file began. */
  async reset(): Promise<void> {
    if ((await this.running()) !== this.#begin) {
      await this.rpc(
        `<copy-config><target><candidate/></target><source>${config(this.#begin)}</source></copy-config>`,
      );
      await this.commit();
    }
    await this.client.call('discard-changes');
  }

  /** Another session, by that name; as admin unless told otherwise. */
  connect(session: string, login: object = {}): Promise<Hello> {
    return this.client.connect({ ...this.agent.login, ...login, session });
  }

  /** The reply to an operation, the XML inside `<rpc>`, which is of the base namespace unless it says otherwise. */
  rpc(operation: string, session = 'default'): Promise<string> {
    return this.client.text('dispatch', { rpc: inBase(operation), session });
  }

  /** The errors that an operation must end with. */
  refusal(operation: string, session = 'default'): Promise<ClientError> {
    return this.client.refusal('dispatch', { rpc: inBase(operation), session });
  }

  /** Merges into the candidate, one part after another. */
  async edit(...parts: readonly string[]): Promise<void> {
    for (const part of parts) await this.client.call('edit-config', { config: config(part) });
  }

  async commit(): Promise<void> {
    await this.client.call('commit');
  }

  running(session = 'default'): Promise<string> {
    return this.#content('running', session);
  }

  candidate(session = 'default'): Promise<string> {
    return this.#content('candidate', session);
  }

  startup(session = 'default'): Promise<string> {
    return this.#content('startup', session);
  }

  async #commitFirst(parts: readonly string[]): Promise<void> {
    await this.edit(...parts);
    await this.commit();
    this.#begin = await this.running();
  }

  async #content(source: string, session: string): Promise<string> {
    return contentOf(await this.client.text('get-config', { source, session }));
  }
}

/** What is inside `<data>`. */
export function contentOf(reply: string): string {
  return /<data[^>]*>(.*)<\/data>/su.exec(reply)?.[1] ?? '';
}

function inBase(operation: string): string {
  return operation.replace(/^<([\w-]+)(?![^>]* xmlns=)/u, `<$1 xmlns="${base}" xmlns:nc="${base}"`);
}
