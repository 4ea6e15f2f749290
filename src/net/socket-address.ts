import { AF_INET } from './linux-constants.js';

/** Bytes of a struct sockaddr_in. */
export const SOCKADDR_IN_SIZE = 16;

/** Writes a struct sockaddr_in at `offset`; `address` is the IPv4 address as a big-endian number. */
export function writeSockaddrIn(view: DataView, offset: number, address: number, port: number): void {
  view.setUint16(offset, AF_INET, true);
  view.setUint16(offset + 2, port, false);
  view.setUint32(offset + 4, address, false);
  view.setUint32(offset + 8, 0);
  view.setUint32(offset + 12, 0);
}
