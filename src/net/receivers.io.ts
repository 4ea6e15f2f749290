import { err, ok, type Result } from '../lib/result.js';
import type { AddressFamily } from './host-address.js';
import { SystemCallError } from './system-call-error.io.js';
import type { TransmitRefusal, Transmitter } from './transmitter.js';
import { UdpReceiver, type ReceiverOptions } from './udp-receiver.io.js';

/** Hears of sockets that come and go, to read them in between. */
export interface ReceiversListener {
  opened(receiver: UdpReceiver): void;
  /** The socket is closed right afterwards. */
  closing(receiver: UdpReceiver): void;
}

/** A socket that somebody hears by. */
export interface Listening {
  /** Nobody does any more on behalf of who has asked; to be called once. */
  readonly release: () => void;
}

/** How a port is shared with other engines. */
export type PortSharing = (
  family: AddressFamily,
  port: number,
) => Pick<ReceiverOptions, 'shared' | 'steering'>;

/**
 * The sockets that sessions hear their peers by: one for a port and family, opened with the first way out
 * that needs it, and closed when the last has been closed and nothing is being read.
 */
export class Receivers {
  readonly #requiredTtls: ReadonlyMap<number, number | null>;
  /** Ports that packets of any TTL are let in at, whatever else is said. */
  readonly #anyTtl = new Set<number>();
  readonly #listener: ReceiversListener;
  readonly #sharing: PortSharing | null;
  readonly #open = new Map<string, SharedReceiver>();
  /** A socket may have lost its last user since it was looked for such ones. */
  #mayBeIdle = false;

  /**
   * @param requiredTtls the TTL that packets for a port must have at least; null: any
   * @param sharing of ports with other engines; a socket of such a port stays open, as its place counts
   */
  constructor(
    requiredTtls: ReadonlyMap<number, number | null>,
    listener: ReceiversListener,
    sharing: PortSharing | null = null,
  ) {
    this.#requiredTtls = requiredTtls;
    this.#listener = listener;
    this.#sharing = sharing;
  }

  /**
   * Opens the sockets of all ports, so that engines that do so one after the other have places in that order.
   *
   * @throws SystemCallError, for example when another program holds a port
   */
  openAll(): void {
    for (const family of ['ipv4', 'ipv6'] as const) {
      for (const port of this.#requiredTtls.keys()) {
        this.#openOne(family, port);
      }
    }
  }

  /** Sees to it that packets for the port are heard, until that is released. */
  listen(family: AddressFamily, port: number): Result<Listening, TransmitRefusal> {
    const name = `${family} ${port}`;
    const open = this.#open.get(name);
    if (open !== undefined) {
      return ok(open.used());
    }
    try {
      return ok(this.#openOne(family, port).used());
    } catch (error) {
      if (error instanceof SystemCallError) {
        return err({ type: 'path', reason: error.message });
      }
      throw error;
    }
  }

  /**
   * Lets packets for a port in whatever their TTL, or no longer: for who hears others there than neighbours.
   * Those that sessions with neighbours must not take have to be told by the TTL of each.
   *
   * @throws SystemCallError
   */
  letAnyTtlIn(port: number, wanted: boolean): void {
    if (wanted === this.#anyTtl.has(port)) {
      return;
    }
    if (wanted) {
      this.#anyTtl.add(port);
    } else {
      this.#anyTtl.delete(port);
    }
    for (const { receiver } of this.#open.values()) {
      if (receiver.port === port) {
        receiver.requireTtl(this.#requiredTtl(port) ?? 0);
      }
    }
  }

  /** Opens ways out only for sessions that can hear, too, as long as these are open. */
  before(transmitter: Transmitter): Transmitter {
    return {
      echoObstacle: transmitter.echoObstacle,
      open: (path, sourcePort, closed) => {
        const listening = this.listen(path.source.family, path.destinationPort);
        if (!listening.ok) {
          return listening;
        }
        const { release } = listening.value;
        const opened = transmitter.open(path, sourcePort, both(release, closed));
        if (!opened.ok) {
          release();
        }
        return opened;
      },
      flush: () => {
        transmitter.flush();
        if (this.#mayBeIdle) {
          this.#closeIdle();
        }
      },
    };
  }

  /** The file descriptors of the sockets that there are. */
  get sockets(): readonly number[] {
    return [...this.#open.values()].map(({ receiver }) => receiver.fd);
  }

  close(): void {
    this.#open.forEach(({ receiver }) => receiver.close());
    this.#open.clear();
  }

  #openOne(family: AddressFamily, port: number): SharedReceiver {
    const requiredTtl = this.#requiredTtl(port);
    const sharing = this.#sharing?.(family, port) ?? {};
    const receiver = new UdpReceiver({ family, port, requiredTtl, ...sharing });
    const opened = new SharedReceiver(receiver, () => {
      this.#mayBeIdle = this.#sharing === null;
    });
    this.#open.set(`${family} ${port}`, opened);
    this.#listener.opened(receiver);
    return opened;
  }

  #requiredTtl(port: number): number | null {
    return this.#anyTtl.has(port) ? null : (this.#requiredTtls.get(port) ?? null);
  }

  #closeIdle(): void {
    this.#mayBeIdle = false;
    for (const [name, { receiver, users }] of this.#open) {
      if (users === 0) {
        this.#open.delete(name);
        this.#listener.closing(receiver);
        receiver.close();
      }
    }
  }
}

/** A socket, and how many have asked for it. */
class SharedReceiver implements Listening {
  readonly receiver: UdpReceiver;
  readonly #unused: () => void;
  users = 0;

  /** One for all who have asked, as they are many. */
  readonly release = (): void => {
    this.users -= 1;
    if (this.users === 0) {
      this.#unused();
    }
  };

  constructor(receiver: UdpReceiver, unused: () => void) {
    this.receiver = receiver;
    this.#unused = unused;
  }

  used(): this {
    this.users += 1;
    return this;
  }
}

/** Does the one, and then the other, if there is one. */
function both(first: () => void, second: (() => void) | undefined): () => void {
  if (second === undefined) {
    return first;
  }
  return () => {
    first();
    second();
  };
}
