import { Arena } from './arena.io.js';
import { readControlMessages, type ReceiveInfo } from './control-message.js';
import type { AddressFamily } from './host-address.js';
import { lastErrno, libc } from './libc.io.js';
import {
  AF_INET,
  AF_INET6,
  EAGAIN,
  EINTR,
  ENOBUFS,
  ENOMEM,
  IP_PKTINFO,
  IP_RECVTTL,
  IPPROTO_IP,
  IPPROTO_IPV6,
  IPV6_RECVHOPLIMIT,
  IPV6_RECVPKTINFO,
  IPV6_V6ONLY,
  MSG_DONTWAIT,
  SO_RCVBUF,
  SO_RXQ_OVFL,
  SOCK_CLOEXEC,
  SOCK_DGRAM,
  SOCK_NONBLOCK,
  SOL_SOCKET,
} from './linux-constants.js';
import { MessageBatch } from './message-batch.io.js';
import { requireTtl } from './packet-filter.js';
import type { ReceivedDatagram } from './received-datagram.js';
import { anyAddress, writeSocketAddress } from './socket-address.js';
import { attachFilter, setIntegerOption } from './socket-options.io.js';
import { checked, SystemCallError } from './system-call-error.io.js';

/** Datagrams per system call. */
export const RECEIVE_BATCH = 256;

/** The kernel charges 832 bytes for a BFD packet: room for 5,000, 64 ms of 80,000 packets a second. */
const RECEIVE_BUFFER = 4 * 1024 * 1024;
const NO_BYTES = new Uint8Array(0);

/** What a receiver is for. */
export interface ReceiverOptions {
  readonly family: AddressFamily;
  readonly port: number;
  /** Packets with a lower TTL or Hop Limit never leave the kernel; null: any may come. */
  readonly requiredTtl: number | null;
}

/**
 * Receives the datagrams for one UDP port on all interfaces and addresses of a family, many a call. What
 * has not the required TTL (RFC 5881 §5) is dropped in the kernel, and costs nothing here.
 */
export class UdpReceiver {
  readonly fd: number;
  readonly #batch: MessageBatch;
  readonly #info: ReceiveInfo = { interfaceIndex: 0, destinationOffset: -1, ttl: -1, droppedBySocket: 0 };
  readonly #datagram: ReceivedDatagram;
  #received = 0;

  /** @throws SystemCallError, for example when another program holds the port */
  constructor(options: ReceiverOptions) {
    this.#batch = new MessageBatch(RECEIVE_BATCH, options.family);
    this.#datagram = {
      bytes: NO_BYTES,
      source: NO_BYTES,
      sourcePort: 0,
      destination: NO_BYTES,
      destinationPort: options.port,
      interfaceIndex: 0,
      ttl: -1,
      droppedBySocket: 0,
    };
    this.fd = openSocket(options);
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
    return count < 0 ? answerError(lastErrno()) : count;
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
    this.#batch.free();
  }
}

/** The answer of `receiveBatch` to an error. */
function answerError(errno: number): number {
  if (errno === EAGAIN) {
    return 0;
  }
  // A signal, or memory that is short for a moment: what waits is still there at the next call.
  if (errno === EINTR || errno === ENOMEM || errno === ENOBUFS) {
    return -1;
  }
  throw new SystemCallError('recvmmsg', errno);
}

const scratch = new Arena(4096);

/** The filter first: nothing shall slip in before it. */
function openSocket({ family, port, requiredTtl }: ReceiverOptions): number {
  const domain = family === 'ipv4' ? AF_INET : AF_INET6;
  const fd = checked(libc.socket(domain, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), 'socket');
  try {
    if (requiredTtl !== null) {
      attachFilter(fd, requireTtl(family, requiredTtl));
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
