import { DEFAULT_TTL, TYPE_OF_SERVICE } from './transmitter.js';
import type { UdpPacketHeader } from './udp-packet.js';

/** The longest payload of a channel: a BFD Control packet with the longest digest, RFC 5880 §4.4, has 52 bytes. */
export const CHANNEL_PAYLOAD_MAX = 64;

/** Any but zero: the kernel would look for one. It means nothing for what is never cut (RFC 6864 §4.1). */
const IDENTIFICATION = 1;

/** Headers of one address family, filled in for each packet that is written. */
export type PacketHeader = { -readonly [Name in keyof UdpPacketHeader]: UdpPacketHeader[Name] };

/** @param addressBytes 4 or 16 */
export function createPacketHeader(addressBytes: number): PacketHeader {
  return {
    source: new Uint8Array(addressBytes),
    destination: new Uint8Array(addressBytes),
    ttl: DEFAULT_TTL,
    trafficClass: TYPE_OF_SERVICE,
    identification: IDENTIFICATION,
    sourcePort: 0,
    destinationPort: 0,
  };
}

/** Fills in the addresses: the source lies at `at` of `bytes`, the destination behind it. */
export function readAddresses(header: PacketHeader, bytes: Uint8Array, at: number): void {
  const addressBytes = header.source.length;
  for (let index = 0; index < addressBytes; index += 1) {
    header.source[index] = bytes[at + index] ?? 0;
    header.destination[index] = bytes[at + addressBytes + index] ?? 0;
  }
}

/** @throws RangeError when a payload is longer than any that BFD has */
export function checkPayloadLength(length: number): void {
  if (length > CHANNEL_PAYLOAD_MAX) {
    throw new RangeError(`a packet of ${length} bytes is longer than ${CHANNEL_PAYLOAD_MAX}`);
  }
}
