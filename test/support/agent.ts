import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Child } from './child.js';

const program = fileURLToPath(new URL('../../dist/bfd-agent.js', import.meta.url));

/** A start takes less than a second; on a machine that is overloaded many times over, it has been 20. */
const READY_MS = 60_000;

export interface AgentOptions {
  /** Network namespace to run in; without it the machine's own. */
  readonly namespace?: string;
  /** First configuration: the XML of `<config>`. */
  readonly init?: string;
  readonly args?: readonly string[];
}

/** The program under test, as a user starts it, in a folder that is removed at `dispose`. */
export class Agent {
  static readonly password = 'correct horse battery staple';

  readonly folder: string;
  readonly #options: AgentOptions;
  #child: Child | undefined;
  #address: { readonly host: string; readonly port: number } | undefined;

  private constructor(folder: string, options: AgentOptions) {
    this.folder = folder;
    this.#options = options;
  }

  /** Starts an agent and waits until it says that it listens. */
  static async start(options: AgentOptions = {}): Promise<Agent> {
    const folder = await mkdtemp(join(tmpdir(), 'bfd-agent-test-'));
    if (options.init !== undefined) await writeFile(join(folder, 'init.xml'), options.init);
    const agent = new Agent(folder, options);
    await agent.resume();
    return agent;
  }

  get child(): Child {
    if (!this.#child) throw new Error('the agent was never started');
    return this.#child;
  }

  get stateDir(): string {
    return join(this.folder, 'state');
  }

  /** What ncclient needs to log in as admin by password. */
  get login(): { host: string; port: number; user: string; password: string } {
    if (!this.#address) throw new Error('the agent is not listening');
    return { ...this.#address, user: 'admin', password: Agent.password };
  }

  /** Starts the program, again after it ended, with the state that it left; `more` are further arguments. */
  async resume(more: readonly string[] = []): Promise<void> {
    this.begin(more);
    const ready = await this.child.line(/^bfd-agent: NETCONF over SSH ready on (.+):(\d+)$/, READY_MS);
    this.#address = { host: ready[1] ?? '', port: Number(ready[2]) };
  }

  /** As `resume`, without waiting until it listens. */
  begin(more: readonly string[] = []): void {
    const { namespace, init, args = [] } = this.#options;
    const initArgs = init === undefined ? [] : ['--init', join(this.folder, 'init.xml')];
    this.#child = startProgram(
      ['run', '--state-dir', this.stateDir, '--netconf', '127.0.0.1:0', ...initArgs, ...args, ...more],
      namespace,
    );
  }

  /** Ends the agent and removes all that it left. */
  async dispose(): Promise<void> {
    await this.child.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** Runs the program with any arguments, for what does not become ready. */
export function startProgram(
  args: readonly string[],
  namespace?: string,
  env: NodeJS.ProcessEnv = { BFD_AGENT_ADMIN_PASSWORD: Agent.password },
  wrapper: readonly string[] = [],
): Child {
  const own = [...wrapper, process.execPath, program, ...args];
  const [command = '', ...rest] = namespace === undefined ? own : ['ip', 'netns', 'exec', namespace, ...own];
  return new Child(command, rest, { env });
}
