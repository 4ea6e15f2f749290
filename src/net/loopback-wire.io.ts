import { PacketLoop } from './packet-loop.io.js';
import type { PacketWork } from './packet-work.js';
import { DEFAULT_TTL, type PathInterface, type Transmitter } from './transmitter.js';
import { UdpReceiver } from './udp-receiver.io.js';

/** The loopback interface is the first that every host and namespace has. */
const LOOPBACK: PathInterface = { name: 'lo', index: 1 };

/**
 * Brings packets of IPv4 from this host to itself alone: over its loopback interface, to a port that the
 * kernel picks, whatever port they are for.
 */
export class LoopbackWire {
  readonly interface = LOOPBACK;
  readonly transmitter: Transmitter;
  readonly #receiver: UdpReceiver;
  readonly #loop: PacketLoop;
  #destinationPort = 0;
  #work: PacketWork = IDLE;

  /**
   * @param transmitter by which packets leave
   * @throws SystemCallError
   */
  constructor(transmitter: Transmitter) {
    const { name } = LOOPBACK;
    this.#receiver = new UdpReceiver({
      family: 'ipv4',
      port: 0,
      requiredTtl: DEFAULT_TTL,
      interfaceName: name,
    });
    // It is never started: nothing can go wrong in its watches.
    this.#loop = new PacketLoop(this.#handedOn(), () => undefined);
    this.#loop.add(this.#receiver);
    this.transmitter = this.#divert(transmitter);
  }

  /** Hands over to `work` what has arrived, lets it do what is due, and sends. */
  turn(work: PacketWork): void {
    this.#work = work;
    this.#loop.turn();
  }

  /** To be called once all channels have been closed. */
  close(): void {
    this.#loop.stop();
    this.#receiver.close();
  }

  #handedOn(): PacketWork {
    return {
      handleRepeated: (datagram, nowUs) => {
        datagram.destinationPort = this.#destinationPort;
        return this.#work.handleRepeated(datagram, nowUs);
      },
      handleDatagram: (datagram, nowUs) => {
        datagram.destinationPort = this.#destinationPort;
        this.#work.handleDatagram(datagram, nowUs);
      },
      handleTimers: (nowUs, receivedUntilUs) => this.#work.handleTimers(nowUs, receivedUntilUs),
      nextDeadlineUs: () => this.#work.nextDeadlineUs(),
      flush: () => this.#work.flush(),
    };
  }

  #divert(transmitter: Transmitter): Transmitter {
    const { port } = this.#receiver;
    return {
      echoObstacle: transmitter.echoObstacle,
      open: (path, sourcePort, closed) => {
        this.#destinationPort = path.destinationPort;
        return transmitter.open({ ...path, destinationPort: port }, sourcePort, closed);
      },
      flush: () => transmitter.flush(),
    };
  }
}

const IDLE: PacketWork = {
  handleRepeated: () => true,
  handleDatagram: () => undefined,
  handleTimers: () => undefined,
  nextDeadlineUs: () => null,
  flush: () => undefined,
};
