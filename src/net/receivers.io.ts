import { err, ok, type Result } from '../lib/result.js';
import type { AddressFamily } from './host-address.js';
import { SystemCallError } from './system-call-error.io.js';
import type { TransmitChannel, TransmitPath, TransmitRefusal, Transmitter } from './transmitter.js';
import { UdpReceiver } from './udp-receiver.io.js';

/**
 * The sockets that sessions hear their peers by: one for a port and family, opened with the first way out
 * that needs it. It stays open when the last session has gone, as its room for packets is at its best.
 */
export class Receivers {
  readonly #requiredTtls: ReadonlyMap<number, number | null>;
  /** Ports that packets of any TTL are let in at, whatever else is said. */
  readonly #anyTtl = new Set<number>();
  readonly #opened: (receiver: UdpReceiver) => void;
  readonly #open = new Map<string, UdpReceiver>();

  /**
   * @param requiredTtls the TTL that packets for a port must have at least; null: any
   * @param opened is told of every socket, to read it from then on
   */
  constructor(requiredTtls: ReadonlyMap<number, number | null>, opened: (receiver: UdpReceiver) => void) {
    this.#requiredTtls = requiredTtls;
    this.#opened = opened;
  }

  /** Sees to it that packets for the port are heard. */
  listen(family: AddressFamily, port: number): Result<void, TransmitRefusal> {
    const name = `${family} ${port}`;
    if (this.#open.has(name)) {
      return ok(undefined);
    }
    try {
      const requiredTtl = this.#requiredTtl(port);
      const receiver = new UdpReceiver({ family, port, requiredTtl });
      this.#open.set(name, receiver);
      this.#opened(receiver);
      return ok(undefined);
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
    for (const receiver of this.#open.values()) {
      if (receiver.port === port) {
        receiver.requireTtl(this.#requiredTtl(port) ?? 0);
      }
    }
  }

  /** Opens ways out only for sessions that can hear, too. */
  before(transmitter: Transmitter): Transmitter {
    return {
      carriesEcho: transmitter.carriesEcho,
      open: (path: TransmitPath, sourcePort?: number): Result<TransmitChannel, TransmitRefusal> => {
        const listening = this.listen(path.source.family, path.destinationPort);
        return listening.ok ? transmitter.open(path, sourcePort) : listening;
      },
      flush: () => transmitter.flush(),
    };
  }

  /** The file descriptors of the sockets that there are. */
  get sockets(): readonly number[] {
    return [...this.#open.values()].map(({ fd }) => fd);
  }

  close(): void {
    this.#open.forEach((receiver) => receiver.close());
    this.#open.clear();
  }

  #requiredTtl(port: number): number | null {
    return this.#anyTtl.has(port) ? null : (this.#requiredTtls.get(port) ?? null);
  }
}
