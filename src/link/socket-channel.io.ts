import type { Socket } from 'node:net';
import type { Result } from '../lib/result.js';
import type { ChannelListener, LinkChannel } from './channel.js';
import { encodeFrame, FrameReader } from './frame.js';
import type { AgentMessage, EngineMessage } from './messages.js';
import { parseAgentMessage, parseEngineMessage } from './message-schemas.js';

/** What a peer that does not read may leave in our memory. */
const UNSENT_MAX = 32 * 1024 * 1024;

/** The agent's end of a connected Unix socket. */
export function agentChannel(socket: Socket): LinkChannel<EngineMessage, AgentMessage> {
  return new SocketChannel(socket, parseEngineMessage);
}

/** The engine's end of a connected Unix socket. */
export function engineChannel(socket: Socket): LinkChannel<AgentMessage, EngineMessage> {
  return new SocketChannel(socket, parseAgentMessage);
}

/**
 * Messages as frames of JSON on a socket. Of those that arrive together the first is delivered at once, each
 * other in a turn of the event loop of its own, so that many do not hold up what else is due; meanwhile the
 * socket is not read.
 */
class SocketChannel<Incoming, Outgoing> implements LinkChannel<Incoming, Outgoing> {
  readonly #socket: Socket;
  readonly #parse: (value: unknown) => Result<Incoming, string>;
  readonly #frames = new FrameReader();
  #waiting: Uint8Array[] = [];
  #listener: ChannelListener<Incoming> | null = null;

  constructor(socket: Socket, parse: (value: unknown) => Result<Incoming, string>) {
    this.#socket = socket;
    this.#parse = parse;
  }

  send(message: Outgoing): void {
    if (this.#socket.writable) {
      this.#gather();
      this.#socket.write(encodeFrame(Buffer.from(JSON.stringify(message))));
      if (this.#socket.writableLength > UNSENT_MAX) {
        this.#end('the other end does not read');
      }
    }
  }

  listen(listener: ChannelListener<Incoming>): void {
    this.#listener = listener;
    let reason = 'the other end has closed the connection';
    this.#socket.on('data', (chunk: Uint8Array) => this.#take(chunk));
    this.#socket.on('error', (error) => {
      reason = error.message;
    });
    this.#socket.on('close', () => this.#tellEnd(reason));
  }

  close(): void {
    this.#listener = null;
    this.#waiting = [];
    // Later errors of the socket concern nobody.
    this.#socket.on('error', () => undefined);
    this.#socket.end();
    this.#socket.resume();
  }

  /** What is sent within one turn of the event loop leaves by one system call: thousands of events may be. */
  #gather(): void {
    if (this.#socket.writableCorked === 0) {
      this.#socket.cork();
      process.nextTick(() => this.#socket.uncork());
    }
  }

  #take(chunk: Uint8Array): void {
    const bodies = this.#frames.push(chunk);
    if (!bodies.ok) {
      this.#end(bodies.error);
      return;
    }
    const isDelivering = this.#waiting.length > 0;
    this.#waiting.push(...bodies.value);
    if (!isDelivering) this.#deliverOne();
  }

  #deliverOne(): void {
    const body = this.#waiting.shift();
    if (this.#listener === null || body === undefined) {
      return;
    }
    const message = readJson(body, this.#parse);
    if (!message.ok) {
      this.#end(message.error);
      return;
    }
    this.#listener.message(message.value);
    if (this.#waiting.length > 0) {
      this.#socket.pause();
      setImmediate(() => this.#deliverOne());
    } else if (this.#socket.isPaused()) {
      this.#socket.resume();
    }
  }

  #end(reason: string): void {
    this.#waiting = [];
    this.#socket.destroy();
    this.#tellEnd(reason);
  }

  #tellEnd(reason: string): void {
    const listener = this.#listener;
    this.#listener = null;
    listener?.closed(reason);
  }
}

function readJson<T>(body: Uint8Array, parse: (value: unknown) => Result<T, string>): Result<T, string> {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    return { ok: false, error: 'a message is not JSON in UTF-8' };
  }
  const parsed = parse(value);
  return parsed.ok ? parsed : { ok: false, error: `malformed message: ${parsed.error}` };
}
