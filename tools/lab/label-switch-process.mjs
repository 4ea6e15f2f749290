import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { inNamespace } from './in-namespace.mjs';

const PROGRAM = fileURLToPath(new URL('label-switch.mjs', import.meta.url));

/** A label switching router that runs in a network namespace. */
export class LabelSwitchProcess {
  #child;
  /** @type {{ resolve: (answer: any) => void, reject: (error: Error) => void }[]} */
  #waiting = [];
  #complaint = '';

  /**
   * @param {string} namespace
   * @param {readonly { readonly name: string, readonly mac: string }[]} interfaces that labelled frames are
   *   switched between
   */
  constructor(namespace, interfaces) {
    const named = interfaces.map(({ name, mac }) => `${name}=${mac}`);
    const [program, args] = inNamespace(namespace, process.execPath, [PROGRAM, ...named]);
    this.#child = spawn(program, args, { stdio: 'pipe' });
    this.ready = this.#answer();
    createInterface({ input: this.#child.stdout }).on('line', (line) =>
      this.#waiting.shift()?.resolve(JSON.parse(line)),
    );
    this.#child.stderr.on('data', (text) => {
      this.#complaint += text;
    });
    this.ended = new Promise((resolve) => {
      this.#child.once('close', () => {
        const error = new Error(`the label switch has ended: ${this.#complaint}`);
        for (const { reject } of this.#waiting.splice(0)) reject(error);
        resolve(undefined);
      });
    });
  }

  /** @param {readonly import('./label-forwarding.mjs').LabelEntry[]} entries */
  async set(entries) {
    await this.#command({ set: entries });
  }

  /** @param {readonly number[]} labels */
  async remove(labels) {
    await this.#command({ remove: labels });
  }

  /**
   * Spoils what comes with these labels; `{}` ends it.
   *
   * @param {readonly number[]} labels
   * @param {import('./label-forwarding.mjs').Impairment} by
   */
  async impair(labels, by) {
    await this.#command({ impair: labels, by });
  }

  /** How many frames came to which end. @returns {Promise<Record<string, number>>} */
  counters() {
    return this.#command({ counters: true });
  }

  async stop() {
    this.#child.kill();
    await this.ended;
  }

  /** @param {object} command */
  #command(command) {
    const answer = this.#answer();
    this.#child.stdin.write(`${JSON.stringify(command)}\n`);
    return answer;
  }

  /** @returns {Promise<any>} */
  #answer() {
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }
}
