import { Arena } from './arena.io.js';
import { FrameBatch } from './frame-batch.io.js';
import { lastErrno, libc } from './libc.io.js';
import { SOCKADDR_LL_SIZE, writeLinkAddress } from './link-address.js';
import {
  AF_PACKET,
  ETH_P_MPLS_UC,
  MSG_DONTWAIT,
  PACKET_HOST,
  PACKET_IGNORE_OUTGOING,
  PACKET_STATISTICS,
  SO_RCVBUF,
  SOCK_CLOEXEC,
  SOCK_DGRAM,
  SOCK_NONBLOCK,
  SOL_PACKET,
  SOL_SOCKET,
} from './linux-constants.js';
import { fromTheWire, type FilterInstruction } from './packet-filter.js';
import type { PacketSource } from './packet-source.js';
import { receiveError } from './receive-error.io.js';
import type { ReceivedLspPacket } from './received-lsp-packet.js';
import { attachFilter, setIntegerOption } from './socket-options.io.js';
import { checked } from './system-call-error.io.js';

/** Packets per system call. */
const BATCH = 128;
/** What is longer than the longest frame is cut off. */
const PACKET_SIZE = 9216;
/** The kernel charges some 800 bytes for a BFD packet: room for 5,000. */
const RECEIVE_BUFFER = 4 * 1024 * 1024;

const NO_BYTES = new Uint8Array(0);

/** What a receiver is for. */
export interface PacketReceiverOptions {
  /** ETH_P_IP and so on. */
  readonly etherType: number;
  /** What it lets through; offsets count from the first label or the IP header. */
  readonly filter: readonly FilterInstruction[];
}

/** Receives whole packets of one kind on all interfaces, as far as they are for this host, many a call. */
export class PacketReceiver implements PacketSource {
  readonly batchSize = BATCH;
  readonly fd: number;
  readonly #batch: FrameBatch;
  readonly #handle: (packet: ReceivedLspPacket, nowUs: number) => void;
  readonly #packet: ReceivedLspPacket;
  #received = 0;
  #lost = 0;

  /** @throws SystemCallError EPERM without CAP_NET_RAW */
  constructor(options: PacketReceiverOptions, handle: (packet: ReceivedLspPacket, nowUs: number) => void) {
    this.fd = openSocket(options);
    this.#batch = new FrameBatch(BATCH, PACKET_SIZE);
    this.#handle = handle;
    this.#packet = { bytes: NO_BYTES, labelled: options.etherType === ETH_P_MPLS_UC, interfaceIndex: 0 };
  }

  receiveBatch(): number {
    this.#batch.prepare(this.#received);
    const count = libc.recvmmsg(this.fd, this.#batch.address, BATCH, MSG_DONTWAIT, 0);
    this.#received = Math.max(count, 0);
    return count < 0 ? receiveError(lastErrno()) : count;
  }

  handOver(index: number, nowUs: number): void {
    // The filter says so, but not on what had come in before it.
    if (this.#batch.packetType(index) === PACKET_HOST) {
      const packet = this.#packet;
      packet.bytes = this.#batch.packet(index);
      packet.interfaceIndex = this.#batch.interfaceIndex(index);
      this.#handle(packet, nowUs);
    }
  }

  /** Packets that found the buffer full, so far. */
  lost(): number {
    scratch.view.setUint32(0, STATISTICS_SIZE, true);
    const result = libc.getsockopt(
      this.fd,
      SOL_PACKET,
      PACKET_STATISTICS,
      scratch.address + 8,
      scratch.address,
    );
    checked(result, 'getsockopt PACKET_STATISTICS');
    // The kernel counts from zero again.
    this.#lost += scratch.view.getUint32(8 + STATISTICS_DROPS, true);
    return this.#lost;
  }

  close(): void {
    libc.close(this.fd);
    // Whoever closes it may be in the middle of a packet of its last batch.
    setImmediate(() => this.#batch.free());
  }
}

const scratch = new Arena(4096);
/** struct tpacket_stats: packets, drops. */
const STATISTICS_SIZE = 8;
const STATISTICS_DROPS = 4;

/** The filter first: a socket of no protocol receives nothing until it is bound. */
function openSocket({ etherType, filter }: PacketReceiverOptions): number {
  const type = SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC;
  const fd = checked(libc.socket(AF_PACKET, type, 0), 'socket (packet)');
  try {
    attachFilter(fd, fromTheWire(filter));
    setIntegerOption(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, 1);
    setIntegerOption(fd, SOL_SOCKET, SO_RCVBUF, RECEIVE_BUFFER);
    writeLinkAddress(scratch.view, 0, etherType, 0, NO_BYTES);
    checked(libc.bind(fd, scratch.address, SOCKADDR_LL_SIZE), 'bind (packet)');
    return fd;
  } catch (error) {
    libc.close(fd);
    throw error;
  }
}
