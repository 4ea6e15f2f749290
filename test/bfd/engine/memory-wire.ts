import { ok } from '../../../src/lib/result.js';
import type { RehearsalWire } from '../../../src/bfd/engine/rehearsal.js';
import type { PacketWork } from '../../../src/net/packet-work.js';
import type { ReceivedDatagram } from '../../../src/net/received-datagram.js';
import {
  DEFAULT_TTL,
  type TransmitChannel,
  type TransmitPath,
  type Transmitter,
} from '../../../src/net/transmitter.js';
import { glance } from './virtual-hosts.js';

const INTERFACE = { name: 'lo', index: 1 };
const SOURCE_PORT = 49_152;

/** Packets come back without a kernel. */
export class MemoryWire implements RehearsalWire {
  readonly interface = INTERFACE;
  readonly transmitter: Transmitter;
  /** Channels that have not been closed. */
  open = 0;
  #sent: ReceivedDatagram[] = [];

  constructor() {
    this.transmitter = {
      echoObstacle: null,
      open: (path) => {
        this.open += 1;
        return ok(this.#channel(path));
      },
      flush: () => undefined,
    };
  }

  turn(work: PacketWork): void {
    const arrived = this.#sent;
    this.#sent = [];
    for (const datagram of arrived) {
      if (!work.handleRepeated(glance(datagram), 0)) work.handleDatagram(datagram, 0);
    }
    work.handleTimers(0, 0);
    work.flush();
  }

  #channel(path: TransmitPath): TransmitChannel {
    return {
      sourcePort: SOURCE_PORT,
      failedSends: 0,
      setTtl: () => undefined,
      send: (packet, length) => {
        this.#sent.push(arrivalOf(packet.subarray(0, length), path));
      },
      close: () => {
        this.open -= 1;
      },
    };
  }
}

function arrivalOf(
  packet: Uint8Array,
  { source, destination, destinationPort }: TransmitPath,
): ReceivedDatagram {
  return {
    bytes: packet.slice(),
    source: source.bytes,
    sourcePort: SOURCE_PORT,
    destination: destination.bytes,
    destinationPort,
    interfaceIndex: INTERFACE.index,
    ttl: DEFAULT_TTL,
    droppedBySocket: 0,
  };
}
