import type { ReceivedDatagram } from '../../net/received-datagram.js';
import {
  createDecodedControlPacket,
  decodeControlPacket,
  type ControlPacket,
} from '../packet/control-packet.js';
import type { DiscardReason } from '../packet/discard-reason.js';
import { ipSh } from '../types/ip-sh.js';
import type { DiscardCounters } from './discard-counters.js';
import type { EngineSession } from './engine-session.js';
import { ipShDemultiplexingKey, type SessionTable } from './session-table.js';

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
  accept(datagram: ReceivedDatagram): EngineSession | null {
    if (datagram.ttl < ipSh.requiredTtl) {
      return this.#discard('ttl', this.#bySource(datagram));
    }
    const decoded = decodeControlPacket(datagram.bytes, 0, datagram.bytes.length, this.#decoded);
    if (!decoded.ok) {
      return this.#discard(decoded.error, this.#bySource(datagram));
    }
    const { yourDiscriminator } = decoded.value;
    return yourDiscriminator === 0
      ? (this.#bySource(datagram) ?? this.#discard('no-matching-session', null))
      : (this.#byDiscriminator(yourDiscriminator, datagram) ?? this.#discard('no-session', null));
  }

  #bySource({ interfaceIndex, source }: ReceivedDatagram): EngineSession | null {
    return (
      this.#table.byDemultiplexingKey(ipShDemultiplexingKey(interfaceIndex, source, false)) ??
      this.#table.byDemultiplexingKey(ipShDemultiplexingKey(interfaceIndex, source, true))
    );
  }

  /** A session is bound to its interface: what comes in elsewhere is not from its neighbour. */
  #byDiscriminator(discriminator: number, datagram: ReceivedDatagram): EngineSession | null {
    const entry = this.#table.byDiscriminator(discriminator);
    return entry?.path?.interfaceIndex === datagram.interfaceIndex ? entry : null;
  }

  #discard(reason: DiscardReason, entry: EngineSession | null): null {
    this.#discards.count(reason);
    if (entry !== null) {
      entry.statistics.receivedPackets += 1;
      entry.statistics.invalidPackets += 1;
    }
    return null;
  }
}
