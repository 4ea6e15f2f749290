/** The authentication of a session as the protocol core knows it, RFC 5880 §6.7. */

/** How a key vouches for a packet. */
export type AuthenticationAlgorithm = 'simple-password' | 'md5' | 'sha1';

/** A key in use. */
export interface Key {
  /** The Auth Key ID: 0 to 255. */
  readonly keyId: number;
  readonly algorithm: AuthenticationAlgorithm;
  /** 1 to 16 bytes, for SHA1 to 20. */
  readonly secret: Uint8Array;
}

/** What is valid now. Keys change with `set-parameters`, which does not disturb the session. */
export interface SessionAuthentication {
  /** The digest types count the sequence number up with every packet, not only with other contents. */
  readonly meticulous: boolean;
  /** Null: there is no key to send with, so the session sends nothing, and is held Down. */
  readonly send: Key | null;
  /** A packet is accepted with any of these. */
  readonly accept: readonly Key[];
}

/**
 * The digest of bytes: 16 of them for MD5 (RFC 1321), 20 for SHA1 (RFC 3174). `bytes` is used again after
 * the call, the result is not kept.
 */
export type Digest = (algorithm: 'md5' | 'sha1', bytes: Uint8Array) => Uint8Array;

/** The Auth Type of RFC 5880 §4.1. */
export const AuthType = {
  SimplePassword: 1,
  KeyedMd5: 2,
  MeticulousKeyedMd5: 3,
  KeyedSha1: 4,
  MeticulousKeyedSha1: 5,
} as const;

/** A value of the Auth Type field that this system knows. */
export type AuthType = (typeof AuthType)[keyof typeof AuthType];

/** The longest authentication section: that of the SHA1 types. */
export const MAX_AUTHENTICATION_BYTES = 28;

/** The longest secret of an algorithm, in bytes (RFC 5880 §4.2 to §4.4). */
export const MAX_SECRET_BYTES: Readonly<Record<AuthenticationAlgorithm, number>> = {
  'simple-password': 16,
  md5: 16,
  sha1: 20,
};

/** The Auth Type that packets with such a key carry. */
export function authType(algorithm: AuthenticationAlgorithm, meticulous: boolean): AuthType {
  return AUTH_TYPES[algorithm][meticulous ? 'meticulous' : 'keyed'];
}

/** @throws RangeError when a key is one that no packet can carry; the configuration has ruled that out */
export function assertAuthentication({ send, accept }: SessionAuthentication): void {
  for (const key of send === null ? accept : [send, ...accept]) {
    const { keyId, algorithm, secret } = key;
    if (!Number.isInteger(keyId) || keyId < 0 || keyId > 255) {
      throw new RangeError(`key id ${keyId} is not an integer from 0 to 255`);
    }
    if (secret.length < 1 || secret.length > MAX_SECRET_BYTES[algorithm]) {
      throw new RangeError(`the secret of key ${keyId} has ${secret.length} bytes`);
    }
  }
}

const AUTH_TYPES: Readonly<Record<AuthenticationAlgorithm, { keyed: AuthType; meticulous: AuthType }>> = {
  'simple-password': { keyed: AuthType.SimplePassword, meticulous: AuthType.SimplePassword },
  md5: { keyed: AuthType.KeyedMd5, meticulous: AuthType.MeticulousKeyedMd5 },
  sha1: { keyed: AuthType.KeyedSha1, meticulous: AuthType.MeticulousKeyedSha1 },
};
