import { err, ok, type Result } from '../lib/result.js';
import { Arena } from './arena.io.js';
import type { AddressFamily } from './host-address.js';
import { packetInfoBytes } from './packet-info.js';
import { createPacketHeader } from './packet-header.js';
import { RAW_SLOT_LAYOUTS, RawChannel, type RawChannelHome } from './raw-channel.io.js';
import { RAW_MESSAGES, RawBatch, rawBatchSize } from './raw-batch.io.js';
import type { RawSockets } from './raw-sockets.io.js';
import type { SourcePorts } from './source-ports.js';
import type { TransmitChannel, TransmitPath, TransmitRefusal, Transmitter } from './transmitter.js';

/** Memory is reserved for so many channels, and used by those that are open. */
const CHANNELS_MAX = 65_536;

/**
 * Sends the packets of all sessions through one raw socket per address family, many a call, with headers
 * of our own. Needs CAP_NET_RAW when its sockets are opened, and nothing later.
 */
export class RawTransmitter implements Transmitter {
  /** What goes to its own address does not leave by the routes of a host. */
  readonly echoObstacle = 'packets leave by the routes of the host alone';
  readonly #ports: SourcePorts;
  readonly #arena = new Arena(
    CHANNELS_MAX * RAW_SLOT_LAYOUTS[16].size + 2 * rawBatchSize(RAW_MESSAGES) + 4096,
  );
  readonly #batches: Readonly<Record<AddressFamily, RawBatch | null>>;
  readonly #homes: Readonly<Record<AddressFamily, Homes | null>>;
  #slots = 0;

  constructor(sockets: RawSockets, ports: SourcePorts) {
    this.#ports = ports;
    const { ipv4, ipv6 } = sockets;
    this.#batches = {
      ipv4: ipv4 === null ? null : new RawBatch(ipv4, this.#arena),
      ipv6: ipv6 === null ? null : new RawBatch(ipv6, this.#arena),
    };
    this.#homes = {
      ipv4: this.#createHomes(this.#batches.ipv4, 4),
      ipv6: this.#createHomes(this.#batches.ipv6, 16),
    };
  }

  open(
    path: TransmitPath,
    givenPort?: number,
    closed?: () => void,
  ): Result<TransmitChannel, TransmitRefusal> {
    const homes = this.#homes[path.source.family];
    if (homes === null) {
      return err({ type: 'path', reason: `this host has no ${path.source.family}` });
    }
    const slot = this.#takeSlot(homes);
    if (slot === null) {
      return err({ type: 'resources', reason: `${CHANNELS_MAX} sessions are open already` });
    }
    return ok(
      givenPort === undefined
        ? new RawChannel(homes.ownPort, path, this.#ports.take(), slot, closed)
        : new RawChannel(homes.givenPort, path, givenPort, slot, closed),
    );
  }

  flush(): void {
    this.#batches.ipv4?.flush();
    this.#batches.ipv6?.flush();
  }

  #createHomes(batch: RawBatch | null, addressBytes: 4 | 16): Homes | null {
    if (batch === null) {
      return null;
    }
    const arena = this.#arena;
    const header = createPacketHeader(addressBytes);
    const layout = RAW_SLOT_LAYOUTS[addressBytes];
    const controlLength = packetInfoBytes(addressBytes);
    const free: number[] = [];
    const closed = ({ slot }: RawChannel): void => void free.push(slot);
    const givenPort = { batch, arena, header, layout, controlLength, closed };
    const ownPort = {
      ...givenPort,
      closed: (channel: RawChannel): void => {
        this.#ports.release(channel.sourcePort);
        closed(channel);
      },
    };
    return { ownPort, givenPort, free };
  }

  #takeSlot({ free, givenPort }: Homes): number | null {
    const former = free.pop();
    if (former !== undefined) {
      return former;
    }
    if (this.#slots === CHANNELS_MAX) {
      return null;
    }
    this.#slots += 1;
    return this.#arena.reserve(givenPort.layout.size);
  }
}

/** By whether the channel's port is one of its own, to be given back, or was given to it. */
interface Homes {
  readonly ownPort: RawChannelHome;
  readonly givenPort: RawChannelHome;
  /** Slots of channels that were closed. */
  readonly free: number[];
}
