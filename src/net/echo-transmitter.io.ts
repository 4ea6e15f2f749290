import { err, ok, type Result } from '../lib/result.js';
import { acceptEchoPackets } from './echo-packet-filter.js';
import type { AddressFamily, HostAddress } from './host-address.js';
import { ETH_P_IP, ETH_P_IPV6 } from './linux-constants.js';
import type { PacketSources } from './lsp-receivers.io.js';
import type { LspTransmitter } from './lsp-transmitter.js';
import { PacketReceiver } from './packet-receiver.io.js';
import type { ReceivedDatagram } from './received-datagram.js';
import { ReceivedUdpPacket } from './received-udp-packet.js';
import { SystemCallError } from './system-call-error.io.js';
import type { TransmitChannel, TransmitPath, TransmitRefusal, Transmitter } from './transmitter.js';

const NO_LABELS = new Uint8Array(0);

/** What carries Echo packets, besides what carries all others. */
export interface EchoCarriers {
  readonly routed: Transmitter;
  readonly frames: LspTransmitter;
  /** Where the sockets are read that hear what comes back. */
  readonly sources: PacketSources;
  /** Is given what comes back, during the call alone. */
  readonly handle: (datagram: ReceivedDatagram, nowUs: number) => void;
}

/**
 * Sends what names a neighbour past the routes of the host, and hears what comes back, while anything is
 * sent like that; all else goes the usual way.
 */
export class EchoTransmitter implements Transmitter {
  readonly echoObstacle = null;
  readonly #carriers: EchoCarriers;
  readonly #packet = new ReceivedUdpPacket();
  readonly #hearing = new Map<AddressFamily, Hearing>();
  /** By sockets that are closed. */
  #lost = 0;

  constructor(carriers: EchoCarriers) {
    this.#carriers = carriers;
  }

  open(
    path: TransmitPath,
    sourcePort?: number,
    closed?: () => void,
  ): Result<TransmitChannel, TransmitRefusal> {
    return path.neighbour === undefined
      ? this.#carriers.routed.open(path, sourcePort, closed)
      : this.#openPast(path, path.neighbour, sourcePort, closed);
  }

  flush(): void {
    this.#carriers.routed.flush();
    this.#carriers.frames.flush();
  }

  /** Packets that found the buffers full, so far. */
  lost(): number {
    return [...this.#hearing.values()].reduce((sum, { receiver }) => sum + receiver.lost(), this.#lost);
  }

  #openPast(
    path: TransmitPath,
    neighbour: HostAddress,
    sourcePort: number | undefined,
    closed: () => void = () => undefined,
  ): Result<TransmitChannel, TransmitRefusal> {
    if (path.interface === null) {
      return err({ type: 'path', reason: `no interface is given for ${neighbour.text}` });
    }
    const heard = this.#hear(path.source.family);
    if (!heard.ok) {
      return heard;
    }
    const hop = { interfaceName: path.interface.name, address: neighbour };
    const way = { hop, labels: NO_LABELS };
    const opened = this.#carriers.frames.open({ ...path, way }, sourcePort, () => {
      this.#hearLess(heard.value);
      closed();
    });
    if (!opened.ok) {
      this.#hearLess(heard.value);
    }
    return opened;
  }

  #hear(family: AddressFamily): Result<Hearing, TransmitRefusal> {
    const known = this.#hearing.get(family);
    if (known !== undefined) {
      known.users += 1;
      return ok(known);
    }
    try {
      const etherType = family === 'ipv4' ? ETH_P_IP : ETH_P_IPV6;
      const receiver = new PacketReceiver(
        { etherType, filter: acceptEchoPackets(family) },
        ({ bytes, interfaceIndex }, nowUs) => {
          const datagram = this.#packet.read(bytes, interfaceIndex);
          if (datagram !== null) {
            this.#carriers.handle(datagram, nowUs);
          }
        },
      );
      const hearing = { family, receiver, users: 1 };
      this.#hearing.set(family, hearing);
      this.#carriers.sources.addSource(receiver);
      return ok(hearing);
    } catch (error) {
      if (error instanceof SystemCallError) {
        return err({ type: 'path', reason: error.message });
      }
      throw error;
    }
  }

  #hearLess(hearing: Hearing): void {
    hearing.users -= 1;
    if (hearing.users === 0) {
      this.#lost += hearing.receiver.lost();
      this.#hearing.delete(hearing.family);
      this.#carriers.sources.removeSource(hearing.receiver);
      hearing.receiver.close();
    }
  }
}

/** The socket of one family, and how many ways out want it. */
interface Hearing {
  readonly family: AddressFamily;
  readonly receiver: PacketReceiver;
  users: number;
}
