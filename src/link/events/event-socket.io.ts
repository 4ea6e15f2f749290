import type { Socket } from 'node:net';
import { listenPrivately } from '../private-socket.io.js';
import { FOLLOWERS_MAX, type EventFeed } from './event-feed.js';
import type { LineSink } from './follower.js';

/** Some are told that there are too many. */
const CONNECTIONS_MAX = FOLLOWERS_MAX + 8;
/** What a follower may say, which nobody reads: the Enter key of a person at a terminal. */
const HEARD_MAX_BYTES = 4096;
/** For the last line, and what is before it, to be read. */
const LAST_LINE_MS = 5000;
/** For all last lines when the engine ends. */
const GOODBYE_MS = 200;

/** The event socket of an engine. */
export interface EventSocket {
  /** Tells all followers why there is nothing more, and ends; takes a moment at most. */
  close(reason: string): Promise<void>;
}

/**
 * Tells what a feed has to whoever connects to a Unix stream socket, in lines of JSON (event-line.ts).
 *
 * @throws Error when the path is served already or cannot be used; the message says it
 */
export async function serveEvents(path: string, feed: EventFeed): Promise<EventSocket> {
  const sockets = new Set<Socket>();
  const listener = await listenPrivately(path, {
    server: 'another engine',
    connectionsMax: CONNECTIONS_MAX,
    connected: (socket) => {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
      serveFollower(socket, feed);
    },
  });
  return {
    close: async (reason) => {
      listener.close();
      feed.end(reason);
      await Promise.race([Promise.all([...sockets].map(closed)), pause(GOODBYE_MS)]);
    },
  };
}

function serveFollower(socket: Socket, feed: EventFeed): void {
  const follower = feed.follow(new SocketSink(socket));
  // The follower has gone; what was on its way to it is lost.
  socket.on('error', () => undefined);
  socket.once('close', () => follower?.close());
  socket.on('drain', () => follower?.go());
  socket.on('data', () => {
    if (socket.bytesRead > HEARD_MAX_BYTES) {
      socket.pause();
      follower?.end('this socket is there to be read');
    }
  });
}

class SocketSink implements LineSink {
  readonly #socket: Socket;

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  get unsent(): number {
    return this.#socket.writableLength;
  }

  write(text: string): void {
    if (this.#socket.writable) this.#socket.write(text);
  }

  end(text: string): void {
    const hard = setTimeout(() => this.#socket.destroy(), LAST_LINE_MS);
    hard.unref();
    this.#socket.once('close', () => clearTimeout(hard));
    this.#socket.end(text, () => this.#socket.destroy());
  }
}

function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    socket.once('close', () => resolve());
  });
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}
