import { fileURLToPath } from 'node:url';
import * as v from 'valibot';
import { Child } from './child.js';

const driver = fileURLToPath(new URL('ncclient-driver.py', import.meta.url));

/** An rpc-error as ncclient gives it. */
export interface ClientRpcError {
  readonly type: string;
  readonly tag: string;
  readonly severity: string;
  readonly appTag: string | null;
  readonly path: string | null;
  readonly message: string | null;
  readonly info: string | null;
}

/** What ncclient threw; for an rpc-error, all errors of the reply. */
export class ClientError extends Error {
  readonly kind: string;
  readonly errors: readonly ClientRpcError[];

  constructor(kind: string, message: string, errors: readonly ClientRpcError[] = []) {
    super(`${kind}: ${message}`);
    this.kind = kind;
    this.errors = errors;
  }

  get tag(): string | undefined {
    return this.errors[0]?.tag;
  }
}

const hello = v.object({ sessionId: v.string(), capabilities: v.array(v.string()) });

/** What the agent's hello said. */
export type Hello = v.InferOutput<typeof hello>;

/** ncclient in a process of its own, in any network namespace; several sessions by name. */
export class Ncclient {
  readonly #child: Child;
  #answers = 0;

  constructor(namespace?: string) {
    const python = ['/usr/bin/python3', driver];
    const command = namespace === undefined ? python : ['ip', 'netns', 'exec', namespace, ...python];
    this.#child = new Child(command[0] ?? '', command.slice(1));
  }

  /** Of the process that ncclient runs in. */
  get pid(): number {
    return this.#child.pid;
  }

  /** One call of the driver; see ncclient-driver.py for the verbs and their arguments. */
  async call(verb: string, args: Record<string, unknown> = {}): Promise<unknown> {
    const number = this.#answers++;
    this.#child.write(`${JSON.stringify({ call: verb, ...args })}\n`);
    const line = await this.#child.wait(() => this.#child.stdout[number], `answer to ${verb}`, 40_000);
    const answer = JSON.parse(line);
    if ('error' in answer) {
      throw new ClientError(answer.error.kind, answer.error.message, answer.error.errors);
    }
    return answer.ok;
  }

  /** Opens a session: by the name `session`, where several are open at a time. */
  async connect(args: Record<string, unknown>): Promise<Hello> {
    return v.parse(hello, await this.call('connect', args));
  }

  /** A call whose answer is text. */
  async text(verb: string, args: Record<string, unknown> = {}): Promise<string> {
    const value = await this.call(verb, args);
    if (typeof value !== 'string') throw new Error(`${verb} answered no text`);
    return value;
  }

  /** The error that a call must end with. */
  async refusal(verb: string, args: Record<string, unknown> = {}): Promise<ClientError> {
    try {
      await this.call(verb, args);
    } catch (error) {
      if (error instanceof ClientError) return error;
      throw error;
    }
    throw new Error(`${verb} was not refused`);
  }

  async close(): Promise<void> {
    await this.#child.stop();
  }
}
