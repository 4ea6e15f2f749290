/**
 * The BFD Control packet, RFC 5880 §4.1: bytes to fields and back. Both directions run for every packet
 * of every session, so neither allocates when it is given objects to reuse, and bytes are read where
 * they lie.
 *
 *   0  Vers (3 bits) | Diag (5)    1  Sta (2) | P F C A D M    2  Detect Mult    3  Length
 *   4  My Discriminator            8  Your Discriminator
 *  12  Desired Min TX Interval    16  Required Min RX Interval
 *  20  Required Min Echo RX Interval
 */
import { readUint32, writeUint32 } from '../../lib/uint32.js';
import type { DiscardReason } from './discard-reason.js';
import { SessionState, stateFromByte } from './session-state.js';

/** The fields of a BFD Control packet without its authentication section. Intervals are microseconds. */
export interface ControlPacket {
  /** 0 to 31, see `Diagnostic`. */
  readonly diagnostic: number;
  readonly state: SessionState;
  readonly poll: boolean;
  readonly final: boolean;
  readonly controlPlaneIndependent: boolean;
  readonly authenticationPresent: boolean;
  readonly demand: boolean;
  readonly multipoint: boolean;
  /** 0 to 255. */
  readonly detectMult: number;
  /** Unsigned 32 bits, as are all that follow. */
  readonly myDiscriminator: number;
  readonly yourDiscriminator: number;
  readonly desiredMinTxIntervalUs: number;
  readonly requiredMinRxIntervalUs: number;
  readonly requiredMinEchoRxIntervalUs: number;
}

/** A packet that is filled again and again. */
export type MutableControlPacket = { -readonly [Field in keyof ControlPacket]: ControlPacket[Field] };

/** A success of {@link decodeControlPacket}, which a later call may fill again. */
export interface DecodedControlPacket {
  readonly ok: true;
  readonly value: MutableControlPacket;
}

/** A `Result`: the packet, or the rule by which it is discarded. */
export type DecodeResult =
  | { readonly ok: true; readonly value: ControlPacket }
  | { readonly ok: false; readonly error: DiscardReason };

/** The bytes of a packet without authentication. */
export const CONTROL_PACKET_BYTES = 24;

const VERSION = 1;
const FINAL = 0x10;
const POLL = 0x20;
const CONTROL_PLANE_INDEPENDENT = 0x08;
const AUTHENTICATION_PRESENT = 0x04;
const DEMAND = 0x02;
const MULTIPOINT = 0x01;
const SHORTEST_AUTHENTICATED_BYTES = 26;

/** A packet with every field at zero, to be filled. */
export function createControlPacket(): MutableControlPacket {
  return {
    diagnostic: 0,
    state: SessionState.AdminDown,
    poll: false,
    final: false,
    controlPlaneIndependent: false,
    authenticationPresent: false,
    demand: false,
    multipoint: false,
    detectMult: 0,
    myDiscriminator: 0,
    yourDiscriminator: 0,
    desiredMinTxIntervalUs: 0,
    requiredMinRxIntervalUs: 0,
    requiredMinEchoRxIntervalUs: 0,
  };
}

/** What {@link decodeControlPacket} fills when it is to allocate nothing. */
export function createDecodedControlPacket(): DecodedControlPacket {
  return { ok: true, value: createControlPacket() };
}

/**
 * Reads the packet at `offset` of `bytes`, applying the rules of RFC 5880 §6.8.6 that the packet alone
 * decides, in their order. Bytes of the payload behind the packet's Length are ignored.
 *
 * @param length the payload of the encapsulating protocol, in bytes
 * @param into filled and returned on success; untouched on failure
 * @returns never throws, whatever the bytes are
 */
export function decodeControlPacket(
  bytes: Uint8Array,
  offset: number,
  length: number,
  into: DecodedControlPacket = createDecodedControlPacket(),
): DecodeResult {
  const reason = discardReason(bytes, offset, Math.min(length, bytes.length - offset));
  if (reason !== null) {
    return FAILURES[reason];
  }
  readFields(bytes, offset, into.value);
  return into;
}

/**
 * Writes the packet without an authentication section at `offset` of `bytes`, which has room for
 * {@link CONTROL_PACKET_BYTES}.
 *
 * @returns the number of bytes written
 */
