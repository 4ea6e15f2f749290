import type { ReceivedDatagram } from '../../net/received-datagram.js';

/** Looking costs system calls: under a flood of packets that are refused it is done so seldom. */
const PAUSE_US = 20_000;

/** What of a datagram tells of others. */
export type CountedDatagram = Pick<ReceivedDatagram, 'destinationPort' | 'droppedBySocket'>;

/**
 * Notices that packets were lost in this host. Datagrams carry their socket's count of packets thrown
 * away, which has refused ones in it too: when it moves, and when a session has gone down, it is looked up
 * how many were really lost.
 */
export class LossWatch {
  readonly #lostPackets: () => number;
  #lost = 0;
  #lookedUs = -Infinity;
  /** By destination port and family, of which there is a socket each. */
  readonly #counts = new Map<number, number>();

  /** @param lostPackets how many have been lost so far */
  constructor(lostPackets: () => number) {
    this.#lostPackets = lostPackets;
  }

  /** A datagram has come in. @returns how many were lost that nobody had noticed */
  datagram({ destinationPort, droppedBySocket }: CountedDatagram, four: boolean, nowUs: number): number {
    const socket = 2 * destinationPort + (four ? 0 : 1);
    if ((this.#counts.get(socket) ?? 0) === droppedBySocket || nowUs < this.#lookedUs + PAUSE_US) {
      return 0;
    }
    this.#counts.set(socket, droppedBySocket);
    return this.look(nowUs);
  }

  /** @returns how many were lost that nobody had noticed */
  look(nowUs: number): number {
    if (nowUs === this.#lookedUs) {
      return 0;
    }
    const before = this.#lost;
    this.#lost = this.#lostPackets();
    this.#lookedUs = nowUs;
    return this.#lost - before;
  }
}
