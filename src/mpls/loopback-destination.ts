/**
 * Destinations of packets on an LSP: 127/8, or ::ffff:127.0.0.0/104 for IPv6 (RFC 5884 §7, RFC 8029 §2.1).
 * No router forwards them by their IP header, so that a packet that leaves the LSP halfway goes no further.
 * RFC 9570 has ::1 take the place of the latter range in LSP ping; it is accepted.
 */

/**
 * An address of the range, picked at random (RFC 5884 §7), as a session keeps it for all its packets.
 *
 * @param random a random integer from 0 to 2^32 - 1
 */
export function loopbackDestination(family: 'ipv4' | 'ipv6', random: number): Uint8Array {
  const ipv4 = [127, (random >>> 16) & 0xff, (random >>> 8) & 0xff, random & 0xff];
  return Uint8Array.from(family === 'ipv4' ? ipv4 : [...MAPPED, ...ipv4]);
}

/** Whether the address of 4 or 16 bytes at `offset` is one that packets on an LSP go to. */
export function isLoopbackDestination(bytes: Uint8Array, offset: number, addressBytes: number): boolean {
  if (addressBytes === 4) {
    return bytes[offset] === 127;
  }
  if (bytes[offset + 12] === 127) {
    return MAPPED.every((byte, index) => bytes[offset + index] === byte);
  }
  return IPV6_LOOPBACK.every((byte, index) => bytes[offset + index] === byte);
}

/** ::ffff:0:0/96, which holds the IPv4 addresses. */
const MAPPED = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff];
const IPV6_LOOPBACK = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
