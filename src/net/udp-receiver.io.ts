import { Arena } from './arena.io.js';
import { readControlMessages, type ReceiveInfo } from './control-message.js';
import type { AddressFamily } from './host-address.js';
import { lastErrno, libc } from './libc.io.js';
import {
  AF_INET,
  AF_INET6,
  IP_PKTINFO,
  IP_RECVTTL,
  IPPROTO_IP,
  IPPROTO_IPV6,
  IPV6_RECVHOPLIMIT,
  IPV6_RECVPKTINFO,
  IPV6_V6ONLY,
  MSG_DONTWAIT,
  SO_RCVBUF,
  SO_REUSEPORT,
  SO_RXQ_OVFL,
  SOCK_CLOEXEC,
  SOCK_DGRAM,
  SOCK_NONBLOCK,
  SOL_SOCKET,
} from './linux-constants.js';
import { MessageBatch } from './message-batch.io.js';
import { requireTtl, type FilterInstruction } from './packet-filter.js';
import { receiveError } from './receive-error.io.js';
import type { GlancedDatagram, ReceivedDatagram } from './received-datagram.js';
import { anyAddress, SOCKADDR_IN6_SIZE, writeSocketAddress } from './socket-address.js';
import { attachFilter, attachSteering, bindToDevice, setIntegerOption } from './socket-options.io.js';
import { checked } from './system-call-error.io.js';

/** Datagrams per system call. */
export const RECEIVE_BATCH = 256;

/**
 * The kernel charges 832 bytes for a BFD packet: room for 20,000, a quarter of a second of 80,000 packets a
 * second. While thousands of sessions come Up it is needed: a packet of a handshake that is lost costs a second.
 */
const RECEIVE_BUFFER = 16 * 1024 * 1024;
/** More than any BFD packet, whose length field has eight bits; what is longer is cut off. */
const PAYLOAD_SIZE = 512;
const NO_BYTES = new Uint8Array(0);

/** What a receiver is for. */
export interface ReceiverOptions {
  readonly family: AddressFamily;
  /** 0: one that the kernel picks. */
  readonly port: number;
  /** Packets with a lower TTL or Hop Limit never leave the kernel; null: any may come. */
  readonly requiredTtl: number | null;
  /** Receives by this interface alone; by all when not given. */
  readonly interfaceName?: string;
  /** Whether other sockets may have the port, too. */
  readonly shared?: boolean;
  /** Says which of the sockets that share the port is given a packet: given by the first of them alone. */
  readonly steering?: readonly FilterInstruction[];
  /** The bytes that are kept of a datagram; 512 when not given. */
  readonly payloadSize?: number;
}

/**
 * Receives the datagrams for one UDP port and all addresses of a family, on all interfaces or one, many a call. What
 * has not the required TTL (RFC 5881 §5) is dropped in the kernel, and costs nothing here.
 */
export class UdpReceiver {
  readonly batchSize = RECEIVE_BATCH;
  readonly fd: number;
  readonly port: number;
  readonly #family: AddressFamily;
  readonly #batch: MessageBatch;
  readonly #info: ReceiveInfo = { interfaceIndex: 0, destinationOffset: -1, ttl: -1, droppedBySocket: 0 };
  readonly #glance: GlancedDatagram;
  readonly #datagram: ReceivedDatagram;
  #received = 0;

