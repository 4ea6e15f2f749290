import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { waitFor } from './wait-for.js';

/** How messages are framed on the wire (RFC 6242 §4). */
export type Framing = '1.0' | '1.1';

const END = ']]>]]>';

/** Options that make ssh depend on nothing of the user who runs the tests. */
export const SSH_OPTIONS: readonly string[] = [
  '-F',
  '/dev/null',
  '-oStrictHostKeyChecking=no',
  '-oUserKnownHostsFile=/dev/null',
  '-oLogLevel=ERROR',
];

/** The hello of a client that speaks NETCONF of this version alone. */
export function clientHello(version: Framing): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<hello xmlns="urn:ietf:params:xml:ns:netconf:base:1.0">
  <capabilities><capability>urn:ietf:params:netconf:base:${version}</capability></capabilities>
</hello>
${END}`;
}

/** `ssh -s … netconf` with its input and output in the hands of a script. */
export class OpenSshSession {
  readonly exited: Promise<number | null>;
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #framing: Framing;
  #received = '';
  #errors = '';
  #sent = 0;

  private constructor(namespace: string, args: readonly string[], framing: Framing) {
    const all = ['netns', 'exec', namespace, 'ssh', ...SSH_OPTIONS, '-o', 'BatchMode=yes', ...args];
    this.#process = spawn('ip', [...all, 'netconf']);
    this.#framing = framing;
    this.#process.stdout.setEncoding('utf8').on('data', (text: string) => (this.#received += text));
    this.#process.stderr.setEncoding('utf8').on('data', (text: string) => (this.#errors += text));
    this.exited = new Promise((resolve) => this.#process.once('close', resolve));
  }

  /** @param args of ssh: host, port, user, key; and `-s` */
  static async open(
    namespace: string,
    args: readonly string[],
    framing: Framing,
  ): Promise<{ session: OpenSshSession; hello: string }> {
    const session = new OpenSshSession(namespace, args, framing);
    const hello = await session.#until(() => session.#takeDelimited(), 'hello');
    session.#process.stdin.write(clientHello(framing));
    return { session, hello };
  }

  /** Sends an rpc and answers its reply; notifications may come before it, see `next`. */
  async rpc(operation: string): Promise<string> {
    this.send(operation);
    return this.next();
  }

  send(operation: string): void {
    this.#sent += 1;
    this.#write(
      `<rpc xmlns="urn:ietf:params:xml:ns:netconf:base:1.0" message-id="${this.#sent}">${operation}</rpc>`,
    );
  }

  /** The next message of the agent. */
  async next(): Promise<string> {
    const take = this.#framing === '1.0' ? () => this.#takeDelimited() : () => this.#takeChunks();
    return this.#until(take, 'message');
  }

  /** Ends ssh, where the agent has not. */
  async close(): Promise<void> {
    this.#process.stdin.end();
    this.#process.kill();
    await this.exited;
  }

  /** In the framing of 1.1 every message goes in two chunks, so that the agent has to join them. */
  #write(message: string): void {
    if (this.#framing === '1.0') {
      this.#process.stdin.write(`${message}\n${END}\n`);
      return;
    }
    const bytes = Buffer.from(message);
    const half = bytes.length >> 1;
    for (const chunk of [bytes.subarray(0, half), bytes.subarray(half)]) {
      this.#process.stdin.write(Buffer.concat([Buffer.from(`\n#${chunk.length}\n`), chunk]));
    }
    this.#process.stdin.write('\n##\n');
  }

  async #until(take: () => string | undefined, what: string): Promise<string> {
    const account = () => `ssh said "${this.#errors}", received "${this.#received}"`;
    const look = () => {
      const found = take();
      if (found === undefined && this.#process.exitCode !== null) {
        throw new Error(`ssh ended before a ${what}; ${account()}`);
      }
      return found;
    };
    return waitFor(look, async () => `${what}; ${account()}`);
  }

  #takeDelimited(): string | undefined {
    const end = this.#received.indexOf(END);
    if (end === -1) return undefined;
    const message = this.#received.slice(0, end);
    this.#received = this.#received.slice(end + END.length);
    return message;
  }

  /** ASCII alone is received here, so that a length in octets is one in characters. */
  #takeChunks(): string | undefined {
    let message = '';
    for (let rest = this.#received; ;) {
      if (rest.startsWith('\n##\n')) {
        this.#received = rest.slice(4);
        return message;
      }
      const head = /^\n#([1-9]\d*)\n/u.exec(rest);
      const end = (head?.[0].length ?? 0) + Number(head?.[1]);
      if (head === null || rest.length < end) return undefined;
      message += rest.slice(head[0].length, end);
      rest = rest.slice(end);
    }
  }
}
