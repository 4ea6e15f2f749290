import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { connectEngine } from './connect-engine.io.js';
import type { Log } from '../lib/log.js';
import { LINK_VERSION } from './messages.js';

export interface SpawnEngineOptions {
  readonly socketPath: string;
  /** Where an engine that is started tells other programs of changes; one that is taken over has its own. */
  readonly eventSocketPath: string;
  readonly logLevel: string;
  readonly log: Log;
  /** How many engines are to share the sessions; one when not given. */
  readonly engines?: number;
  /** The program; dist/bfd-agent.js when not given. */
  readonly program?: string;
}

/** The engine process that belongs to an agent. */
export interface SupervisedEngine {
  /** Of the process that runs now; null between two. */
  readonly pid: number | null;
  /** Ends the engine, which lets its sessions say AdminDown. Resolves when it has ended. */
  stop(): Promise<void>;
}

const RETRY_MIN_MS = 100;
const RETRY_MAX_MS = 5000;
/** An engine that has run so long has started well: the next start is not delayed. */
const SETTLED_MS = 10_000;
/** After SIGTERM, until SIGKILL. */
const STOP_MS = 2000;
const POLL_MS = 50;

/**
 * Sees to it that an engine serves `socketPath`: takes over one that an earlier agent left running, so
 * that its sessions stay Up, else starts one; starts it again when it dies.
 */
export function spawnEngine(options: SpawnEngineOptions): SupervisedEngine {
  return new EngineSupervisor(options);
}

class EngineSupervisor implements SupervisedEngine {
  readonly #options: SpawnEngineOptions;
  readonly #finished: Promise<void>;
  #pid: number | null = null;
  #stopping = false;
  /** Ends the pause between two engines. */
  #wake: () => void = () => undefined;

  constructor(options: SpawnEngineOptions) {
    this.#options = options;
    this.#finished = this.#supervise();
  }

  get pid(): number | null {
    return this.#pid;
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    this.#wake();
    this.#signal('SIGTERM');
    const timer = setTimeout(() => this.#signal('SIGKILL'), STOP_MS);
    await this.#finished;
    clearTimeout(timer);
  }

  async #supervise(): Promise<void> {
    let retryMs = RETRY_MIN_MS;
    while (!this.#stopping) {
      const startedMs = performance.now();
      const ended = await this.#runOne();
      this.#pid = null;
      if (this.#isStopping()) {
        return;
      }
      retryMs = performance.now() - startedMs > SETTLED_MS ? RETRY_MIN_MS : retryMs;
      this.#options.log.error({ ended, restartInMs: retryMs }, 'the engine has ended; it is started again');
      await this.#pause(retryMs);
      retryMs = Math.min(retryMs * 2, RETRY_MAX_MS);
    }
  }

  /** Resolves when the engine has ended, with what is known of how. */
  async #runOne(): Promise<string> {
    const running = await findRunningEngine(this.#options.socketPath);
    if (running === null) {
      return this.#isStopping() ? 'not started' : this.#runChild();
    }
    const { pid, version } = running;
    const wantedEngines = this.#options.engines ?? 1;
    const engines = running.engines ?? 1;
    const fits = version === LINK_VERSION && engines === wantedEngines;
    this.#pid = pid;
    if (fits) {
      this.#options.log.info({ enginePid: pid }, 'an engine already runs; it is taken over');
    } else if (version === LINK_VERSION) {
      this.#options.log.warn(
        { enginePid: pid, engines, wanted: wantedEngines },
        'another number of engines runs; they are replaced, their sessions go to AdminDown meanwhile',
      );
    } else {
      this.#options.log.warn(
        { enginePid: pid, version, wanted: LINK_VERSION },
        'an engine of another version runs; it is replaced, its sessions go to AdminDown meanwhile',
      );
    }
    if (this.#isStopping() || !fits) {
      this.#signal('SIGTERM');
    }
    while (exists(pid)) {
      await this.#pause(POLL_MS);
    }
    return 'gone';
  }

  /**
   * The engine has a session of its own, so that what is typed at the agent's terminal does not reach it,
   * and its log comes through a pipe: an engine that outlives its agent holds nothing of it open, and
   * logs nowhere until it is started again.
   */
  #runChild(): Promise<string> {
    const { engines = 1, socketPath, eventSocketPath, logLevel, log } = this.#options;
    const program = this.#options.program ?? fileURLToPath(new URL('../bfd-agent.js', import.meta.url));
    const sockets = ['--socket', socketPath, '--event-socket', eventSocketPath];
    const several = engines === 1 ? [] : ['--engines', String(engines)];
    const args = [program, 'engine', ...sockets, ...several, '--log-level', logLevel];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'], detached: true });
    child.stderr.pipe(process.stderr, { end: false });
    this.#pid = child.pid ?? null;
    log.info({ enginePid: child.pid }, 'engine started');
    return new Promise((resolve) => {
      child.once('error', (error) => resolve(error.message));
      child.once('exit', (code, signal) => resolve(signal ?? `exit status ${code}`));
    });
  }

  #signal(signal: NodeJS.Signals): void {
    if (this.#pid !== null && exists(this.#pid)) {
      process.kill(this.#pid, signal);
    }
  }

  #pause(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** A call, as the compiler takes a field for unchanged across an await. */
  #isStopping(): boolean {
    return this.#stopping;
  }
}

interface RunningEngine {
  readonly pid: number;
  /** Of the link. */
  readonly version: number;
  readonly engines?: number;
}

/** The engine that serves the socket: it greets whoever connects. Null: there is none. */
async function findRunningEngine(socketPath: string): Promise<RunningEngine | null> {
  let channel;
  try {
    channel = await connectEngine(socketPath);
  } catch {
    return null;
  }
  return new Promise((resolve) => {
    channel.listen({
      message: (message) => {
        channel.close();
        resolve(message.type === 'hello' ? message : null);
      },
      closed: () => resolve(null),
    });
  });
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
