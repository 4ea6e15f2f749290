/**
 * The payload of this system's BFD Echo packets. Its form is nobody else's business (RFC 5880 §5): the
 * peer loops it back unseen.
 *
 *   0  local discriminator    4  sequence number    8  token, 8 bytes    16  zeros, 8 bytes
 *
 * The token is random and of one session, so that who does not see the packets cannot make one. The
 * zeros are there as bfdd of FRR loops nothing back that is shorter than its own Echo packets.
 */
import { readUint32, writeUint32 } from '../../lib/uint32.js';

/** What an Echo packet says. All are unsigned 32 bits. */
export interface EchoPacket {
  discriminator: number;
  sequence: number;
  tokenHigh: number;
  tokenLow: number;
}

/** The bytes of an Echo packet's payload. */
export const ECHO_PACKET_BYTES = 24;

/** Writes the payload at `offset` of `bytes`, and returns its length. */
export function encodeEchoPacket(packet: EchoPacket, bytes: Uint8Array, offset: number): number {
  writeUint32(bytes, offset, packet.discriminator);
  writeUint32(bytes, offset + 4, packet.sequence);
  writeUint32(bytes, offset + 8, packet.tokenHigh);
  writeUint32(bytes, offset + 12, packet.tokenLow);
  writeUint32(bytes, offset + 16, 0);
  writeUint32(bytes, offset + 20, 0);
  return ECHO_PACKET_BYTES;
}

/** Reads a payload into `into`; false: it has another length than this system's have. */
export function decodeEchoPacket(bytes: Uint8Array, into: EchoPacket): boolean {
  if (bytes.length !== ECHO_PACKET_BYTES) {
    return false;
  }
  into.discriminator = readUint32(bytes, 0);
  into.sequence = readUint32(bytes, 4);
  into.tokenHigh = readUint32(bytes, 8);
  into.tokenLow = readUint32(bytes, 12);
  return true;
}

/** The local discriminator of the session whose Echo packet has come back; 0: it is none of ours. */
export function echoDiscriminator(bytes: Uint8Array): number {
  return bytes.length === ECHO_PACKET_BYTES ? readUint32(bytes, 0) : 0;
}
