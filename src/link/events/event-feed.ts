import type { SessionKey } from '../messages.js';
import { Backlog } from './backlog.js';
import type { Change, ToldSession, ToldTunnel } from './change.js';
import { Follower, type LineSink } from './follower.js';
import { changeLine, endLine, rememberingLast, snapshotLines, type DateAndTime } from './write-lines.js';

/** What a feed is made with. */
export interface EventFeedOptions {
  /** Runs the function after everything else that is due: packets, above all. */
  readonly defer: (work: () => void) => void;
  /** Milliseconds since 1970. */
  readonly wallClockMs: () => number;
  readonly dateAndTime: DateAndTime;
}

/** Whoever follows at a time. */
export const FOLLOWERS_MAX = 16;
/** Changes that become text in one turn of the event loop; it takes a quarter of a millisecond. */
const LINES_PER_TURN = 64;
/** Changes that wait for that at most. */
const WAITING_MAX = 65_536;

/**
 * What becomes of sessions and tunnels, told to any number of followers, each from a snapshot on. The
 * feed keeps what has been told last of each, so that the snapshot is the sum of all changes up to its
 * number, and the first change that a follower gets is the next one. Changes become text once for all
 * followers, a bounded number in a turn of the event loop, and not at all while there are none.
 */
export class EventFeed {
  readonly #options: EventFeedOptions;
  readonly #sessions = new Map<SessionKey, ToldSession>();
  readonly #tunnels = new Map<string, ToldTunnel>();
  readonly #followers = new Set<Follower>();
  #sequence = 0;
  /** Changes that are not text yet; the last of them is number `#sequence`. */
  readonly #waiting: Backlog<Change>;

  constructor(options: EventFeedOptions) {
    this.#options = { ...options, dateAndTime: rememberingLast(options.dateAndTime) };
    this.#waiting = new Backlog(LINES_PER_TURN, options.defer, (changes) => this.#write(changes));
  }

  /** What was told last of a session. */
  session(key: SessionKey): ToldSession | undefined {
    return this.#sessions.get(key);
  }

  /** What was told last of a tunnel. */
  tunnel(fec: string): ToldTunnel | undefined {
    return this.#tunnels.get(fec);
  }

  /** Tells of a change. */
  publish(change: Change): void {
    this.#remember(change);
    this.#sequence += 1;
    if (this.#followers.size === 0) return;
    this.#waiting.add(change);
    if (this.#waiting.length > WAITING_MAX) {
      this.#waiting.drop();
      this.#endAll('there were more changes at a time than could be written');
    }
  }

  /** Begins to tell a new follower; undefined: it was turned away, and told so. */
  follow(sink: LineSink): Follower | undefined {
    if (this.#followers.size >= FOLLOWERS_MAX) {
      sink.end(endLine(`${FOLLOWERS_MAX} programs follow already`));
      return undefined;
    }
    const { defer, wallClockMs, dateAndTime } = this.#options;
    const snapshot = {
      sequence: this.#sequence,
      timeMs: wallClockMs(),
      sessions: [...this.#sessions.values()],
      tunnels: [...this.#tunnels.values()],
    };
    const follower = new Follower(sink, this.#sequence, snapshotLines(snapshot, dateAndTime), {
      defer,
      gone: () => this.#followers.delete(follower),
    });
    this.#followers.add(follower);
    follower.go();
    return follower;
  }

  /** Tells all followers what waits, and why nothing more comes. */
  end(reason: string): void {
    this.#waiting.flush();
    this.#endAll(reason);
  }

  #endAll(reason: string): void {
    for (const follower of this.#followers) follower.end(reason);
  }

  #remember(change: Change): void {
    switch (change.type) {
      case 'session-created':
      case 'session-state':
        this.#sessions.set(change.session.key, change.session);
        break;
      case 'session-deleted':
        this.#sessions.delete(change.session.key);
        break;
      case 'tunnel-created':
      case 'tunnel-state':
        this.#tunnels.set(change.tunnel.fec, change.tunnel);
        break;
      case 'tunnel-deleted':
        this.#tunnels.delete(change.tunnel.fec);
        break;
      case 'bootstrap-failed':
      case 'session-limit':
        break;
    }
  }

  #write(changes: readonly Change[]): void {
    if (this.#followers.size === 0) return;
    const first = this.#sequence - this.#waiting.length - changes.length + 1;
    const lines = changes.map((change, at) => changeLine(change, first + at, this.#options.dateAndTime));
    for (const follower of this.#followers) follower.tell(lines, first);
  }
}
