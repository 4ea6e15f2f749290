import { err, ok, type Result } from '../lib/result.js';
import type { LinkChannel } from './channel.js';
import { AgentDialogue } from './agent-dialogue.js';
import type {
  DesiredChange,
  DesiredState,
  DesiredSource,
  EnginePort,
  EngineUnavailable,
  RunningEngine,
} from './engine-port.js';
import type { Log } from '../lib/log.js';
import type {
  AgentMessage,
  EngineEvent,
  EngineMessage,
  MplsAction,
  MplsActionResult,
  RefusedSession,
  SessionKey,
  SessionReport,
  SessionState,
  TunnelKey,
  TunnelReport,
} from './messages.js';
import { reasonOf } from '../lib/reason-of.js';

export interface EngineLinkOptions {
  /** Opens a connection to the engine; rejects when there is none. */
  readonly connect: () => Promise<LinkChannel<EngineMessage, AgentMessage>>;
  /** The whole desired state, asked for at every connection. */
  readonly desired: DesiredSource;
  readonly log: Log;
  /**
   * How long a question may take, with the wait for a connection, until the first part of an answer comes, and
   * each next one; 5 s when not given.
   */
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 5000;
/** Between the requests of a ping. */
const PING_INTERVAL_MS = 1000;
/** A session or tunnel takes an engine a fraction of that to make, change or end, were it ever so busy. */
const PART_MS = 2;
/** Between attempts to connect: doubled each time, up to the last value. */
const RETRY_MIN_MS = 20;
const RETRY_MAX_MS = 1000;

/**
 * The agent's side of the link. It keeps itself connected: after every connection it sends the whole
 * desired state, and only then serves questions; those that come earlier wait for that.
 */
export class EngineLink implements EnginePort {
  readonly #options: EngineLinkOptions;
  readonly #timeoutMs: number;
  readonly #listeners = new Set<(event: EngineEvent) => void>();
  /** Those that wait for a connection on which the plan is in force. */
  readonly #waiting = new Set<(dialogue: AgentDialogue) => void>();
  /** The connection, once the plan is in force. */
  #ready: AgentDialogue | null = null;
  /** The connection, from the first message on. */
  #dialogue: AgentDialogue | null = null;
  #retryTimer: NodeJS.Timeout | null = null;
  #retryMs = RETRY_MIN_MS;
  #lastFailure = 'not connected yet';
  /** Why an engine that could be connected to was of no use, as told in the log; null: nothing to tell. */
  #toldObstacle: string | null = null;
  #closed = false;

  /** Begins to connect at once. */
  constructor(options: EngineLinkOptions) {
    this.#options = options;
    this.#timeoutMs = options.timeoutMs ?? TIMEOUT_MS;
    void this.#connect();
  }

  apply(change: DesiredChange): Promise<Result<readonly RefusedSession[], EngineUnavailable>> {
    return this.#ask((dialogue) => dialogue.change(change), this.#timeoutMs + changeMs(change));
  }

  read(keys: readonly SessionKey[] | null): Promise<Result<readonly SessionReport[], EngineUnavailable>> {
    return this.#ask((dialogue) => dialogue.read(keys));
  }

  readStates(): Promise<Result<readonly SessionState[], EngineUnavailable>> {
    return this.#ask((dialogue) => dialogue.readStates());
  }

  readTunnels(
    keys: readonly TunnelKey[] | null,
  ): Promise<Result<readonly TunnelReport[], EngineUnavailable>> {
    return this.#ask((dialogue) => dialogue.readTunnels(keys));
  }

  act(action: MplsAction): Promise<Result<MplsActionResult, EngineUnavailable>> {
    return this.#ask((dialogue) => dialogue.act(action), this.#timeoutMs + durationMs(action));
  }

  status(): Promise<Result<RunningEngine, EngineUnavailable>> {
    return this.#ask((dialogue) => dialogue.status());
  }

