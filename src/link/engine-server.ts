import type { LinkChannel } from './channel.js';
import { listParts } from './list-parts.js';
import type { Log } from '../lib/log.js';
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

/** What an agent can do with an engine. */
export interface EngineControl {
  /** The keys of all sessions there are. */
  keys(): readonly SessionKey[];
  /** Creates and changes; answers what it cannot hold. */
  set(sessions: readonly DesiredSession[]): readonly RefusedSession[];
  remove(keys: readonly SessionKey[]): void;
  /** The engine as a whole. */
  status(): EngineStatus;
  /** Null: there is no such session. */
  report(key: SessionKey): SessionReport | null;
}

export interface EngineServerOptions {
  readonly control: EngineControl;
  readonly log: Log;
  /** Of this process, for the greeting. */
  readonly pid: number;
  /** Runs the function after everything else that is due. */
  readonly defer: (work: () => void) => void;
}

type Channel = LinkChannel<AgentMessage, EngineMessage>;

/**
 * The engine's side of the link. It serves one agent: a second one is turned away as long as the first
 * is connected, since two that each send what they want would undo each other's work. An agent that dies
 * leaves no connection behind, so that its successor finds the place free.
 */
export class EngineServer {
  readonly #options: EngineServerOptions;
  #agent: AgentConversation | null = null;

  constructor(options: EngineServerOptions) {
    this.#options = options;
  }

  /** Greets whoever has connected; who answers with a greeting is the agent. */
  accept(channel: Channel): void {
    let conversation: AgentConversation | null = null;
    channel.send({ type: 'hello', version: LINK_VERSION, pid: this.#options.pid });
    channel.listen({
      message: (message) => {
        if (conversation !== null) {
          conversation.handle(message);
        } else {
          conversation = this.#admit(channel, message);
        }
      },
      closed: (reason) => {
        if (conversation !== null) {
          this.#options.log.warn({ reason }, 'agent disconnected; sessions stay as they are');
          this.#agent = null;
        }
      },
    });
  }

  /** Tells the agent, if there is one. */
  publish(event: EngineEvent): void {
    this.#agent?.send({ type: 'event', event });
  }

  #admit(channel: Channel, message: AgentMessage): AgentConversation | null {
    const reason = this.#refusal(message);
    if (reason !== null) {
      this.#options.log.warn({ reason }, 'agent turned away');
      channel.send({ type: 'goodbye', reason });
      channel.close();
      return null;
    }
    this.#options.log.info({}, 'agent connected');
    this.#agent = new AgentConversation(channel, this.#options);
    return this.#agent;
  }

  #refusal(message: AgentMessage): string | null {
    if (message.type !== 'hello') {
      return 'the first message is not hello';
    }
    if (message.version !== LINK_VERSION) {
      return (
        `this engine speaks version ${LINK_VERSION} of the link, not ${message.version}: ` +
        'end it, and start the engine of that agent'
      );
    }
    return this.#agent === null ? null : 'another agent is connected';
  }
}

/** What one agent wants, message by message. */
class AgentConversation {
  readonly #channel: Channel;
  readonly #options: EngineServerOptions;
  /** Keys that the plan, which comes in parts, has named so far; null while no plan is coming. */
  #planned: Set<SessionKey> | null = null;
  #refused: RefusedSession[] = [];

  constructor(channel: Channel, options: EngineServerOptions) {
    this.#channel = channel;
    this.#options = options;
  }

  send(message: EngineMessage): void {
    this.#channel.send(message);
  }

  handle(message: AgentMessage): void {
    switch (message.type) {
      case 'hello':
        break;
      case 'plan':
        this.#takePlan(message.sessions, message.last);
        this.#answer(message.revision, message.last);
        break;
      case 'change':
        this.#options.control.remove(message.remove);
        this.#refused.push(...this.#options.control.set(message.set));
        this.#answer(message.revision, message.last);
        break;
      case 'read':
        this.#sendState(message.request, listParts(message.keys ?? this.#options.control.keys(), PART_MAX));
        break;
      case 'status':
        this.send({ type: 'status', request: message.request, status: this.#options.control.status() });
        break;
    }
  }

  /** Each part takes effect when it comes; what none has named goes with the last. */
  #takePlan(sessions: readonly DesiredSession[], last: boolean): void {
    const planned = this.#planned ?? new Set();
    sessions.forEach((session) => planned.add(session.key));
    this.#planned = last ? null : planned;
    if (last) {
      const { control } = this.#options;
      control.remove(control.keys().filter((key) => !planned.has(key)));
    }
    this.#refused.push(...this.#options.control.set(sessions));
  }

  #answer(revision: number, last: boolean): void {
    if (!last) {
      return;
    }
    const parts = listParts(this.#refused, PART_MAX);
    this.#refused = [];
    parts.forEach((refused, index) => {
      this.send({ type: 'applied', revision, refused, last: index === parts.length - 1 });
    });
  }

  /** One part at a time, so that a long list does not hold up the sessions themselves. */
  #sendState(request: number, parts: readonly (readonly SessionKey[])[], index = 0): void {
    const keys = parts[index] ?? [];
    const sessions = keys.map((key) => this.#options.control.report(key)).filter((report) => report !== null);
    const last = index >= parts.length - 1;
    this.send({ type: 'state', request, sessions, last });
    if (!last) {
      this.#options.defer(() => this.#sendState(request, parts, index + 1));
    }
  }
}