  /** @throws SystemCallError, for example when another program holds the port */
  constructor(options: ReceiverOptions) {
    this.#family = options.family;
    this.fd = openSocket(options);
    this.#batch = new MessageBatch(RECEIVE_BATCH, options.family, options.payloadSize ?? PAYLOAD_SIZE);
    this.port = options.port === 0 ? localPort(this.fd) : options.port;
    this.#glance = {
      words: this.#batch.words,
      wordsAt: 0,
      length: 0,
      destinationPort: this.port,
      four: options.family === 'ipv4',
      interfaceIndex: 0,
      ttl: -1,
      droppedBySocket: 0,
    };
    this.#datagram = {
      bytes: NO_BYTES,
      source: NO_BYTES,
      sourcePort: 0,
      destination: NO_BYTES,
      destinationPort: this.port,
      interfaceIndex: 0,
      ttl: -1,
      droppedBySocket: 0,
    };
  }

  /** From now on packets with this TTL or Hop Limit or a higher one are let through. @throws SystemCallError */
  requireTtl(ttl: number): void {
    attachFilter(this.fd, requireTtl(this.#family, ttl));
  }

  /**
   * Takes up to `RECEIVE_BATCH` waiting datagrams from the kernel, and tells how many; they are read with
   * `datagram`, and are gone at the next call. Fewer than the batch: none is left waiting. -1: the kernel
   * could not answer at this moment.
   * @throws SystemCallError when the socket is unusable
   */
  receiveBatch(): number {
    this.#batch.prepare(this.#received);
    const count = libc.recvmmsg(this.fd, this.#batch.address, RECEIVE_BATCH, MSG_DONTWAIT, 0);
    this.#received = Math.max(count, 0);
    return count < 0 ? receiveError(lastErrno()) : count;
  }

  /** The datagram `index` of the last batch at a glance; valid until the next call of this. */
  glance(index: number): GlancedDatagram {
    const batch = this.#batch;
    const info = this.#info;
    const glance = this.#glance;
    readControlMessages(batch.view, batch.controlOffset(index), batch.controlLength(index), info);
    glance.wordsAt = batch.payloadWord(index);
    glance.length = batch.payloadLength(index);
    glance.interfaceIndex = info.interfaceIndex;
    glance.ttl = info.ttl;
    glance.droppedBySocket = info.droppedBySocket;
    return glance;
  }

  /** The datagram `index` of the last batch; valid until the next call of this or of `receiveBatch`. */
  datagram(index: number): ReceivedDatagram {
    const batch = this.#batch;
    const info = this.#info;
    const datagram = this.#datagram;
    readControlMessages(batch.view, batch.controlOffset(index), batch.controlLength(index), info);
    datagram.bytes = batch.payload(index);
    datagram.source = batch.source(index);
    datagram.sourcePort = batch.sourcePort(index);
    datagram.destination =
      info.destinationOffset < 0 ? NO_BYTES : batch.destination(index, info.destinationOffset);
    datagram.interfaceIndex = info.interfaceIndex;
    datagram.ttl = info.ttl;
    datagram.droppedBySocket = info.droppedBySocket;
    return datagram;
  }

  close(): void {
    libc.close(this.fd);
    // Whoever closes it may be in the middle of a datagram of its last batch.
    setImmediate(() => this.#batch.free());
  }
}

const scratch = new Arena(4096);

/** The filter first: nothing shall slip in before it. */
function openSocket(options: ReceiverOptions): number {
  const { family, port, requiredTtl, interfaceName, shared, steering } = options;
  const domain = family === 'ipv4' ? AF_INET : AF_INET6;
  const fd = checked(libc.socket(domain, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), 'socket');
  try {
    if (requiredTtl !== null) {
      attachFilter(fd, requireTtl(family, requiredTtl));
    }
    if (interfaceName !== undefined) {
      bindToDevice(fd, interfaceName);
    }
    if (shared) {
      setIntegerOption(fd, SOL_SOCKET, SO_REUSEPORT, 1);
    }
    if (steering !== undefined) {
      attachSteering(fd, steering);
    }
    askForDetails(fd, family);
    setIntegerOption(fd, SOL_SOCKET, SO_RXQ_OVFL, 1);
    setIntegerOption(fd, SOL_SOCKET, SO_RCVBUF, RECEIVE_BUFFER);
    const length = writeSocketAddress(scratch.view, 0, anyAddress(family), port, 0);
    checked(libc.bind(fd, scratch.address, length), 'bind', `UDP port ${port}`);
    return fd;
  } catch (error) {
    libc.close(fd);
    throw error;
  }
}

/** The port that the kernel has picked. */
function localPort(fd: number): number {
  scratch.view.setUint32(0, SOCKADDR_IN6_SIZE, true);
  checked(libc.getsockname(fd, scratch.address + 16, scratch.address), 'getsockname');
  return scratch.view.getUint16(16 + 2, false);
}

/** Interface, destination and TTL of every datagram. */
function askForDetails(fd: number, family: AddressFamily): void {
  if (family === 'ipv4') {
    setIntegerOption(fd, IPPROTO_IP, IP_PKTINFO, 1);
    setIntegerOption(fd, IPPROTO_IP, IP_RECVTTL, 1);
  } else {
    setIntegerOption(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1);
    setIntegerOption(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1);
    setIntegerOption(fd, IPPROTO_IPV6, IPV6_RECVHOPLIMIT, 1);
  }
}
