import type { ReceivedDatagram } from '../../net/received-datagram.js';

/** Turns the running counts of lost packets that datagrams carry, one per socket, into losses. */
export class DropCounters {
  /** By destination port and family, of which there is a socket each. */
  readonly #counts = new Map<number, number>();

  /** How many packets the socket of a datagram has lost since the one before it. */
  lost({ destinationPort, source, droppedBySocket }: ReceivedDatagram): number {
    const socket = 2 * destinationPort + (source.length === 4 ? 0 : 1);
    const before = this.#counts.get(socket) ?? 0;
    if (before === droppedBySocket) {
      return 0;
    }
    this.#counts.set(socket, droppedBySocket);
    return (droppedBySocket - before) >>> 0;
  }
}
