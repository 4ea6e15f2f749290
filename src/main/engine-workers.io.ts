import { spawn, type ChildProcess } from 'node:child_process';

/** What the first of several engines starts: the others, one after the other, so that their sockets have places in that order. */
export interface WorkersOptions {
  /** How many engines there are, this one included. */
  readonly count: number;
  /** The arguments of the engine `index`, without those of Node. */
  readonly args: (index: number) => readonly string[];
  /** Called when one has ended that was not told to. */
  readonly failed: (index: number, how: string) => void;
}

/** The first line on the standard output of an engine that has opened its sockets. */
export const READY_LINE = 'ready';
/** After they were told to end, until they are killed. */
const STOP_MS = 1500;

/** The other engines of a host, as processes that end when this one does: their standard input ends then. */
export class EngineWorkers {
  readonly #children: ChildProcess[] = [];
  readonly #ended: Promise<void>[] = [];
  #stopping = false;

  /**
   * Starts them; resolves when all have opened their sockets.
   *
   * @throws Error when one ends before that
   */
  async start(options: WorkersOptions): Promise<void> {
    for (let index = 1; index < options.count; index += 1) {
      await this.#startOne(index, options);
    }
  }

  /** Ends them, which lets their sessions say AdminDown. */
  async stop(): Promise<void> {
    this.#stopping = true;
    for (const child of this.#children) child.stdin?.end();
    const timer = setTimeout(() => this.#children.forEach((child) => child.kill('SIGKILL')), STOP_MS);
    await Promise.all(this.#ended);
    clearTimeout(timer);
  }

  #startOne(index: number, { args, failed }: WorkersOptions): Promise<void> {
    const command = [...process.execArgv, ...process.argv.slice(1, 2), ...args(index)];
    const child = spawn(process.execPath, command, { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#children.push(child);
    return new Promise((resolve, reject) => {
      const ended = new Promise<void>((settle) => {
        const end = (how: string): void => {
          settle();
          reject(new Error(`engine ${index} does not start: ${how}`));
          if (!this.#stopping) failed(index, how);
        };
        child.once('error', (error) => end(error.message));
        child.once('exit', (code, signal) => end(signal ?? `exit status ${code}`));
      });
      this.#ended.push(ended);
      relay(child, resolve);
    });
  }
}

/** Passes on what a child prints, but for the line that says that it is ready. */
function relay({ stdout }: ChildProcess, ready: () => void): void {
  let waiting: string | null = '';
  stdout?.setEncoding('utf8').on('data', (text: string) => {
    if (waiting === null) {
      process.stdout.write(text);
      return;
    }
    waiting += text;
    const [first, ...rest] = waiting.split('\n');
    if (first === READY_LINE && rest.length > 0) {
      waiting = null;
      process.stdout.write(rest.join('\n'));
      ready();
    }
  });
}
