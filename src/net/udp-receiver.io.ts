import { Arena } from './arena.io.js';
import { readControlMessages } from './control-message.js';
import { lastErrno, libc } from './libc.io.js';
import {
  AF_INET,
  EAGAIN,
  EINTR,
  ENOBUFS,
  ENOMEM,
  IP_PKTINFO,
  IP_RECVTTL,
  IPPROTO_IP,
  MSG_DONTWAIT,
  SO_RCVBUF,
  SO_RXQ_OVFL,
  SOCK_CLOEXEC,
  SOCK_DGRAM,
  SOCK_NONBLOCK,
  SOL_SOCKET,
} from './linux-constants.js';
import { requireIpv4Ttl } from './packet-filter.js';
import type { ReceivedDatagram } from './received-datagram.js';
import { SOCKADDR_IN_SIZE, writeSockaddrIn } from './socket-address.js';
import { attachFilter, setIntegerOption } from './socket-options.io.js';
import { checked, SystemCallError } from './system-call-error.io.js';

/** Datagrams per system call. */
export const RECEIVE_BATCH = 256;

/** More than any BFD packet, whose length field has eight bits; what is longer is cut off. */
const PAYLOAD_SIZE = 512;
const CONTROL_SIZE = 128;
/** struct mmsghdr. */
const HEADER_SIZE = 64;
const IOVEC_SIZE = 16;
/** The kernel charges 832 bytes for a BFD packet: room for 5,000, 64 ms of 80,000 packets a second. */
const RECEIVE_BUFFER = 4 * 1024 * 1024;
const REQUIRED_TTL = 255;

/**
 * Receives the datagrams for one UDP port on all interfaces and addresses (IPv4), many a call. What has
 * not TTL 255 is dropped in the kernel (RFC 5881 §5), and costs nothing here.
 */
export class UdpReceiver {
  readonly fd: number;
  readonly #arena = new Arena(
    RECEIVE_BATCH * (HEADER_SIZE + IOVEC_SIZE + SOCKADDR_IN_SIZE + CONTROL_SIZE + PAYLOAD_SIZE) + 4096,
  );
  readonly #headers = this.#arena.reserve(RECEIVE_BATCH * HEADER_SIZE);
  readonly #iovecs = this.#arena.reserve(RECEIVE_BATCH * IOVEC_SIZE);
  readonly #addresses = this.#arena.reserve(RECEIVE_BATCH * SOCKADDR_IN_SIZE);
  readonly #controls = this.#arena.reserve(RECEIVE_BATCH * CONTROL_SIZE);
  readonly #payloads = this.#arena.reserve(RECEIVE_BATCH * PAYLOAD_SIZE);
  /** The last view made of each payload: packets mostly have one length, so that nothing is allocated. */
  readonly #views: Uint8Array[] = [];
  readonly #datagram: ReceivedDatagram;
  #received = 0;

  /** @throws SystemCallError, for example when another program holds the port */
  constructor(port: number) {
    for (let index = 0; index < RECEIVE_BATCH; index += 1) {
      this.#connect(index);
      this.#prepare(index);
    }
    this.#datagram = {
      bytes: this.#payload(0, 0),
      source: 0,
      sourcePort: 0,
      interfaceIndex: 0,
      destination: 0,
      ttl: -1,
      droppedBySocket: 0,
    };
    this.fd = openSocket(port, this.#arena, this.#addresses);
  }

  /**
   * Takes up to `RECEIVE_BATCH` waiting datagrams from the kernel, and tells how many; they are read with
   * `datagram`, and are gone at the next call. Fewer than the batch: none is left waiting. -1: the kernel
   * could not answer at this moment.
   * @throws SystemCallError when the socket is unusable
   */
  receiveBatch(): number {
    for (let index = 0; index < this.#received; index += 1) {
      this.#prepare(index);
    }
    const count = libc.recvmmsg(this.fd, this.#arena.address + this.#headers, RECEIVE_BATCH, MSG_DONTWAIT, 0);
    this.#received = Math.max(count, 0);
    return count < 0 ? answerError(lastErrno()) : count;
  }

  /** The datagram `index` of the last batch; valid until the next call of this or of `receiveBatch`. */
  datagram(index: number): ReceivedDatagram {
    const { view } = this.#arena;
    const header = this.#headers + index * HEADER_SIZE;
    const address = this.#addresses + index * SOCKADDR_IN_SIZE;
    const datagram = this.#datagram;
    datagram.bytes = this.#payload(index, view.getUint32(header + 56, true));
    datagram.source = view.getUint32(address + 4, false);
    datagram.sourcePort = view.getUint16(address + 2, false);
    const controls = this.#controls + index * CONTROL_SIZE;
    readControlMessages(view, controls, view.getUint32(header + 40, true), datagram);
    return datagram;
  }

  close(): void {
    libc.close(this.fd);
  }

  /** Sets the pointers of one struct mmsghdr and its struct iovec, once for all calls. */
  #connect(index: number): void {
    const arena = this.#arena;
    const header = this.#headers + index * HEADER_SIZE;
    const iovec = this.#iovecs + index * IOVEC_SIZE;
    arena.writePointer(header, this.#addresses + index * SOCKADDR_IN_SIZE);
    arena.writePointer(header + 16, iovec);
    arena.view.setUint32(header + 24, 1, true);
    arena.writePointer(header + 32, this.#controls + index * CONTROL_SIZE);
    arena.writePointer(iovec, this.#payloads + index * PAYLOAD_SIZE);
    arena.view.setUint32(iovec + 8, PAYLOAD_SIZE, true);
  }

  /** Sets the lengths that a call overwrites. */
  #prepare(index: number): void {
    const header = this.#headers + index * HEADER_SIZE;
    this.#arena.view.setUint32(header + 8, SOCKADDR_IN_SIZE, true);
    this.#arena.view.setUint32(header + 40, CONTROL_SIZE, true);
  }

  #payload(index: number, length: number): Uint8Array {
    const known = this.#views[index];
    if (known !== undefined && known.length === length) {
      return known;
    }
    const start = this.#payloads + index * PAYLOAD_SIZE;
    const made = this.#arena.bytes.subarray(start, start + length);
    this.#views[index] = made;
    return made;
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

function openSocket(port: number, arena: Arena, addressOffset: number): number {
  const fd = checked(libc.socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), 'socket');
  try {
    attachFilter(fd, requireIpv4Ttl(REQUIRED_TTL));
    setIntegerOption(fd, IPPROTO_IP, IP_PKTINFO, 1);
    setIntegerOption(fd, IPPROTO_IP, IP_RECVTTL, 1);
    setIntegerOption(fd, SOL_SOCKET, SO_RXQ_OVFL, 1);
    setIntegerOption(fd, SOL_SOCKET, SO_RCVBUF, RECEIVE_BUFFER);
    writeSockaddrIn(arena.view, addressOffset, 0, port);
    checked(libc.bind(fd, arena.address + addressOffset, SOCKADDR_IN_SIZE), 'bind', `UDP port ${port}`);
    return fd;
  } catch (error) {
    libc.close(fd);
    throw error;
  }
}
