import { listParts, partsOf } from '../lib/list-parts.js';
import { err, joined, ok, type Result } from '../lib/result.js';
import type { LinkChannel } from './channel.js';
import type { DesiredChange, DesiredState, RunningEngine } from './engine-port.js';
import {
  LINK_VERSION,
  PART_MAX,
  type AgentMessage,
  type EngineEvent,
  type EngineMessage,
  type EngineStatus,
  type MplsAction,
  type MplsActionResult,
  type RefusedSession,
  type SessionKey,
  type SessionReport,
  type SessionState,
  type TunnelKey,
  type TunnelReport,
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
  readonly #stateReads = new Map<number, Question<SessionState>>();
  readonly #tunnelReads = new Map<number, Question<TunnelReport>>();
  readonly #actions = new Map<number, Question<MplsActionResult>>();
  readonly #statuses = new Map<number, Question<EngineStatus>>();
  readonly #listener: AgentDialogueListener;
  #answerParts = 0;
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

  /** Parts of answers that have come so far: while their number grows, the engine is at work. */
  get answerParts(): number {
    return this.#answerParts;
  }

  /** This, and nothing else, shall be. */
  plan({ sessions, tunnels, mpls }: DesiredState): Promise<Result<readonly RefusedSession[], string>> {
    return this.#ask(this.#changes, (revision) => {
      const part = { type: 'plan', revision, sessions: [], tunnels: [], last: false } as const;
      for (const some of partsOf(sessions, CHANGE_PART)) {
        this.#channel.send({ ...part, sessions: some });
      }
      for (const some of partsOf(tunnels, PART_MAX)) {
        this.#channel.send({ ...part, tunnels: some });
      }
      this.#channel.send({ ...part, mpls, last: true });
    });
  }

  /** Removals go first, so that what they free can be used. */
  change({ set, remove, tunnels, mpls }: DesiredChange): Promise<Result<readonly RefusedSession[], string>> {
    return this.#ask(this.#changes, (revision) => {
      const part = { type: 'change', revision, set: [], remove: [], last: false } as const;
      for (const some of partsOf(remove, CHANGE_PART)) {
        this.#channel.send({ ...part, remove: some });
      }
      for (const some of partsOf(tunnels?.remove ?? [], PART_MAX)) {
        this.#channel.send({ ...part, tunnels: { set: [], remove: some } });
      }
      for (const some of partsOf(tunnels?.set ?? [], PART_MAX)) {
        this.#channel.send({ ...part, tunnels: { set: some, remove: [] } });
      }
      if (mpls !== undefined) {
        this.#channel.send({ ...part, mpls });
      }
      const parts = listParts(set, CHANGE_PART);
      parts.forEach((some, index) => {
        this.#channel.send({ ...part, set: some, last: index === parts.length - 1 });
      });
    });
  }

  /** The named sessions as far as they exist, or all (null). */
  read(keys: readonly SessionKey[] | null): Promise<Result<readonly SessionReport[], string>> {
    return this.#askInParts(this.#reads, keys, (request, some) => {
      this.#channel.send({ type: 'read', request, keys: some });
    });
  }

  /** The states of all sessions. */
  readStates(): Promise<Result<readonly SessionState[], string>> {
    return this.#ask(this.#stateReads, (request) => {
      this.#channel.send({ type: 'read-states', request });
    });
  }

  /** The named tunnels as far as they exist, or all (null). */
  readTunnels(keys: readonly TunnelKey[] | null): Promise<Result<readonly TunnelReport[], string>> {
    return this.#askInParts(this.#tunnelReads, keys, (request, some) => {
      this.#channel.send({ type: 'read-tunnels', request, keys: some });
    });
  }

  /** Has something done, and waits until it is. */
  async act(action: MplsAction): Promise<Result<MplsActionResult, string>> {
    const answer = await this.#ask(this.#actions, (request) =>
      this.#channel.send({ type: 'act', request, action }),
    );
    if (!answer.ok) {
      return answer;
    }
    const [result] = answer.value;
    return result === undefined ? err('the engine has not answered') : ok(result);
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

  /** A question about what is named, or about all (null), with all answers put together. */
  async #askInParts<T>(
    questions: Map<number, Question<T>>,
    keys: readonly string[] | null,
    send: (request: number, keys: readonly string[] | null) => void,
  ): Promise<Result<readonly T[], string>> {
    const parts = keys === null ? [null] : listParts(keys, PART_MAX);
    const answers = await Promise.all(
      parts.map((part) => this.#ask(questions, (request) => send(request, part))),
    );
    return joined(answers);
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
        this.#takePart(this.#changes, message.revision, message.refused, message.last);
        break;
      case 'state':
        this.#takePart(this.#reads, message.request, message.sessions, message.last);
        break;
      case 'states':
        this.#takePart(this.#stateReads, message.request, message.sessions, message.last);
        break;
      case 'tunnels':
        this.#takePart(this.#tunnelReads, message.request, message.tunnels, message.last);
        break;
      case 'acted':
        this.#takePart(this.#actions, message.request, [message.result], true);
        break;
      case 'status':
        this.#takePart(this.#statuses, message.request, [message.status], true);
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
    const all = [
      this.#changes,
      this.#reads,
      this.#stateReads,
      this.#tunnelReads,
      this.#actions,
      this.#statuses,
    ];
    const open = all.flatMap((questions) => [...questions.values()].map(({ settle }) => settle));
    all.forEach((questions) => questions.clear());
    open.forEach((settle) => settle(err(reason)));
  }

  /** An answer to no open question is left out: the question has failed in between. */
  #takePart<T>(questions: Map<number, Question<T>>, number: number, part: readonly T[], last: boolean): void {
    this.#answerParts += 1;
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
}
