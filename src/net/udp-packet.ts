/**
 * UDP over IPv4 or IPv6 as whole packets, for sockets that carry them raw: labelled packets, and batches
 * with headers of our own (RFC 791, RFC 8200, RFC 768). Options are accepted and skipped, among them the
 * Router Alert (RFC 2113, RFC 2711, RFC 7506) that RFC 9570 has LSRs accept and not send; none is written.
 *
 * Both directions run for every packet of a session, so neither allocates, and bytes stay where they lie.
 */
import { readUint16, writeUint16, writeUint32 } from '../lib/byte-order.js';
import { addToSum, checksumOf } from './internet-checksum.js';

/** The headers to write. Addresses have 4 or 16 bytes in network order, both the same number. */
export interface UdpPacketHeader {
  readonly source: Uint8Array;
  readonly destination: Uint8Array;
  /** Time To Live or Hop Limit. */
  readonly ttl: number;
  /** The whole octet: Differentiated Services and ECN. */
  readonly trafficClass: number;
  /** IPv4 alone. */
  readonly identification: number;
  readonly sourcePort: number;
  readonly destinationPort: number;
}

const IPV4_HEADER_BYTES = 20;
const IPV6_HEADER_BYTES = 40;
const UDP_HEADER_BYTES = 8;
const UDP = 17;

/** The bytes before the payload. */
export function udpPacketHeaderBytes(header: UdpPacketHeader): number {
  return ipHeaderBytes(header) + UDP_HEADER_BYTES;
}

/**
 * Writes the headers of a packet at `offset`, whose payload of `payloadBytes` lies behind them already,
 * with both checksums.
 *
 * @returns the bytes of the whole packet
 */
export function writeUdpPacket(
  header: UdpPacketHeader,
  bytes: Uint8Array,
  offset: number,
  payloadBytes: number,
): number {
  const udpAt = offset + ipHeaderBytes(header);
  const udpBytes = UDP_HEADER_BYTES + payloadBytes;
  if (header.source.length === 4) {
    writeIpv4Header(header, bytes, offset, udpBytes);
  } else {
    writeIpv6Header(header, bytes, offset, udpBytes);
  }
  writeUint16(bytes, udpAt, header.sourcePort);
  writeUint16(bytes, udpAt + 2, header.destinationPort);
  writeUint16(bytes, udpAt + 4, udpBytes);
  writeUint16(bytes, udpAt + 6, 0);
  const { source, destination } = header;
  const pseudoSum = addToSum(
    addToSum(UDP + udpBytes, source, 0, source.length),
    destination,
    0,
    source.length,
  );
  const checksum = checksumOf(addToSum(pseudoSum, bytes, udpAt, udpBytes));
  // RFC 768: zero says that there is none.
  writeUint16(bytes, udpAt + 6, checksum === 0 ? 0xffff : checksum);
  return udpAt - offset + udpBytes;
}

function ipHeaderBytes(header: UdpPacketHeader): number {
  return header.source.length === 4 ? IPV4_HEADER_BYTES : IPV6_HEADER_BYTES;
}

function writeIpv4Header(header: UdpPacketHeader, bytes: Uint8Array, at: number, udpBytes: number): void {
  bytes[at] = 0x45;
  bytes[at + 1] = header.trafficClass;
  writeUint16(bytes, at + 2, IPV4_HEADER_BYTES + udpBytes);
  writeUint16(bytes, at + 4, header.identification);
  writeUint16(bytes, at + 6, 0);
  bytes[at + 8] = header.ttl;
  bytes[at + 9] = UDP;
  writeUint16(bytes, at + 10, 0);
  bytes.set(header.source, at + 12);
  bytes.set(header.destination, at + 16);
  writeUint16(bytes, at + 10, checksumOf(addToSum(0, bytes, at, IPV4_HEADER_BYTES)));
}

function writeIpv6Header(header: UdpPacketHeader, bytes: Uint8Array, at: number, udpBytes: number): void {
  writeUint32(bytes, at, (6 << 28) | (header.trafficClass << 20));
  writeUint16(bytes, at + 4, udpBytes);
  bytes[at + 6] = UDP;
  bytes[at + 7] = header.ttl;
  bytes.set(header.source, at + 8);
  bytes.set(header.destination, at + 24);
}

