import type { LinkChannel } from './channel.js';
import { listParts } from '../lib/list-parts.js';
import type { Log } from '../lib/log.js';
import {
  LINK_VERSION,
  PART_MAX,
  type AgentMessage,
  type DesiredMpls,
  type DesiredSession,
  type DesiredTunnel,
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

/** What an agent can do with an engine. */
export interface EngineControl {
  /** The keys of the sessions that were set; those of LSPs, which the engine makes itself, are not among them. */
  keys(): readonly SessionKey[];
  /** The keys of the sessions of LSPs. */
  lspKeys(): readonly SessionKey[];
  /** Creates and changes; answers what it cannot hold. */
  set(sessions: readonly DesiredSession[]): readonly RefusedSession[];
  remove(keys: readonly SessionKey[]): void;
  /** What is wanted of LSPs is another. */
  changeLsps(change: LspChange): void;
  /** The keys of the tunnels there are. */
  tunnelKeys(): readonly TunnelKey[];
  /** Null: there is no such tunnel. */
  tunnel(key: TunnelKey): TunnelReport | null;
  /** Does something at once; `done` is called when it is done, within the call or later. */
  act(action: MplsAction, done: (result: MplsActionResult) => void): void;
  /** The engine as a whole. */
  status(): EngineStatus;
  /** Null: there is no such session. */
  report(key: SessionKey): SessionReport | null;
}

/** A change of what is wanted of LSPs. */
export interface LspChange {
  readonly set: readonly DesiredTunnel[];
  readonly remove: readonly TunnelKey[];
  /** Undefined: it is what it was. */
  readonly mpls: DesiredMpls | null | undefined;
}

export interface EngineServerOptions {
  readonly control: EngineControl;
  readonly log: Log;
  /** Of this process, for the greeting. */
  readonly pid: number;
  /** How many engines share the sessions of the host; one when not given. */
  readonly engines?: number;
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
    const { engines = 1, pid } = this.#options;
    const several = engines === 1 ? {} : { engines };
    channel.send({ type: 'hello', version: LINK_VERSION, pid, ...several });
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
  /** What the plan, which comes in parts, has named so far; null while no plan is coming. */
  #planned: { readonly sessions: Set<SessionKey>; readonly tunnels: Set<TunnelKey> } | null = null;
  #refused: RefusedSession[] = [];
  /** What the parts so far want of LSPs: done as a whole, when the last has come. */
  #lsps = new LspParts();

  constructor(channel: Channel, options: EngineServerOptions) {
    this.#channel = channel;
    this.#options = options;
  }

  send(message: EngineMessage): void {
    this.#channel.send(message);
  }

  handle(message: AgentMessage): void {
    const { control } = this.#options;
    switch (message.type) {
      case 'hello':
        break;
      case 'plan':
        this.#takePlan(message);
        this.#answer(message.revision, message.last);
        break;
      case 'change':
        this.#takeChange(message);
        this.#answer(message.revision, message.last);
        break;
      case 'read':
        this.#sendState(message.request, message.keys ?? this.#allKeys());
        break;
      case 'read-states':
        this.#sendStates(message.request);
        break;
      case 'read-tunnels':
        this.#sendTunnels(message.request, message.keys ?? control.tunnelKeys());
        break;
      case 'act':
        control.act(message.action, (result) => {
          this.send({ type: 'acted', request: message.request, result });
        });
        break;
      case 'status':
        this.send({ type: 'status', request: message.request, status: control.status() });
        break;
    }
  }

  /** Sessions of each part come to be when it comes; what none has named goes with the last. */
  #takePlan({ sessions, tunnels, mpls, last }: Extract<AgentMessage, { type: 'plan' }>): void {
    const { control } = this.#options;
    const planned = this.#planned ?? { sessions: new Set(), tunnels: new Set() };
    sessions.forEach(({ key }) => planned.sessions.add(key));
    tunnels.forEach(({ key }) => planned.tunnels.add(key));
    this.#planned = last ? null : planned;
    this.#lsps.add(tunnels, [], mpls);
    if (last) {
      control.remove(control.keys().filter((key) => !planned.sessions.has(key)));
      const unnamed = control.tunnelKeys().filter((key) => !planned.tunnels.has(key));
      this.#lsps.add([], unnamed, this.#lsps.mpls ?? null);
      control.changeLsps(this.#lsps.take());
    }
    this.#refused.push(...control.set(sessions));
  }

  #takeChange({ set, remove, tunnels, mpls, last }: Extract<AgentMessage, { type: 'change' }>): void {
    const { control } = this.#options;
    control.remove(remove);
    this.#refused.push(...control.set(set));
    this.#lsps.add(tunnels?.set ?? [], tunnels?.remove ?? [], mpls);
    if (last && !this.#lsps.empty) {
      control.changeLsps(this.#lsps.take());
    }
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

  #sendState(request: number, keys: readonly SessionKey[]): void {
    this.#inParts(
      keys,
      (key) => this.#options.control.report(key),
      (sessions, last) => this.send({ type: 'state', request, sessions, last }),
    );
  }

  #sendStates(request: number): void {
    this.#inParts(
      this.#allKeys(),
      (key) => stateOf(this.#options.control.report(key)),
      (sessions, last) => this.send({ type: 'states', request, sessions, last }),
    );
  }

  #allKeys(): readonly SessionKey[] {
    const { control } = this.#options;
    return [...control.keys(), ...control.lspKeys()];
  }

  #sendTunnels(request: number, keys: readonly TunnelKey[]): void {
    this.#inParts(
      keys,
      (key) => this.#options.control.tunnel(key),
      (tunnels, last) => this.send({ type: 'tunnels', request, tunnels, last }),
    );
  }

  /** One part at a time, so that a long list does not hold up the sessions themselves. */
  #inParts<T>(
    keys: readonly string[],
    read: (key: string) => T | null,
    send: (reports: readonly T[], last: boolean) => void,
  ): void {
    const parts = listParts(keys, PART_MAX);
    const sendFrom = (index: number): void => {
      const reports = (parts[index] ?? []).map(read).filter((report) => report !== null);
      const last = index >= parts.length - 1;
      send(reports, last);
      if (!last) {
        this.#options.defer(() => sendFrom(index + 1));
      }
    };
    sendFrom(0);
  }
}

function stateOf(report: SessionReport | null): SessionState | null {
  if (report === null) {
    return null;
  }
  const { key, localState, lsp } = report;
  return { key, localState, ofLsp: lsp !== undefined };
}

/** A change of what is wanted of LSPs, which comes in parts. */
class LspParts {
  #set: DesiredTunnel[] = [];
  #remove: TunnelKey[] = [];
  #mpls: DesiredMpls | null | undefined = undefined;

  get mpls(): DesiredMpls | null | undefined {
    return this.#mpls;
  }

  get empty(): boolean {
    return this.#set.length === 0 && this.#remove.length === 0 && this.#mpls === undefined;
  }

  /** @param mpls undefined: the part says nothing of it */
  add(
    set: readonly DesiredTunnel[],
    remove: readonly TunnelKey[],
    mpls: DesiredMpls | null | undefined,
  ): void {
    this.#set.push(...set);
    this.#remove.push(...remove);
    this.#mpls = mpls === undefined ? this.#mpls : mpls;
  }

  /** All of it; there is nothing left. */
  take(): LspChange {
    const change = { set: this.#set, remove: this.#remove, mpls: this.#mpls };
    [this.#set, this.#remove, this.#mpls] = [[], [], undefined];
    return change;
  }
}
