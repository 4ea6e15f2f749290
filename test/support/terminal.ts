import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const driver = fileURLToPath(new URL('terminal.py', import.meta.url));

/** A program that a person has before him: in a terminal, with an empty home directory. */
export class Terminal {
  /** All that it has shown, with the ends of lines as they are in files. */
  shown = '';
  readonly home: string;
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #ended: Promise<unknown>;
  #wake: () => void = () => undefined;

  private constructor(home: string, namespace: string, command: readonly string[]) {
    this.home = home;
    const args = ['netns', 'exec', namespace, '/usr/bin/python3', driver, home, ...command];
    // A terminal that can do nothing gets no control sequences.
    this.#process = spawn('ip', args, { env: { ...process.env, TERM: 'dumb' } });
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        this.shown += text.replaceAll('\r', '');
        this.#wake();
      });
    }
    this.#ended = new Promise((resolve) => this.#process.once('close', resolve));
    void this.#ended.then(() => this.#wake());
  }

  /** @param home what is in the home directory; without it a folder that is empty */
  static async start(namespace: string, command: readonly string[]): Promise<Terminal> {
    return new Terminal(await mkdtemp(join(tmpdir(), 'bfd-agent-home-')), namespace, command);
  }

  /** Types text; Enter is `\n`. */
  type(text: string): void {
    this.#process.stdin.write(text);
  }

  /** What is shown after the first `from` characters, up to and with a match of `pattern`. */
  async until(pattern: RegExp, from = 0, timeoutMs = 30_000): Promise<string> {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      const text = this.shown.slice(from);
      const match = pattern.exec(text);
      if (match) return text.slice(0, match.index + match[0].length);
      const left = deadline - Date.now();
      if (left <= 0 || this.#process.exitCode !== null) {
        throw new Error(`the terminal never showed ${pattern}; it shows:\n${text}`);
      }
      await this.#more(left);
    }
  }

  /** Hangs up. */
  async close(): Promise<void> {
    this.#process.stdin.end();
    await this.#ended;
    await rm(this.home, { recursive: true, force: true });
  }

  async #more(timeoutMs: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, timeoutMs);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
