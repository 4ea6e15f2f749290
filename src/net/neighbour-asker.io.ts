import { Arena } from './arena.io.js';
import type { AddressFamily } from './host-address.js';
import { lastErrno, libc } from './libc.io.js';
import {
  AF_INET,
  AF_INET6,
  EAFNOSUPPORT,
  IP_TTL,
  IPPROTO_IP,
  IPPROTO_IPV6,
  IPV6_UNICAST_HOPS,
  MSG_DONTROUTE,
  MSG_DONTWAIT,
  SO_RCVBUF,
  SOCK_CLOEXEC,
  SOCK_DGRAM,
  SOCK_NONBLOCK,
  SOL_SOCKET,
} from './linux-constants.js';
import type { NextHop } from './next-hop.js';
import { dropAll } from './packet-filter.js';
import { writePacketInfo } from './packet-info.js';
import { anyAddress, writeSocketAddress } from './socket-address.js';
import { attachFilter, setIntegerOption } from './socket-options.io.js';
import { checked } from './system-call-error.io.js';

/** RFC 863: what comes there is thrown away. */
const DISCARD_PORT = 9;
/** struct mmsghdr. */
const HEADER_SIZE = 64;

/**
 * Has the kernel look for neighbours, which it does for who has something to send to them: an empty
 * datagram to the discard port, with TTL 1. It needs no privilege, as a request of ARP or of Neighbor
 * Discovery would.
 */
export class NeighbourAsker {
  readonly #arena = new Arena(4096);
  readonly #header = this.#arena.reserve(HEADER_SIZE);
  readonly #address = this.#arena.reserve(32);
  readonly #control = this.#arena.reserve(48);
  readonly #sockets: Readonly<Record<AddressFamily, number | null>>;

  /** @throws SystemCallError when there is no socket to be had */
  constructor() {
    this.#sockets = { ipv4: openSocket('ipv4'), ipv6: openSocket('ipv6') };
  }

  /**
   * Asks for one. That the kernel cannot (as it has no address of that family on that link) is not told: the
   * neighbour stays unknown.
   */
  ask({ address }: NextHop, interfaceIndex: number): void {
    const { view, bytes } = this.#arena;
    const fd = this.#sockets[address.family];
    if (fd === null) {
      return;
    }
    bytes.fill(0, this.#control, this.#control + 48);
    const destination = address.bytes;
    const length = writeSocketAddress(view, this.#address, destination, DISCARD_PORT, interfaceIndex);
    const any = anyAddress(address.family);
    const controlLength = writePacketInfo(view, this.#control, any, interfaceIndex);
    this.#arena.writePointer(this.#header, this.#address);
    view.setUint32(this.#header + 8, length, true);
    this.#arena.writePointer(this.#header + 32, this.#control);
    view.setUint32(this.#header + 40, controlLength, true);
    libc.sendmmsg(fd, this.#arena.address + this.#header, 1, MSG_DONTWAIT | MSG_DONTROUTE);
  }

  close(): void {
    for (const fd of Object.values(this.#sockets)) {
      if (fd !== null) {
        libc.close(fd);
      }
    }
    this.#arena.free();
  }
}

/** Null: the host has not that family. */
function openSocket(family: AddressFamily): number | null {
  const four = family === 'ipv4';
  const type = SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC;
  const fd = libc.socket(four ? AF_INET : AF_INET6, type, 0);
  if (fd < 0 && lastErrno() === EAFNOSUPPORT) {
    return null;
  }
  checked(fd, 'socket');
  attachFilter(fd, dropAll());
  setIntegerOption(fd, SOL_SOCKET, SO_RCVBUF, 0);
  setIntegerOption(fd, four ? IPPROTO_IP : IPPROTO_IPV6, four ? IP_TTL : IPV6_UNICAST_HOPS, 1);
  return fd;
}