export function encodeControlPacket(packet: ControlPacket, bytes: Uint8Array, offset: number): number {
  bytes[offset] = (VERSION << 5) | (packet.diagnostic & 0x1f);
  bytes[offset + 1] = (packet.state << 6) | flagBits(packet);
  bytes[offset + 2] = packet.detectMult;
  bytes[offset + 3] = CONTROL_PACKET_BYTES;
  writeUint32(bytes, offset + 4, packet.myDiscriminator);
  writeUint32(bytes, offset + 8, packet.yourDiscriminator);
  writeUint32(bytes, offset + 12, packet.desiredMinTxIntervalUs);
  writeUint32(bytes, offset + 16, packet.requiredMinRxIntervalUs);
  writeUint32(bytes, offset + 20, packet.requiredMinEchoRxIntervalUs);
  return CONTROL_PACKET_BYTES;
}

/** Failures are shared, so that a flood of bad packets costs no memory. */
const FAILURES = {
  'payload-too-short': failure('payload-too-short'),
  version: failure('version'),
  'length-too-small': failure('length-too-small'),
  'length-exceeds-payload': failure('length-exceeds-payload'),
  'zero-detect-mult': failure('zero-detect-mult'),
  multipoint: failure('multipoint'),
  'zero-my-discriminator': failure('zero-my-discriminator'),
  'zero-your-discriminator': failure('zero-your-discriminator'),
} as const;

function failure(error: DiscardReason): DecodeResult {
  return Object.freeze({ ok: false, error });
}

function discardReason(bytes: Uint8Array, offset: number, payload: number): keyof typeof FAILURES | null {
  if (payload < 1) return 'payload-too-short';
  if (byteAt(bytes, offset) >>> 5 !== VERSION) return 'version';
  // Without the Length field there is nothing to compare; what follows it is covered by Length.
  if (payload < 4) return 'payload-too-short';
  const flags = byteAt(bytes, offset + 1);
  const length = byteAt(bytes, offset + 3);
  const shortest = flags & AUTHENTICATION_PRESENT ? SHORTEST_AUTHENTICATED_BYTES : CONTROL_PACKET_BYTES;
  if (length < shortest) return 'length-too-small';
  if (length > payload) return 'length-exceeds-payload';
  if (byteAt(bytes, offset + 2) === 0) return 'zero-detect-mult';
  if (flags & MULTIPOINT) return 'multipoint';
  if (readUint32(bytes, offset + 4) === 0) return 'zero-my-discriminator';
  if (stateFromByte(flags) >= SessionState.Init && readUint32(bytes, offset + 8) === 0)
    return 'zero-your-discriminator';
  return null;
}

function readFields(bytes: Uint8Array, offset: number, packet: MutableControlPacket): void {
  const flags = byteAt(bytes, offset + 1);
  packet.diagnostic = byteAt(bytes, offset) & 0x1f;
  packet.state = stateFromByte(flags);
  packet.poll = (flags & POLL) !== 0;
  packet.final = (flags & FINAL) !== 0;
  packet.controlPlaneIndependent = (flags & CONTROL_PLANE_INDEPENDENT) !== 0;
  packet.authenticationPresent = (flags & AUTHENTICATION_PRESENT) !== 0;
  packet.demand = (flags & DEMAND) !== 0;
  packet.multipoint = (flags & MULTIPOINT) !== 0;
  packet.detectMult = byteAt(bytes, offset + 2);
  packet.myDiscriminator = readUint32(bytes, offset + 4);
  packet.yourDiscriminator = readUint32(bytes, offset + 8);
  packet.desiredMinTxIntervalUs = readUint32(bytes, offset + 12);
  packet.requiredMinRxIntervalUs = readUint32(bytes, offset + 16);
  packet.requiredMinEchoRxIntervalUs = readUint32(bytes, offset + 20);
}

function flagBits(packet: ControlPacket): number {
  return (
    (packet.poll ? POLL : 0) |
    (packet.final ? FINAL : 0) |
    (packet.controlPlaneIndependent ? CONTROL_PLANE_INDEPENDENT : 0) |
    (packet.authenticationPresent ? AUTHENTICATION_PRESENT : 0) |
    (packet.demand ? DEMAND : 0) |
    (packet.multipoint ? MULTIPOINT : 0)
  );
}

function byteAt(bytes: Uint8Array, offset: number): number {
  return bytes[offset] ?? 0;
}