/** A received packet: where its parts lie. Filled again and again. */
export interface DecodedUdpPacket {
  /** 4 or 16: the bytes of an address. */
  addressBytes: number;
  sourceAt: number;
  destinationAt: number;
  ttl: number;
  trafficClass: number;
  routerAlert: boolean;
  sourcePort: number;
  destinationPort: number;
  payloadAt: number;
  payloadBytes: number;
}

/** A packet to be filled by {@link decodeUdpPacket}. */
export function createDecodedUdpPacket(): DecodedUdpPacket {
  return {
    addressBytes: 0,
    sourceAt: 0,
    destinationAt: 0,
    ttl: 0,
    trafficClass: 0,
    routerAlert: false,
    sourcePort: 0,
    destinationPort: 0,
    payloadAt: 0,
    payloadBytes: 0,
  };
}

/** Why a packet is thrown away: one name per rule, in the order in which they are applied. */
export const UDP_PACKET_DISCARDS = [
  'ip-version',
  'ip-truncated',
  'ip-header-length',
  'ip-total-length',
  'ip-header-checksum',
  'ip-fragment',
  'ip-options',
  'not-udp',
  'udp-truncated',
  'udp-length',
  'udp-checksum',
] as const;

/** One of {@link UDP_PACKET_DISCARDS}. */
export type UdpPacketDiscard = (typeof UDP_PACKET_DISCARDS)[number];

/**
 * Reads the packet that begins at `offset` and ends before `end`; bytes behind the packet's own length
 * are padding of the frame and ignored.
 *
 * @param into filled on success, undefined on failure
 * @returns null, or the rule that the packet breaks; never throws, whatever the bytes are
 */
export function decodeUdpPacket(
  bytes: Uint8Array,
  offset: number,
  end: number,
  into: DecodedUdpPacket,
): UdpPacketDiscard | null {
  const limit = Math.min(end, bytes.length);
  if (offset >= limit) {
    return 'ip-truncated';
  }
  const version = (bytes[offset] ?? 0) >>> 4;
  into.routerAlert = false;
  if (version === 4) {
    return decodeIpv4(bytes, offset, limit, into);
  }
  return version === 6 ? decodeIpv6(bytes, offset, limit, into) : 'ip-version';
}

function decodeIpv4(
  bytes: Uint8Array,
  at: number,
  limit: number,
  into: DecodedUdpPacket,
): UdpPacketDiscard | null {
  if (limit - at < IPV4_HEADER_BYTES) return 'ip-truncated';
  const headerBytes = ((bytes[at] ?? 0) & 0x0f) * 4;
  const totalBytes = readUint16(bytes, at + 2);
  if (headerBytes < IPV4_HEADER_BYTES) return 'ip-header-length';
  if (totalBytes < headerBytes || totalBytes > limit - at) return 'ip-total-length';
  if (checksumOf(addToSum(0, bytes, at, headerBytes)) !== 0) return 'ip-header-checksum';
  // More Fragments, or an offset.
  if (readUint16(bytes, at + 6) & 0x3fff) return 'ip-fragment';
  if (!readIpv4Options(bytes, at + IPV4_HEADER_BYTES, at + headerBytes, into)) return 'ip-options';
  if (bytes[at + 9] !== UDP) return 'not-udp';
  into.addressBytes = 4;
  into.trafficClass = bytes[at + 1] ?? 0;
  into.ttl = bytes[at + 8] ?? 0;
  into.sourceAt = at + 12;
  into.destinationAt = at + 16;
  return decodeUdp(bytes, at + headerBytes, at + totalBytes, into);
}

const END_OF_OPTIONS = 0;
const NO_OPERATION = 1;
const IPV4_ROUTER_ALERT = 148;

/** False: the options do not fill their place. */
function readIpv4Options(bytes: Uint8Array, from: number, end: number, into: DecodedUdpPacket): boolean {
  for (let at = from; at < end;) {
    const type = bytes[at] ?? 0;
    if (type === END_OF_OPTIONS) {
      return true;
    }
    const length = type === NO_OPERATION ? 1 : at + 1 < end ? (bytes[at + 1] ?? 0) : 0;
    if (length === 0 || (type !== NO_OPERATION && length < 2) || at + length > end) {
      return false;
    }
    into.routerAlert ||= type === IPV4_ROUTER_ALERT;
    at += length;
  }
  return true;
}

