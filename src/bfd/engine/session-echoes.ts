import { formatAddressBytes } from '../../lib/address.js';
import {
  DEFAULT_TTL,
  type TransmitChannel,
  type TransmitPath,
  type Transmitter,
} from '../../net/transmitter.js';
import type { ReceivedDatagram } from '../../net/received-datagram.js';
import { ECHO_PACKET_BYTES, echoDiscriminator } from '../packet/echo-packet.js';
import { ipSh } from '../types/ip-sh.js';
import type { EngineSession } from './engine-session.js';
import type { SessionTable } from './session-table.js';

/** RFC 5881 §4. */
export const ECHO_PORT = 3785;
/** What has been looped back has lost one. */
const RETURNED_TTL = DEFAULT_TTL - 1;
/** No Echo packet is one with less. */
export const ECHO_LEAST_TTL = RETURNED_TTL;
/** What is longer is looped back by nobody here. */
const LOOPED_BYTES_MAX = 64;

/** How Echo packets of one session travel. */
export interface EchoChannels {
  /** This system's, with TTL 255. */
  readonly own: TransmitChannel;
  /** The peer's, with TTL 254 on their way back. */
  readonly looped: TransmitChannel;
}

/**
 * Echo packets (RFC 5880 §6.4, RFC 5881 §4). Ours go to the peer's address with TTL 255, and its engine
 * sends them back with TTL 254 to the address and port that they came from: so this engine does with the
 * peer's, and FRR with those of IPv6. What a peer sends to its own address over this host is none of the
 * engine's business: the kernel forwards it, where it is told to forward.
 */
export class SessionEchoes {
  readonly #table: SessionTable;
  readonly #transmitter: Transmitter;
  readonly #packet = new Uint8Array(ECHO_PACKET_BYTES);

  constructor(table: SessionTable, transmitter: Transmitter) {
    this.#table = table;
    this.#transmitter = transmitter;
  }

  /** Opens or closes the session's channels, as its path and what is wanted of it are now. */
  update(entry: EngineSession): void {
    const { path } = entry;
    if (!wantsEcho(entry) || path === null || !this.#transmitter.carriesEcho) {
      entry.closeEchoes();
    } else if (entry.echoes === null) {
      entry.echoes = this.#open({ ...path, destinationPort: ECHO_PORT });
    }
  }

  /** Sends the Echo packet that the session has asked for. */
  transmit(entry: EngineSession): void {
    if (entry.echoes !== null) {
      const length = entry.session.writeEcho(this.#packet, 0);
      entry.echoes.own.send(this.#packet, length);
    }
  }

  /** A datagram for the Echo port. @returns the session whose own packet has come back; else null */
  accept(datagram: ReceivedDatagram, nowUs: number): EngineSession | null {
    if (datagram.ttl === RETURNED_TTL) {
      return this.#takeBack(datagram, nowUs);
    }
    if (datagram.ttl === DEFAULT_TTL) {
      this.#loopBack(datagram);
    }
    return null;
  }

  #takeBack(datagram: ReceivedDatagram, nowUs: number): EngineSession | null {
    const entry = this.#table.byDiscriminator(echoDiscriminator(datagram.bytes));
    if (entry === null || entry.arrivalInterface !== datagram.interfaceIndex) {
      return null;
    }
    return entry.session.handleEcho(datagram.bytes, nowUs) ? entry : null;
  }

  /** Only for the neighbour of a session that offers it: nobody else has his packets sent around. */
  #loopBack(datagram: ReceivedDatagram): void {
    const { bytes, destination, interfaceIndex, source, sourcePort } = datagram;
    if (destination.length === 0 || sourcePort !== ECHO_PORT || bytes.length > LOOPED_BYTES_MAX) {
      return;
    }
    const arrival = {
      interface: interfaceIndex,
      source: formatAddressBytes(source),
      destination: formatAddressBytes(destination),
    };
    const entry =
      this.#table.byDemultiplexingKey(ipSh, { ...arrival, pointToPoint: false }) ??
      this.#table.byDemultiplexingKey(ipSh, { ...arrival, pointToPoint: true });
    if (entry !== null && entry.session.parameters.requiredMinEchoRxIntervalUs > 0) {
      entry.echoes?.looped.send(bytes, bytes.length);
    }
  }

  /** Null: there is no way; the session looks for its ways again when its path does. */
  #open(path: TransmitPath): EchoChannels | null {
    const own = this.#transmitter.open(path, ECHO_PORT);
    if (!own.ok) {
      return null;
    }
    const looped = this.#transmitter.open(path, ECHO_PORT);
    if (!looped.ok) {
      own.value.close();
      return null;
    }
    looped.value.setTtl(RETURNED_TTL);
    return { own: own.value, looped: looped.value };
  }
}

function wantsEcho({ desired }: EngineSession): boolean {
  return (
    desired.type === 'ip-sh' &&
    (desired.desiredMinEchoTxIntervalUs > 0 || desired.requiredMinEchoRxIntervalUs > 0)
  );
}
