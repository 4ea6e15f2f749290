import { IP_PKTINFO, IPPROTO_IP, IPPROTO_IPV6, IPV6_PKTINFO } from './linux-constants.js';

/** struct cmsghdr: length (8), level (4), type (4). */
const HEADER = 16;
/** struct in_pktinfo and struct in6_pktinfo. */
const IPV4_SIZE = 12;
const IPV6_SIZE = 20;

/** The bytes that {@link writePacketInfo} writes for a source address of so many. */
export function packetInfoBytes(addressBytes: 4 | 16): number {
  return (HEADER + (addressBytes === 4 ? IPV4_SIZE : IPV6_SIZE) + 7) & ~7;
}

/**
 * Writes the control message that has a packet leave by an interface (0: as the routes of its source
 * address say, which costs the kernel a look for that address) at `offset`, where there are zeros.
 *
 * @param source the packet's source address: 4 or 16 bytes
 * @returns its bytes, padding included
 */
export function writePacketInfo(
  view: DataView,
  offset: number,
  source: Uint8Array,
  interfaceIndex: number,
): number {
  const four = source.length === 4;
  const size = HEADER + (four ? IPV4_SIZE : IPV6_SIZE);
  const data = offset + HEADER;
  view.setUint32(offset, size, true);
  view.setInt32(offset + 8, four ? IPPROTO_IP : IPPROTO_IPV6, true);
  view.setInt32(offset + 12, four ? IP_PKTINFO : IPV6_PKTINFO, true);
  // IPv4: interface, source, header address; IPv6: source, interface.
  view.setInt32(four ? data : data + 16, interfaceIndex, true);
  if (interfaceIndex === 0) {
    const sourceAt = four ? data + 4 : data;
    source.forEach((byte, index) => view.setUint8(sourceAt + index, byte));
  }
  return (size + 7) & ~7;
}
