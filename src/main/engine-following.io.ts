import type { EngineControl } from '../link/engine-server.js';
import { EventFeed } from '../link/events/event-feed.js';
import { serveEvents, type EventSocket } from '../link/events/event-socket.io.js';
import { FollowedControl } from '../link/events/followed-control.js';
import type { Log } from '../lib/log.js';

/** An engine that other programs can follow. */
export class EngineFollowing {
  /** The engine, as its owner is to use it. */
  readonly control: FollowedControl;
  readonly #feed = new EventFeed({
    defer: setImmediate,
    wallClockMs: () => Date.now(),
    dateAndTime: (timeMs) => new Date(timeMs).toISOString(),
  });
  readonly #log: Log;
  #socket: EventSocket | undefined;

  constructor(control: EngineControl, log: Log) {
    this.control = new FollowedControl(control, this.#feed, () => Date.now());
    this.#log = log;
  }

  /** Opens the event socket; sessions run without one, too. Undefined: none is wanted. */
  async serve(path: string | undefined): Promise<void> {
    if (path === undefined) return;
    try {
      this.#socket = await serveEvents(path, this.#feed);
    } catch (error) {
      this.#log.error({ path, err: error }, 'no event socket: nobody can follow the sessions');
    }
  }

  /** Tells whoever follows why nothing more comes. */
  async close(reason: string): Promise<void> {
    await this.#socket?.close(reason);
  }
}
