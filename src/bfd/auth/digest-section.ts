/**
 * The authentication section of the digest types, RFC 5880 §4.3 and §4.4:
 *
 *   0  Auth Type    1  Auth Len    2  Auth Key ID    3  reserved    4  Sequence Number    8  digest
 *
 * The digest is over the whole packet, with the key, padded with zero bytes, where the digest will be.
 */
import { readUint32, writeUint32 } from '../../lib/uint32.js';
import type { AuthType, Digest, Key } from './authentication.js';
import { sameBytes } from './same-bytes.js';

/** What one digest type and its meticulous kin differ in from the others. */
export interface DigestMethod {
  readonly algorithm: 'md5' | 'sha1';
  readonly keyed: AuthType;
  readonly meticulous: AuthType;
  readonly digestBytes: number;
}

const SEQUENCE_OFFSET = 4;
const DIGEST_OFFSET = 8;

/** The Auth Len of such packets. */
export function digestSectionBytes(method: DigestMethod): number {
  return DIGEST_OFFSET + method.digestBytes;
}

/** The Sequence Number of the section at `offset`. */
export function sectionSequence(bytes: Uint8Array, offset: number): number {
  return readUint32(bytes, offset + SEQUENCE_OFFSET);
}

/**
 * Writes the section of the packet that begins at `packetOffset`, and the digest over both.
 *
 * @param offset where the section begins; the packet before it is complete, its Length included
 */
export function writeDigestSection(
  method: DigestMethod,
  digest: Digest,
  bytes: Uint8Array,
  packetOffset: number,
  offset: number,
  key: Key,
  meticulous: boolean,
  sequence: number,
): void {
  bytes[offset] = meticulous ? method.meticulous : method.keyed;
  bytes[offset + 1] = digestSectionBytes(method);
  bytes[offset + 2] = key.keyId;
  bytes[offset + 3] = 0;
  writeUint32(bytes, offset + SEQUENCE_OFFSET, sequence);
  const length = offset - packetOffset + digestSectionBytes(method);
  bytes.set(
    keyedDigest(method, digest, bytes, packetOffset, offset, length, key.secret),
    offset + DIGEST_OFFSET,
  );
}

/**
 * Whether the digest in the section at `offset` is that of the packet with the key.
 *
 * @param length the packet's Length, which covers the section
 */
export function digestMatches(
  method: DigestMethod,
  digest: Digest,
  bytes: Uint8Array,
  offset: number,
  length: number,
  key: Key,
): boolean {
  const expected = keyedDigest(method, digest, bytes, 0, offset, length, key.secret);
  return sameBytes(expected, 0, bytes, offset + DIGEST_OFFSET, method.digestBytes);
}

/** The packet with the key in place of the digest; one serves all sessions. */
const SCRATCH = new Uint8Array(255);
/** The views of it that nearly all packets need: a fixed header with either section. */
const SCRATCH_48 = SCRATCH.subarray(0, 48);
const SCRATCH_52 = SCRATCH.subarray(0, 52);

function keyedDigest(
  { algorithm, digestBytes }: DigestMethod,
  digest: Digest,
  bytes: Uint8Array,
  packetOffset: number,
  offset: number,
  length: number,
  secret: Uint8Array,
): Uint8Array {
  for (let index = 0; index < length; index += 1) {
    SCRATCH[index] = bytes[packetOffset + index] ?? 0;
  }
  const at = offset - packetOffset + DIGEST_OFFSET;
  for (let index = 0; index < digestBytes; index += 1) {
    SCRATCH[at + index] = secret[index] ?? 0;
  }
  return digest(algorithm, scratch(length));
}

function scratch(length: number): Uint8Array {
  if (length === 48) return SCRATCH_48;
  return length === 52 ? SCRATCH_52 : SCRATCH.subarray(0, length);
}
