import { Terminal } from './terminal.js';

const PROMPT = /^yangcli[^\n>]*> $/mu;

/** yuma123's yangcli, as somebody uses it who types commands and reads what comes. */
export class Yangcli {
  readonly #terminal: Terminal;

  private constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  /** Starts it without a session. */
  static async start(namespace: string): Promise<Yangcli> {
    const yangcli = new Yangcli(await Terminal.start(namespace, ['yangcli']));
    await yangcli.#terminal.until(PROMPT);
    return yangcli;
  }

  /** Types a command; answers what is shown until the next prompt. */
  async run(command: string): Promise<string> {
    const from = this.#terminal.shown.length;
    this.#terminal.type(`${command}\n`);
    // The first line is the echo of what was typed.
    const shown = await this.#terminal.until(new RegExp(`\\n[^]*?${PROMPT.source}`, 'mu'), from);
    return shown.slice(shown.indexOf('\n') + 1).replace(PROMPT, '');
  }

  /** What is shown, without a command, as soon as it matches: notifications come when they come. */
  async sees(pattern: RegExp): Promise<string> {
    return this.#terminal.until(pattern);
  }

  async close(): Promise<void> {
    await this.#terminal.close();
  }
}