  onEvent(listener: (event: EngineEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** Ends the connection for good; the engine and its sessions stay. Open questions fail. */
  close(): void {
    this.#closed = true;
    if (this.#retryTimer !== null) {
      clearTimeout(this.#retryTimer);
    }
    this.#lose('the link was closed');
  }

  async #ask<T>(
    question: (dialogue: AgentDialogue) => Promise<Result<T, string>>,
    timeoutMs = this.#timeoutMs,
  ): Promise<Result<T, EngineUnavailable>> {
    const deadline = performance.now() + timeoutMs;
    const dialogue = this.#ready ?? (await this.#waitUntilReady());
    if (dialogue === null) {
      return unavailable(`the engine cannot be reached: ${this.#lastFailure}`);
    }
    const untilAnswerMs = deadline - performance.now();
    const answer = await answered(dialogue, question(dialogue), untilAnswerMs, timeoutMs);
    if (answer === null) {
      // What became of the question is not known: a new connection sends all that is desired again.
      this.#lose(`the engine did not answer within ${timeoutMs} ms`);
      this.#retry();
      return unavailable(this.#lastFailure);
    }
    return answer.ok ? ok(answer.value) : unavailable(answer.error);
  }

  /** Null: not within the time. */
  #waitUntilReady(): Promise<AgentDialogue | null> {
    if (this.#closed) {
      return Promise.resolve(null);
    }
    return new Promise((resolve) => {
      const settle = (dialogue: AgentDialogue | null): void => {
        clearTimeout(timer);
        this.#waiting.delete(settle);
        resolve(dialogue);
      };
      const timer = setTimeout(() => settle(null), this.#timeoutMs);
      this.#waiting.add(settle);
    });
  }

  async #connect(): Promise<void> {
    let channel;
    try {
      channel = await this.#options.connect();
    } catch (error) {
      this.#lose(reasonOf(error));
      this.#retry();
      return;
    }
    if (this.#closed) {
      channel.close();
      return;
    }
    const dialogue = new AgentDialogue(channel, {
      event: (event) => this.#listeners.forEach((listener) => listener(event)),
      closed: (reason) => this.#fail(reason),
    });
    this.#dialogue = dialogue;
    await this.#sendPlan(dialogue);
  }

  async #sendPlan(dialogue: AgentDialogue): Promise<void> {
    const desired = this.#options.desired();
    const applied = await withTimeout(dialogue.plan(desired), this.#timeoutMs + planMs(desired));
    if (this.#dialogue !== dialogue) {
      return;
    }
    if (applied === null || !applied.ok) {
      this.#fail(applied === null ? 'the engine did not take the plan in time' : applied.error);
      return;
    }
    for (const { key, reason } of applied.value) {
      this.#options.log.error({ key, reason }, 'the engine cannot hold a session');
    }
    const counts = { sessions: desired.sessions.length, tunnels: desired.tunnels.length };
    this.#options.log.info({ enginePid: dialogue.enginePid, ...counts }, 'engine connected');
    this.#retryMs = RETRY_MIN_MS;
    this.#toldObstacle = null;
    this.#ready = dialogue;
    [...this.#waiting].forEach((settle) => settle(dialogue));
  }

  /** A connection is of no use any more, or never was: then each reason is told once. */
  #fail(reason: string): void {
    const wasReady = this.#ready !== null;
    this.#lose(reason);
    if (wasReady) {
      this.#options.log.warn({ reason }, 'connection to the engine lost');
    } else if (this.#toldObstacle !== reason) {
      this.#toldObstacle = reason;
      this.#options.log.warn({ reason }, 'the engine cannot be used');
    }
    this.#retry();
  }

  #lose(reason: string): void {
    const dialogue = this.#dialogue;
    this.#lastFailure = reason;
    this.#ready = null;
    this.#dialogue = null;
    dialogue?.close(reason);
  }

  #retry(): void {
    if (this.#closed || this.#retryTimer !== null) {
      return;
    }
    this.#retryTimer = setTimeout(() => {
      this.#retryTimer = null;
      void this.#connect();
    }, this.#retryMs);
    this.#retryMs = Math.min(this.#retryMs * 2, RETRY_MAX_MS);
  }
}

/** What a change may take by itself. */
function changeMs({ set, remove, tunnels }: DesiredChange): number {
  return PART_MS * (set.length + remove.length + (tunnels?.set.length ?? 0) + (tunnels?.remove.length ?? 0));
}

function planMs({ sessions, tunnels }: DesiredState): number {
  return PART_MS * (sessions.length + tunnels.length);
}

/** What an action takes by itself. */
function durationMs(action: MplsAction): number {
  return action.type === 'lsp-ping' ? action.count * PING_INTERVAL_MS + action.timeoutMs : 0;
}

function unavailable(message: string): Result<never, EngineUnavailable> {
  return err({ type: 'engine-unavailable', message });
}

/** Null: nothing more of any answer has come for so long. */
async function answered<T>(
  dialogue: AgentDialogue,
  answer: Promise<T>,
  firstMs: number,
  nextMs: number,
): Promise<T | null> {
  let parts = dialogue.answerParts;
  let found = await withTimeout(answer, firstMs);
  while (found === null && dialogue.answerParts > parts) {
    parts = dialogue.answerParts;
    found = await withTimeout(answer, nextMs);
  }
  return found;
}

/** Null: not within the time. */
async function withTimeout<T>(promise: Promise<T>, milliseconds: number): Promise<T | null> {
  let timer;
  const timeout = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), Math.max(0, milliseconds));
  });
  try {
    return await Promise.race([promise, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
