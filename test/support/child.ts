import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** A program that a test started, with all the lines it has printed. */
export class Child {
  readonly stdout: string[] = [];
  readonly stderr: string[] = [];
  readonly exited: Promise<number | NodeJS.Signals>;
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #waiting = new Set<() => void>();

  constructor(command: string, args: readonly string[], options: { env?: NodeJS.ProcessEnv } = {}) {
    this.#process = spawn(command, args, { env: { ...process.env, ...options.env } });
    // One that has ended reads no more; that it has is told by `exited`.
    this.#process.stdin.on('error', () => undefined);
    this.#read(this.#process.stdout, this.stdout);
    this.#read(this.#process.stderr, this.stderr);
    this.exited = new Promise((resolve, reject) => {
      this.#process.once('error', reject);
      this.#process.once('close', (status, signal) => {
        resolve(signal ?? status ?? 0);
        this.#wake();
      });
    });
  }

  get pid(): number {
    if (this.#process.pid === undefined) throw new Error('the program was not started');
    return this.#process.pid;
  }

  get running(): boolean {
    return this.#process.exitCode === null && this.#process.signalCode === null;
  }

  /** The first line of stdout that matches, now or within the time. */
  async line(pattern: RegExp, timeoutMs = 20_000): Promise<RegExpExecArray> {
    return this.wait(() => firstMatch(this.stdout, pattern), `a line ${pattern}`, timeoutMs);
  }

  /** What `look` answers, as soon as it is not undefined; looked at after every line printed. */
  async wait<T>(look: () => T | undefined, what: string, timeoutMs: number): Promise<T> {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      const found = look();
      if (found !== undefined) return found;
      if (!this.running || Date.now() > deadline) throw new Error(`no ${what}; ${this.#account()}`);
      await this.#change(deadline - Date.now());
    }
  }

  write(text: string): void {
    this.#process.stdin.write(text);
  }

  /** Writes this, and that it is the end. */
  writeLast(text: string): void {
    this.#process.stdin.end(text);
  }

  /** Asks it to end, and waits for that; after five seconds it is killed. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | NodeJS.Signals> {
    if (this.running) this.#process.kill(signal);
    const hard = setTimeout(() => this.#process.kill('SIGKILL'), 5_000);
    try {
      return await this.exited;
    } finally {
      clearTimeout(hard);
    }
  }

  #read(stream: NodeJS.ReadableStream, lines: string[]): void {
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line);
      this.#wake();
    });
  }

  #wake(): void {
    for (const resume of this.#waiting) resume();
    this.#waiting.clear();
  }

  async #change(timeoutMs: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, Math.max(timeoutMs, 1));
      this.#waiting.add(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  #account(): string {
    const tail = [...this.stdout.slice(-10), ...this.stderr.slice(-20)].join('\n');
    return `${this.running ? 'it is running' : 'it has ended'} and said:\n${tail}`;
  }
}

function firstMatch(lines: readonly string[], pattern: RegExp): RegExpExecArray | undefined {
  for (const line of lines) {
    const match = pattern.exec(line);
    if (match) return match;
  }
  return undefined;
}
