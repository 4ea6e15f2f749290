import { err, ok, type Result } from '../lib/result.js';
import type { LinkChannel } from './channel.js';
import type { DesiredChange, RunningEngine } from './engine-port.js';
import { listParts } from './list-parts.js';
import {
  LINK_VERSION,
  PART_MAX,
  type AgentMessage,
  type DesiredSession,
  type EngineEvent,
  type EngineMessage,
  type EngineStatus,
  type RefusedSession,
  type SessionKey,
  type SessionReport,
} from './messages.js';

/**
 * Sessions that the engine is asked to create or change in one go: a socket each, and the sessions that
 * run wait meanwhile (some ten milliseconds for so many on a busy host).
 */
const CHANGE_PART = 64;

export interface AgentDialogueListener {
  event(event: EngineEvent): void;
  /** The connection is over; not called after the own `close`. */
  closed(reason: string): void;
}

/** An answer that arrives in parts. */
interface Question<T> {
  readonly parts: T[];
  readonly settle: (answer: Result<readonly T[], string>) => void;
}

/** The agent's side of one connection: sends what is wanted, and puts answers to their questions. */
export class AgentDialogue {
  readonly #channel: LinkChannel<EngineMessage, AgentMessage>;
  readonly #changes = new Map<number, Question<RefusedSession>>();
  readonly #reads = new Map<number, Question<SessionReport>>();
  readonly #statuses = new Map<number, Question<EngineStatus>>();
  readonly #listener: AgentDialogueListener;
  #lastNumber = 0;
  #enginePid: number | null = null;
  #over: string | null = null;

  constructor(channel: LinkChannel<EngineMessage, AgentMessage>, listener: AgentDialogueListener) {
    this.#channel = channel;
    this.#listener = listener;
    channel.send({ type: 'hello', version: LINK_VERSION });
    channel.listen({
      message: (message) => this.#handle(message),
      closed: (reason) => this.#end(reason),
    });
  }

  /** Null before the engine has greeted. */
  get enginePid(): number | null {
    return this.#enginePid;
  }

  /** These sessions, and no others, shall be. */
  plan(sessions: readonly DesiredSession[]): Promise<Result<readonly RefusedSession[], string>> {
    return this.#ask(this.#changes, (revision) => {
      const parts = listParts(sessions, CHANGE_PART);
      parts.forEach((part, index) => {
        this.#channel.send({ type: 'plan', revision, sessions: part, last: index === parts.length - 1 });
      });
    });
  }

  /** Removals go first, so that what they free can be used. */
  change(change: DesiredChange): Promise<Result<readonly RefusedSession[], string>> {
    return this.#ask(this.#changes, (revision) => {
      for (const remove of change.remove.length === 0 ? [] : listParts(change.remove, CHANGE_PART)) {
        this.#channel.send({ type: 'change', revision, set: [], remove, last: false });
      }
      const parts = listParts(change.set, CHANGE_PART);
      parts.forEach((set, index) => {
        const last = index === parts.length - 1;
        this.#channel.send({ type: 'change', revision, set, remove: [], last });
      });
    });
  }

  /** The named sessions as far as they exist, or all (null). */
  async read(keys: readonly SessionKey[] | null): Promise<Result<readonly SessionReport[], string>> {
    const parts = keys === null ? [null] : listParts(keys, PART_MAX);
    const answers = await Promise.all(
      parts.map((part) =>
        this.#ask(this.#reads, (request) => this.#channel.send({ type: 'read', request, keys: part })),
      ),
    );
    const reports: SessionReport[] = [];
    for (const answer of answers) {
      if (!answer.ok) {
        return answer;
      }
      reports.push(...answer.value);
    }
    return ok(reports);
  }

  /** The engine as a whole. */
  async status(): Promise<Result<RunningEngine, string>> {
    const answer = await this.#ask(this.#statuses, (request) =>
      this.#channel.send({ type: 'status', request }),
    );
    if (!answer.ok) {
      return answer;
    }
    const [status] = answer.value;
    return status === undefined || this.#enginePid === null
      ? err('the engine has not greeted')
      : ok({ ...status, pid: this.#enginePid });
  }

  /** Ends the connection; open questions fail for `reason`. */
  close(reason: string): void {
    this.#channel.close();
    this.#failAll(reason);
  }

  #ask<T>(
    questions: Map<number, Question<T>>,
    send: (number: number) => void,
  ): Promise<Result<readonly T[], string>> {
    if (this.#over !== null) {
      return Promise.resolve(err(this.#over));
    }
    this.#lastNumber += 1;
    const number = this.#lastNumber;
    return new Promise((resolve) => {
      questions.set(number, { parts: [], settle: resolve });
      send(number);
    });
  }

  #handle(message: EngineMessage): void {
    switch (message.type) {
      case 'hello':
        this.#enginePid = message.pid;
        if (message.version !== LINK_VERSION) {
          this.#breakOff(
            `the engine speaks version ${message.version} of the link, not ${LINK_VERSION}: ` +
              'end it, and start the engine of this agent',
          );
        }
        break;
      case 'applied':
        takePart(this.#changes, message.revision, message.refused, message.last);
        break;
      case 'state':
        takePart(this.#reads, message.request, message.sessions, message.last);
        break;
      case 'status':
        takePart(this.#statuses, message.request, [message.status], true);
        break;
      case 'event':
        this.#listener.event(message.event);
        break;
      case 'goodbye':
        this.#breakOff(`the engine has ended the connection: ${message.reason}`);
        break;
    }
  }

  #breakOff(reason: string): void {
    this.#channel.close();
    this.#end(reason);
  }

  #end(reason: string): void {
    this.#failAll(reason);
    this.#listener.closed(reason);
  }

  #failAll(reason: string): void {
    this.#over = reason;
    const open = [...this.#changes.values(), ...this.#reads.values(), ...this.#statuses.values()];
    this.#changes.clear();
    this.#reads.clear();
    this.#statuses.clear();
    open.forEach((question) => question.settle(err(reason)));
  }
}

/** An answer to no open question is left out: the question has failed in between. */
function takePart<T>(
  questions: Map<number, Question<T>>,
  number: number,
  part: readonly T[],
  last: boolean,
): void {
  const question = questions.get(number);
  if (question === undefined) {
    return;
  }
  question.parts.push(...part);
  if (last) {
    questions.delete(number);
    question.settle(ok(question.parts));
  }
}