function decodeIpv6(
  bytes: Uint8Array,
  at: number,
  limit: number,
  into: DecodedUdpPacket,
): UdpPacketDiscard | null {
  if (limit - at < IPV6_HEADER_BYTES) return 'ip-truncated';
  const end = at + IPV6_HEADER_BYTES + readUint16(bytes, at + 4);
  if (end > limit) return 'ip-total-length';
  into.addressBytes = 16;
  into.trafficClass = (readUint16(bytes, at) >>> 4) & 0xff;
  into.ttl = bytes[at + 7] ?? 0;
  into.sourceAt = at + 8;
  into.destinationAt = at + 24;
  return decodeAfterExtensions(bytes, at, end, into);
}

const HOP_BY_HOP = 0;
const FRAGMENT = 44;
const DESTINATION_OPTIONS = 60;

/** Skips the extension headers that hold options (RFC 8200 §4.2); others do not belong into such a packet. */
function decodeAfterExtensions(
  bytes: Uint8Array,
  packetAt: number,
  end: number,
  into: DecodedUdpPacket,
): UdpPacketDiscard | null {
  let next = bytes[packetAt + 6] ?? 0;
  let at = packetAt + IPV6_HEADER_BYTES;
  while (next === HOP_BY_HOP || next === DESTINATION_OPTIONS) {
    const headerBytes = at + 1 < end ? 8 * ((bytes[at + 1] ?? 0) + 1) : 0;
    if (headerBytes === 0 || at + headerBytes > end) return 'ip-options';
    if (!readIpv6Options(bytes, at + 2, at + headerBytes, into)) return 'ip-options';
    next = bytes[at] ?? 0;
    at += headerBytes;
  }
  if (next === FRAGMENT) return 'ip-fragment';
  return next === UDP ? decodeUdp(bytes, at, end, into) : 'not-udp';
}

const PAD_ONE = 0;
const IPV6_ROUTER_ALERT = 5;

function readIpv6Options(bytes: Uint8Array, from: number, end: number, into: DecodedUdpPacket): boolean {
  for (let at = from; at < end;) {
    const type = bytes[at] ?? 0;
    if (type !== PAD_ONE && at + 1 >= end) {
      return false;
    }
    into.routerAlert ||= type === IPV6_ROUTER_ALERT;
    at += type === PAD_ONE ? 1 : 2 + (bytes[at + 1] ?? 0);
    if (at > end) {
      return false;
    }
  }
  return true;
}

function decodeUdp(
  bytes: Uint8Array,
  at: number,
  end: number,
  into: DecodedUdpPacket,
): UdpPacketDiscard | null {
  if (end - at < UDP_HEADER_BYTES) return 'udp-truncated';
  const udpBytes = readUint16(bytes, at + 4);
  if (udpBytes < UDP_HEADER_BYTES || udpBytes > end - at) return 'udp-length';
  if (!goodUdpChecksum(bytes, at, udpBytes, into)) return 'udp-checksum';
  into.sourcePort = readUint16(bytes, at);
  into.destinationPort = readUint16(bytes, at + 2);
  into.payloadAt = at + UDP_HEADER_BYTES;
  into.payloadBytes = udpBytes - UDP_HEADER_BYTES;
  return null;
}

/** Over IPv4 a packet may have none (RFC 768), over IPv6 it may not (RFC 8200 §8.1). */
function goodUdpChecksum(bytes: Uint8Array, at: number, udpBytes: number, packet: DecodedUdpPacket): boolean {
  if (readUint16(bytes, at + 6) === 0) {
    return packet.addressBytes === 4;
  }
  // The addresses lie side by side.
  const pseudoSum = addToSum(UDP + udpBytes, bytes, packet.sourceAt, 2 * packet.addressBytes);
  return checksumOf(addToSum(pseudoSum, bytes, at, udpBytes)) === 0;
}
