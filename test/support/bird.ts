import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Child } from './child.js';
import type { Namespace } from './netns.js';
import { waitFor } from './wait-for.js';

/** A line of `show bfd sessions`. Interval and timeout in seconds. */
export interface BirdSession {
  readonly peer: string;
  readonly interfaceName: string;
  readonly state: string;
  /** When it came to be in that state. */
  readonly since: string;
  readonly interval: number;
  readonly timeout: number;
}

/** BIRD, run for a test alone: own folder, own control socket, in a namespace. */
export class Bird {
  readonly #folder: string;
  readonly #child: Child;

  private constructor(folder: string, child: Child) {
    this.#folder = folder;
    this.#child = child;
  }

  /**
   * @param config what follows the log, router id and device protocol: the `bfd` protocol
   * @param options realTime: it gets the processor before all that has no such priority
   */
  static async start(
    namespace: Namespace,
    config: string,
    { realTime = false }: { readonly realTime?: boolean } = {},
  ): Promise<Bird> {
    const folder = await mkdtemp(join(tmpdir(), 'bird-test-'));
    const file = join(folder, 'bird.conf');
    await writeFile(file, text(config));
    const own = ['-f', '-c', file, '-s', join(folder, 'bird.ctl'), '-P', join(folder, 'bird.pid')];
    const [program = '', ...args] = [...(realTime ? ['chrt', '--rr', '50'] : []), 'bird', ...own];
    const bird = new Bird(folder, new Child(...namespace.command(program, args)));
    await waitFor(
      () =>
        bird.birdc('show status').then(
          () => true,
          () => undefined,
        ),
      'answer of bird',
    );
    return bird;
  }

  /** Runs a command of birdc; answers what was printed. */
  async birdc(command: string): Promise<string> {
    const { stdout } = await promisify(execFile)('birdc', ['-s', join(this.#folder, 'bird.ctl'), command]);
    return stdout;
  }

  async sessions(): Promise<readonly BirdSession[]> {
    const lines = (await this.birdc('show bfd sessions')).split('\n');
    return lines.map(readSession).filter((session) => session !== null);
  }

  /** The session as soon as it is as wanted. */
  async until(
    address: string,
    wanted: (session: BirdSession) => boolean,
    timeoutMs = 10_000,
  ): Promise<BirdSession> {
    return waitFor(
      async () => (await this.sessions()).find((session) => session.peer === address && wanted(session)),
      async () => `session with ${address} as wanted; BIRD says ${JSON.stringify(await this.sessions())}`,
      timeoutMs,
    );
  }

  /** All sessions as soon as there are so many, each as wanted. */
  async untilAll(count: number, wanted: (session: BirdSession) => boolean): Promise<void> {
    await waitFor(
      async () => {
        const sessions = await this.sessions();
        return sessions.length === count && sessions.every(wanted) ? true : undefined;
      },
      async () => `${count} sessions as wanted; BIRD says ${JSON.stringify(await this.sessions())}`,
    );
  }

  /** Replaces the configuration while it runs. */
  async configure(config: string): Promise<void> {
    await writeFile(join(this.#folder, 'bird.conf'), text(config));
    await this.birdc('configure');
  }

  async stop(): Promise<void> {
    await this.#child.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

function text(config: string): string {
  return `log stderr all;\nrouter id 192.0.2.254;\nprotocol device { }\n${config}\n`;
}

/** Columns: address, interface, state, since, interval, timeout. */
function readSession(line: string): BirdSession | null {
  const [peer = '', interfaceName = '', state = '', since = '', ...rest] = line.trim().split(/\s+/);
  const [interval, timeout] = rest.slice(-2).map(Number);
  return /^[0-9a-f.:]+$/.test(peer) && interval !== undefined && timeout !== undefined
    ? { peer, interfaceName, state, since, interval, timeout }
    : null;
}
