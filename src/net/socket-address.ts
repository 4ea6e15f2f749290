import { AF_INET, AF_INET6 } from './linux-constants.js';

/** Bytes of a struct sockaddr_in, and of a struct sockaddr_in6. */
export const SOCKADDR_IN_SIZE = 16;
export const SOCKADDR_IN6_SIZE = 28;

/** Where the address lies in them. */
export const SOCKADDR_IN_ADDRESS = 4;
export const SOCKADDR_IN6_ADDRESS = 8;

/**
 * Writes a struct sockaddr_in or sockaddr_in6 at `offset`, whichever the address (4 or 16 bytes) needs.
 *
 * @param scope the interface's index for a link-local address; else 0
 * @returns the bytes of the struct
 */
export function writeSocketAddress(
  view: DataView,
  offset: number,
  address: Uint8Array,
  port: number,
  scope: number,
): number {
  view.setUint16(offset + 2, port, false);
  if (address.length === 4) {
    view.setUint16(offset, AF_INET, true);
    writeBytes(view, offset + SOCKADDR_IN_ADDRESS, address);
    view.setUint32(offset + 8, 0);
    view.setUint32(offset + 12, 0);
    return SOCKADDR_IN_SIZE;
  }
  view.setUint16(offset, AF_INET6, true);
  view.setUint32(offset + 4, 0);
  writeBytes(view, offset + SOCKADDR_IN6_ADDRESS, address);
  view.setUint32(offset + 24, scope, true);
  return SOCKADDR_IN6_SIZE;
}

/** The address that a socket is bound to when any will do. */
export function anyAddress(family: 'ipv4' | 'ipv6'): Uint8Array {
  return new Uint8Array(family === 'ipv4' ? 4 : 16);
}

function writeBytes(view: DataView, offset: number, bytes: Uint8Array): void {
  for (let index = 0; index < bytes.length; index += 1) {
    view.setUint8(offset + index, bytes[index] ?? 0);
  }
}
