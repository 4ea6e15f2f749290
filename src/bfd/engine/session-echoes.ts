import { formatAddressBytes } from '../../lib/address.js';
import { err, ok, type Result } from '../../lib/result.js';
import type { AddressFamily } from '../../net/host-address.js';
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
export const RETURNED_TTL = DEFAULT_TTL - 1;
/** No Echo packet is one with less. */
export const ECHO_LEAST_TTL = RETURNED_TTL;
/** What is longer is looped back by nobody here. */
const LOOPED_BYTES_MAX = 64;

/** How Echo packets of one session travel; null: those are not wanted. */
export interface EchoChannels {
  /** This system's, with TTL 255, to its own address. */
  readonly own: TransmitChannel | null;
  /** The peer's, with TTL 254 on their way back. */
  readonly peers: PeerEchoChannels | null;
}

/** By the address that the peer sends them to. */
interface PeerEchoChannels {
  /** That of this system: some peers rely on its BFD to send them back. */
  readonly looped: TransmitChannel;
  /** Its own, as RFC 5881 §4 has it: forwarding alone brings them back. */
  readonly reflected: TransmitChannel;
}

/** What the Echo function works with. */
export interface SessionEchoesOptions {
  readonly table: SessionTable;
  readonly transmitter: Transmitter;
  /** Whether the kernel forwards packets that come in by an interface. */
  readonly forwards: (interfaceName: string, family: AddressFamily) => boolean;
}

/**
 * Echo packets (RFC 5880 §6.4, RFC 5881 §4). Ours go to our own address with TTL 255, handed to the peer past
 * our routes, and come back with TTL 254 as the peer forwards them. What the peer sends in that way is
 * forwarded by the kernel, or, where that forwards nothing, sent back from here; and what it sends to our
 * address is always sent back from here, with TTL 254, to the address and port that it came from: bfdd of FRR
 * does so over IPv6.
 */
export class SessionEchoes {
  readonly #options: SessionEchoesOptions;
  readonly #packet = new Uint8Array(ECHO_PACKET_BYTES);

  constructor(options: SessionEchoesOptions) {
    this.#options = options;
  }

  /** Opens or closes the session's channels, as its path and what is wanted of it are now. */
  update(entry: EngineSession): void {
    const { own, peers } = wantedEchoes(entry);
    const { path } = entry;
    entry.echoObstacle = null;
    if (!own && !peers) {
      entry.closeEchoes();
      return;
    }
    if (path === null || isOpen(entry.echoes, own, peers)) {
      return;
    }
    entry.closeEchoes();
    const opened = this.#open(path, own, peers);
    if (opened.ok) {
      entry.echoes = opened.value;
    } else {
      entry.echoObstacle = opened.error;
    }
  }

  /** Sends the Echo packet that the session has asked for. */
  transmit(entry: EngineSession): void {
    const own = entry.echoes?.own ?? null;
    if (own !== null) {
      const length = entry.session.writeEcho(this.#packet, 0);
      own.send(this.#packet, length);
    }
  }

  /** A datagram for the Echo port. @returns the session whose own packet has come back; else null */
  accept(datagram: ReceivedDatagram, nowUs: number): EngineSession | null {
    if (datagram.ttl === RETURNED_TTL) {
      return this.#takeBack(datagram, nowUs);
    }
    if (datagram.ttl === DEFAULT_TTL) {
      this.#sendBack(datagram);
    }
    return null;
  }

  /** It may have been heard twice, past the kernel and through it: the second time it is not awaited. */
  #takeBack(datagram: ReceivedDatagram, nowUs: number): EngineSession | null {
    const entry = this.#options.table.byDiscriminator(echoDiscriminator(datagram.bytes));
    if (entry === null || entry.arrivalInterface !== datagram.interfaceIndex) {
      return null;
    }
    return entry.session.handleEcho(datagram.bytes, nowUs) ? entry : null;
  }

  /** Only for the neighbour of a session that offers it: nobody else has his packets sent around. */
  #sendBack(datagram: ReceivedDatagram): void {
    const { bytes, destination, sourcePort } = datagram;
    if (destination.length === 0 || sourcePort !== ECHO_PORT || bytes.length > LOOPED_BYTES_MAX) {
      return;
    }
    const source = formatAddressBytes(datagram.source);
    const entry = this.#neighboursSession(source, datagram);
    const peers = entry?.echoes?.peers ?? null;
    if (entry === null || peers === null) {
      return;
    }
    if (source !== formatAddressBytes(destination)) {
      peers.looped.send(bytes, bytes.length);
    } else if (!this.#kernelForwards(entry)) {
      peers.reflected.send(bytes, bytes.length);
    }
  }

  #neighboursSession(
    source: string,
    { destination, interfaceIndex }: ReceivedDatagram,
  ): EngineSession | null {
    const { table } = this.#options;
    const arrival = { interface: interfaceIndex, source, destination: formatAddressBytes(destination) };
    return (
      table.byDemultiplexingKey(ipSh, { ...arrival, pointToPoint: false }) ??
      table.byDemultiplexingKey(ipSh, { ...arrival, pointToPoint: true })
    );
  }

  #kernelForwards({ path }: EngineSession): boolean {
    const name = path?.interface?.name ?? null;
    return path !== null && name !== null && this.#options.forwards(name, path.source.family);
  }

  /** The error says, for the operator to read, why there is no way; there may be one when the path is another. */
  #open(path: TransmitPath, own: boolean, peers: boolean): Result<EchoChannels, string> {
    const { transmitter } = this.#options;
    if (transmitter.echoObstacle !== null) {
      return err(transmitter.echoObstacle);
    }
    const { source, destination } = path;
    const opened: TransmitChannel[] = [];
    const failures: string[] = [];
    const open = (change: Partial<TransmitPath>, ttl: number): TransmitChannel | null => {
      const result = transmitter.open({ ...path, destinationPort: ECHO_PORT, ...change }, ECHO_PORT);
      if (!result.ok) {
        failures.push(result.error.reason);
        return null;
      }
      result.value.setTtl(ttl);
      opened.push(result.value);
      return result.value;
    };
    const ownChannel = own ? open({ destination: source, neighbour: destination }, DEFAULT_TTL) : null;
    const looped = peers ? open({}, RETURNED_TTL) : null;
    const reflected = peers ? open({ source: destination, neighbour: destination }, RETURNED_TTL) : null;
    const [failure] = failures;
    if (failure !== undefined) {
      opened.forEach((channel) => channel.close());
      return err(failure);
    }
    return ok({ own: ownChannel, peers: looped && reflected && { looped, reflected } });
  }
}

function wantedEchoes({ desired }: EngineSession): { readonly own: boolean; readonly peers: boolean } {
  return desired.type === 'ip-sh'
    ? { own: desired.desiredMinEchoTxIntervalUs > 0, peers: desired.requiredMinEchoRxIntervalUs > 0 }
    : { own: false, peers: false };
}

function isOpen(echoes: EchoChannels | null, own: boolean, peers: boolean): boolean {
  return echoes !== null && (echoes.own !== null) === own && (echoes.peers !== null) === peers;
}
