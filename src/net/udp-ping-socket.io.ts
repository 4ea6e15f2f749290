import { Arena } from './arena.io.js';
import type { AddressFamily, HostAddress } from './host-address.js';
import { libc } from './libc.io.js';
import {
  IP_TOS,
  IP_TTL,
  IPPROTO_IP,
  IPPROTO_IPV6,
  IPV6_TCLASS,
  IPV6_UNICAST_HOPS,
  MSG_DONTWAIT,
} from './linux-constants.js';
import { SINGLE_PAYLOAD_MAX } from './lsp-transmitter.js';
import type { LspPingSocket } from './lsp-ping-socket.js';
import { writePacketInfo } from './packet-info.js';
import type { PacketSource } from './packet-source.js';
import type { ReceivedDatagram } from './received-datagram.js';
import { writeSocketAddress } from './socket-address.js';
import { setIntegerOption } from './socket-options.io.js';
import { DEFAULT_TTL, TYPE_OF_SERVICE } from './transmitter.js';
import { UdpReceiver } from './udp-receiver.io.js';

/** struct mmsghdr. */
const HEADER_SIZE = 64;
const IOVEC_SIZE = 16;
const ADDRESS_SIZE = 32;
const CONTROL_SIZE = 48;

/** Where a message lies in `scratch`, which one call uses at a time. */
const scratch = new Arena(2 * 4096 + SINGLE_PAYLOAD_MAX);
const HEADER = scratch.reserve(HEADER_SIZE);
const IOVEC = scratch.reserve(IOVEC_SIZE);
const ADDRESS = scratch.reserve(ADDRESS_SIZE);
const CONTROL = scratch.reserve(CONTROL_SIZE);
const PAYLOAD = scratch.reserve(SINGLE_PAYLOAD_MAX);

/** A UDP socket for LSP ping, to be read by a packet loop. Needs no privilege. */
export class UdpPingSocket implements LspPingSocket, PacketSource {
  failedSends = 0;
  readonly #receiver: UdpReceiver;
  readonly #handle: (datagram: ReceivedDatagram, nowUs: number) => void;

  /**
   * @param port 0: one that the kernel picks
   * @param handle is given every datagram, during the call alone
   * @throws SystemCallError, for example when another program holds the port
   */
  constructor(
    family: AddressFamily,
    port: number,
    handle: (datagram: ReceivedDatagram, nowUs: number) => void,
  ) {
    this.#receiver = new UdpReceiver({ family, port, requiredTtl: null, payloadSize: SINGLE_PAYLOAD_MAX });
    this.#handle = handle;
    const four = family === 'ipv4';
    const level = four ? IPPROTO_IP : IPPROTO_IPV6;
    setIntegerOption(this.fd, level, four ? IP_TTL : IPV6_UNICAST_HOPS, DEFAULT_TTL);
    setIntegerOption(this.fd, level, four ? IP_TOS : IPV6_TCLASS, TYPE_OF_SERVICE);
  }

  get fd(): number {
    return this.#receiver.fd;
  }

  get port(): number {
    return this.#receiver.port;
  }

  get batchSize(): number {
    return this.#receiver.batchSize;
  }

  receiveBatch(): number {
    return this.#receiver.receiveBatch();
  }

  handOver(index: number, nowUs: number): void {
    this.#handle(this.#receiver.datagram(index), nowUs);
  }

  send(source: HostAddress | null, destination: HostAddress, port: number, payload: Uint8Array): void {
    const { bytes, view } = scratch;
    if (payload.length > SINGLE_PAYLOAD_MAX) {
      throw new RangeError(`a payload of ${payload.length} bytes is longer than ${SINGLE_PAYLOAD_MAX}`);
    }
    bytes.fill(0, HEADER, PAYLOAD);
    bytes.set(payload, PAYLOAD);
    const addressLength = writeSocketAddress(view, ADDRESS, destination.bytes, port, 0);
    scratch.writePointer(HEADER, ADDRESS);
    view.setUint32(HEADER + 8, addressLength, true);
    scratch.writePointer(HEADER + 16, IOVEC);
    view.setUint32(HEADER + 24, 1, true);
    if (source !== null) {
      scratch.writePointer(HEADER + 32, CONTROL);
      view.setUint32(HEADER + 40, writePacketInfo(view, CONTROL, source.bytes, 0), true);
    }
    scratch.writePointer(IOVEC, PAYLOAD);
    view.setUint32(IOVEC + 8, payload.length, true);
    if (libc.sendmmsg(this.fd, scratch.address + HEADER, 1, MSG_DONTWAIT) !== 1) {
      this.failedSends += 1;
    }
  }

  close(): void {
    this.#receiver.close();
  }
}
