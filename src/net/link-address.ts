import { AF_PACKET } from './linux-constants.js';

/** Bytes of a struct sockaddr_ll. */
export const SOCKADDR_LL_SIZE = 20;

/** Where the interface and the kind of packet (PACKET_HOST and so on) lie in it. */
export const SOCKADDR_LL_INTERFACE = 4;
export const SOCKADDR_LL_PACKET_TYPE = 10;

/**
 * Writes a struct sockaddr_ll at `offset`.
 *
 * @param etherType 0: none
 * @param interfaceIndex 0: any
 * @param linkAddress of the neighbour: at most 8 bytes
 */
export function writeLinkAddress(
  view: DataView,
  offset: number,
  etherType: number,
  interfaceIndex: number,
  linkAddress: Uint8Array,
): void {
  view.setUint16(offset, AF_PACKET, true);
  view.setUint16(offset + 2, etherType, false);
  view.setInt32(offset + SOCKADDR_LL_INTERFACE, interfaceIndex, true);
  view.setUint32(offset + 8, 0, true);
  view.setUint8(offset + 11, linkAddress.length);
  for (let index = 0; index < 8; index += 1) {
    view.setUint8(offset + 12 + index, linkAddress[index] ?? 0);
  }
}
