import { formatAddressBytes } from '../../lib/address.js';
import type { ReceivedDatagram } from '../../net/received-datagram.js';
import {
  createDecodedControlPacket,
  decodeControlPacket,
  type ControlPacket,
} from '../packet/control-packet.js';
import type { DiscardReason } from '../packet/discard-reason.js';
import { sessionTypeOfPort } from '../types/session-types.js';
import type { DiscardCounters } from './discard-counters.js';
import type { EngineSession } from './engine-session.js';
import { count } from './session-counters.js';
import type { SessionTable } from './session-table.js';

/** Finds the session of a datagram (RFC 5880 §6.8.6, RFC 5881 §3 and §5), and counts what has none. */
export class Demultiplexer {
  readonly #table: SessionTable;
  readonly #discards: DiscardCounters;
  readonly #decoded = createDecodedControlPacket();

  constructor(table: SessionTable, discards: DiscardCounters) {
    this.#table = table;
    this.#discards = discards;
  }

  /** The packet of the last datagram for which `accept` found a session; filled again by the next. */
  get packet(): ControlPacket {
    return this.#decoded.value;
  }

  /** Null: the datagram is thrown away, and counted, at its session too as far as it can be told. */
  accept(datagram: ReceivedDatagram, nowUs: number): EngineSession | null {
    const decoded = decodeControlPacket(datagram.bytes, 0, datagram.bytes.length, this.#decoded);
    if (!decoded.ok) {
      return this.#discard(decoded.error, this.#byAddresses(datagram));
    }
    const { yourDiscriminator } = decoded.value;
    const entry =
      yourDiscriminator === 0
        ? this.#byAddresses(datagram)
        : this.#byDiscriminator(yourDiscriminator, datagram);
    if (entry !== null && entry.external !== null) {
      const { source, destinationPort } = datagram;
      return this.#askWay(entry, source, destinationPort, false, nowUs);
    }
    if (entry === null) {
      return this.#discard(yourDiscriminator === 0 ? 'no-matching-session' : 'no-session', null);
    }
    if (datagram.ttl >= entry.leastTtl) {
      return entry;
    }
    entry.refuse('ttl');
    return this.#discard('ttl', entry);
  }

  /**
   * The same for a packet that has come by an external way, which Your Discriminator alone names.
   *
   * @returns the session; null: its way has turned the packet away; or why there is no session
   */
  acceptExternal(
    bytes: Uint8Array,
    offset: number,
    length: number,
    source: Uint8Array,
    destinationPort: number,
    nowUs: number,
  ): EngineSession | DiscardReason | null {
    const decoded = decodeControlPacket(bytes, offset, length, this.#decoded);
    if (!decoded.ok) {
      return decoded.error;
    }
    const { yourDiscriminator } = decoded.value;
    if (yourDiscriminator === 0) {
      return 'zero-your-discriminator';
    }
    const entry = this.#table.byDiscriminator(yourDiscriminator);
    if (entry === null || entry.external === null) {
      return 'no-session';
    }
    return this.#askWay(entry, source, destinationPort, true, nowUs);
  }

  #askWay(
    entry: EngineSession,
    source: Uint8Array,
    destinationPort: number,
    onPath: boolean,
    nowUs: number,
  ): EngineSession | null {
    const packet = this.#decoded.value;
    const admission = entry.external?.admits(packet, source, destinationPort, onPath, nowUs);
    if (admission === 'hand-over') {
      return entry;
    }
    count(entry, 'receivedPackets');
    if (admission === 'refused') {
      count(entry, 'invalidPackets');
    }
    return null;
  }

  /** Only packets that begin a session are looked for in this way, and those that are thrown away. */
  #byAddresses(datagram: ReceivedDatagram): EngineSession | null {
    const type = sessionTypeOfPort(datagram.destinationPort);
    if (type === null || datagram.destination.length === 0) {
      return null;
    }
    const source = formatAddressBytes(datagram.source);
    const destination = formatAddressBytes(datagram.destination);
    // Written down twice: to copy an object member by member takes longer than all the rest.
    const { interfaceIndex } = datagram;
    return (
      this.#table.byDemultiplexingKey(type, {
        interface: interfaceIndex,
        pointToPoint: false,
        source,
        destination,
      }) ??
      this.#table.byDemultiplexingKey(type, {
        interface: interfaceIndex,
        pointToPoint: true,
        source,
        destination,
      })
    );
  }

  /** A session over one hop is bound to its interface: what comes in elsewhere is not from its neighbour. */
  #byDiscriminator(discriminator: number, datagram: ReceivedDatagram): EngineSession | null {
    const entry = this.#table.byDiscriminator(discriminator);
    if (entry === null || entry.external !== null) {
      return entry;
    }
    if (entry.arrivalPort !== datagram.destinationPort) {
      return null;
    }
    const interfaceIndex = entry.arrivalInterface;
    return interfaceIndex === 0 || interfaceIndex === datagram.interfaceIndex ? entry : null;
  }

  #discard(reason: DiscardReason, entry: EngineSession | null): null {
    this.#discards.count(reason);
    if (entry !== null) {
      count(entry, 'receivedPackets');
      count(entry, 'invalidPackets');
    }
    return null;
  }
}
