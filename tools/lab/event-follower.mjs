import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** @typedef {import('../../src/link/events/event-line.js').EventLine} EventLine */

const PAUSE_MS = 50;
const LIMIT_MS = 10_000;

/** A program on the host of an agent that follows its event socket, as protection switching would. */
export class EventFollower {
  /** What it was told, and when that came, in milliseconds since 1970. @type {{ line: EventLine, atMs: number }[]} */
  heard = [];
  #socket;
  #rest = '';

  /** @param {import('node:net').Socket} socket */
  constructor(socket) {
    this.#socket = socket;
    socket.on('error', () => undefined);
    socket.setEncoding('utf8').on('data', (/** @type {string} */ text) => this.#hear(text));
  }

  /** Connects as soon as the engine listens. @param {string} path */
  static async open(path) {
    const deadline = performance.now() + LIMIT_MS;
    for (;;) {
      const socket = connect(path);
      try {
        await once(socket, 'connect');
        return new EventFollower(socket);
      } catch (error) {
        if (performance.now() > deadline) throw error;
        await delay(PAUSE_MS);
      }
    }
  }

  /** Forgets what it has heard so far. */
  clear() {
    this.heard = [];
  }

  close() {
    this.#socket.destroy();
  }

  /** @param {string} text */
  #hear(text) {
    const atMs = performance.timeOrigin + performance.now();
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.heard.push({ line: JSON.parse(line), atMs });
  }
}
