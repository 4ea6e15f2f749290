import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectEngine } from '../../src/link/connect-engine.io.js';
import { EngineLink } from '../../src/link/engine-link.io.js';
import { NOTHING_DESIRED } from '../../src/link/engine-port.js';
import type {
  DesiredSession,
  MplsEvent,
  SessionKey,
  SessionReport,
  StateChangeEvent,
} from '../../src/link/messages.js';
import { startProgram } from './agent.js';
import type { Child } from './child.js';
import type { Namespace } from './netns.js';
import { silentLog } from './silent-log.js';
import { waitFor } from './wait-for.js';

/** The engine process in a namespace, with a link to it, as an agent holds it. */
export class TestEngine {
  readonly child: Child;
  readonly link: EngineLink;
  readonly events: StateChangeEvent[] = [];
  readonly mplsEvents: MplsEvent[] = [];
  readonly #folder: string;

  private constructor(folder: string, child: Child, desired: () => readonly DesiredSession[]) {
    this.#folder = folder;
    this.child = child;
    this.link = this.connect(desired);
    this.link.onEvent((event) => {
      if (event.type === 'state-change') this.events.push(event);
      else this.mplsEvents.push(event);
    });
  }

  /** @param wrapper a program and its arguments that the engine is started by */
  static async start(
    namespace: Namespace,
    desired: () => readonly DesiredSession[] = () => [],
    wrapper: readonly string[] = [],
  ): Promise<TestEngine> {
    const folder = await mkdtemp(join(tmpdir(), 'bfd-engine-test-'));
    const child = startProgram(
      ['engine', '--socket', join(folder, 'engine.sock'), '--event-socket', join(folder, 'events.sock')],
      namespace.name,
      undefined,
      wrapper,
    );
    await child.wait(
      () => child.stderr.find((line) => line.includes('engine ready')),
      'engine that is ready',
      20_000,
    );
    return new TestEngine(folder, child, desired);
  }

  /** Where other programs follow it. */
  get eventSocket(): string {
    return join(this.#folder, 'events.sock');
  }

  /** Another link to the engine, as a restarted agent makes it. */
  connect(desired: () => readonly DesiredSession[]): EngineLink {
    const socketPath = join(this.#folder, 'engine.sock');
    return new EngineLink({
      connect: () => connectEngine(socketPath),
      desired: () => ({ ...NOTHING_DESIRED, sessions: desired() }),
      log: silentLog,
    });
  }

  /** Brings sessions into being; fails the test when the engine refuses one. */
  async set(...sessions: readonly DesiredSession[]): Promise<void> {
    await this.#change({ set: sessions, remove: [] });
  }

  async remove(...keys: readonly SessionKey[]): Promise<void> {
    await this.#change({ set: [], remove: keys });
  }

  async report(key: SessionKey): Promise<SessionReport> {
    const answer = await this.link.read([key]);
    if (!answer.ok) throw new Error(answer.error.message);
    const [report] = answer.value;
    if (!report) throw new Error(`the engine has no session ${key}`);
    return report;
  }

  /** The session's report as soon as it is as wanted. */
  async until(
    key: SessionKey,
    wanted: (report: SessionReport) => boolean,
    timeoutMs = 10_000,
  ): Promise<SessionReport> {
    return waitFor(
      async () => {
        const report = await this.report(key);
        return wanted(report) ? report : undefined;
      },
      async () => `session as wanted; it is ${JSON.stringify(await this.report(key))}`,
      timeoutMs,
    );
  }

  async stop(): Promise<void> {
    this.link.close();
    await this.child.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #change(change: Parameters<EngineLink['apply']>[0]): Promise<void> {
    const answer = await this.link.apply(change);
    if (!answer.ok) throw new Error(answer.error.message);
    if (answer.value.length > 0) throw new Error(`refused: ${JSON.stringify(answer.value)}`);
  }
}
