/**
 * Simple Password authentication, RFC 5880 §4.2 and §6.7.2.
 *
 *   0  Auth Type 1    1  Auth Len    2  Auth Key ID    3  Password, 1 to 16 bytes
 */
import { AuthType, type Key } from './authentication.js';
import { sameBytes } from './same-bytes.js';

const HEADER_BYTES = 3;

/** The Auth Len of packets with this key. */
export function simplePasswordBytes({ secret }: Key): number {
  return HEADER_BYTES + secret.length;
}

/** Writes the section at `offset` of `bytes`. */
export function writeSimplePassword(bytes: Uint8Array, offset: number, key: Key): void {
  bytes[offset] = AuthType.SimplePassword;
  bytes[offset + 1] = simplePasswordBytes(key);
  bytes[offset + 2] = key.keyId;
  bytes.set(key.secret, offset + HEADER_BYTES);
}

/** Whether the section at `offset`, whose Auth Len is right, carries the password. */
export function passwordMatches(bytes: Uint8Array, offset: number, { secret }: Key): boolean {
  return sameBytes(bytes, offset + HEADER_BYTES, secret, 0, secret.length);
}
