import {
  IP_PKTINFO,
  IP_TTL,
  IPPROTO_IP,
  IPPROTO_IPV6,
  IPV6_HOPLIMIT,
  IPV6_PKTINFO,
  SO_RXQ_OVFL,
  SOL_SOCKET,
} from './linux-constants.js';

/** What the kernel told of a received datagram besides its bytes. */
export interface ReceiveInfo {
  /** 0 when the kernel did not tell. */
  interfaceIndex: number;
  /** Where the destination address of the header lies in what was read; -1 when the kernel did not tell. */
  destinationOffset: number;
  /** TTL or Hop Limit; -1 when the kernel did not tell. */
  ttl: number;
  /** Datagrams that this socket has lost so far because its buffer was full, modulo 2^32. */
  droppedBySocket: number;
}

/** struct cmsghdr: length (8), level (4), type (4); then the data; the next one is aligned to 8. */
const HEADER = 16;

/**
 * Reads the control messages in `view` from `start`, `length` bytes of them, into `info`. The order is
 * not fixed: the count of lost datagrams only appears once there are some. `droppedBySocket` is left
 * alone when it is not told.
 */
export function readControlMessages(view: DataView, start: number, length: number, info: ReceiveInfo): void {
  info.interfaceIndex = 0;
  info.destinationOffset = -1;
  info.ttl = -1;
  const end = start + length;
  let at = start;
  while (at + HEADER <= end) {
    // The upper half of the 64-bit length is always zero: the buffer is far smaller than 4 GiB.
    const size = view.getUint32(at, true);
    if (size < HEADER || at + size > end) {
      return;
    }
    readOne(view, at, info);
    at += (size + 7) & ~7;
  }
}

function readOne(view: DataView, at: number, info: ReceiveInfo): void {
  const level = view.getInt32(at + 8, true);
  const type = view.getInt32(at + 12, true);
  const data = at + HEADER;
  if (level === IPPROTO_IP && type === IP_PKTINFO) {
    // struct in_pktinfo: interface index, address of this host that answers for it, header address.
    info.interfaceIndex = view.getInt32(data, true);
    info.destinationOffset = data + 8;
  } else if (level === IPPROTO_IPV6 && type === IPV6_PKTINFO) {
    // struct in6_pktinfo: header address, interface index.
    info.destinationOffset = data;
    info.interfaceIndex = view.getInt32(data + 16, true);
  } else if (
    (level === IPPROTO_IP && type === IP_TTL) ||
    (level === IPPROTO_IPV6 && type === IPV6_HOPLIMIT)
  ) {
    info.ttl = view.getInt32(data, true);
  } else if (level === SOL_SOCKET && type === SO_RXQ_OVFL) {
    info.droppedBySocket = view.getUint32(data, true);
  }
}
