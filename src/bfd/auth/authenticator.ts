/**
 * What a session needs to vouch for its packets and to check those of its peer, RFC 5880 §6.7: the
 * sequence numbers bfd.XmitAuthSeq, bfd.RcvAuthSeq and bfd.AuthSeqKnown, and the way through the types.
 *
 * Of the errata, 2530 (the sequence number goes up by one) and 7082 (a sequence number is learnt from a
 * packet whose digest is right alone) are followed; §6.7.4 as printed would accept a first packet unseen.
 */
import { CONTROL_PACKET_BYTES, type ControlPacket } from '../packet/control-packet.js';
import type { DiscardReason } from '../packet/discard-reason.js';
import {
  authType,
  MAX_AUTHENTICATION_BYTES,
  type AuthType,
  type AuthenticationAlgorithm,
  type Digest,
  type Key,
  type SessionAuthentication,
} from './authentication.js';
import {
  digestMatches,
  digestSectionBytes,
  sectionSequence,
  writeDigestSection,
  type DigestMethod,
} from './digest-section.js';
import { keyedMd5 } from './keyed-md5.js';
import { keyedSha1 } from './keyed-sha1.js';
import { PacketMemory } from './packet-memory.js';
import { passwordMatches, simplePasswordBytes, writeSimplePassword } from './simple-password.js';

/** The digest types; a simple password has no digest. */
const METHODS: Readonly<Record<AuthenticationAlgorithm, DigestMethod | null>> = {
  'simple-password': null,
  md5: keyedMd5,
  sha1: keyedSha1,
};

const LENGTH_OFFSET = 3;
const SECTION = CONTROL_PACKET_BYTES;
/** Auth Type, Auth Len and Auth Key ID, which all types have. */
const SHORTEST_SECTION_BYTES = 3;

/** See the top of the file. */
export class Authenticator {
  readonly #digest: Digest;
  /** bfd.XmitAuthSeq. */
  #transmitSequence: number;
  /** bfd.RcvAuthSeq, when bfd.AuthSeqKnown. */
  #receivedSequence = 0;
  #sequenceKnown = false;
  readonly #sent = new PacketMemory();
  readonly #accepted = new PacketMemory();
  #acceptedType: AuthType | null = null;

  /** @param firstSequence a random integer from 0 to 2^32 - 1 */
  constructor(digest: Digest, firstSequence: number) {
    this.#digest = digest;
    this.#transmitSequence = firstSequence >>> 0;
  }

  /** The type of the last packet that was authentic; null: none was. */
  get acceptedType(): AuthType | null {
    return this.#acceptedType;
  }

  /** bfd.AuthSeqKnown becomes zero: the next sequence number is taken as it comes. */
  forgetSequence(): void {
    this.#sequenceKnown = false;
  }

  /**
   * Adds the section to the packet at `offset` of `bytes`, which says that it has one, and sets its
   * Length.
   *
   * @returns the length of the whole
   */
  sign(bytes: Uint8Array, offset: number, key: Key, meticulous: boolean): number {
    const method = METHODS[key.algorithm];
    const sectionBytes = method === null ? simplePasswordBytes(key) : digestSectionBytes(method);
    bytes[offset + LENGTH_OFFSET] = SECTION + sectionBytes;
    if (method === null) {
      writeSimplePassword(bytes, offset + SECTION, key);
    } else if (meticulous) {
      this.#writeDigest(method, bytes, offset, key, true);
      // Its sequence number is past: were the key used without counting up again, it must not come back.
      this.#sent.forget();
    } else if (!this.#sent.complete(bytes, offset, SECTION, key)) {
      this.#writeDigest(method, bytes, offset, key, false);
      this.#sent.keep(bytes, offset, SECTION + sectionBytes, key);
    }
    return SECTION + sectionBytes;
  }

  /**
   * Whether a packet that was read from `bytes` is authentic; null: it is.
   *
   * @param authentication what is in use
   */
  verify(
    packet: ControlPacket,
    bytes: Uint8Array,
    authentication: SessionAuthentication,
  ): DiscardReason | null {
    if (!packet.authenticationPresent) {
      return 'missing-authentication';
    }
    const key = this.#selectKey(bytes, authentication);
    if (typeof key === 'string') {
      return key;
    }
    const length = bytes[LENGTH_OFFSET] ?? 0;
    const method = METHODS[key.algorithm];
    const sectionBytes = method === null ? simplePasswordBytes(key) : digestSectionBytes(method);
    if (bytes[SECTION + 1] !== sectionBytes || SECTION + sectionBytes > length) {
      return 'authentication-length';
    }
    const reason =
      method === null
        ? passwordMismatch(bytes, key)
        : this.#verifyDigest(packet, bytes, length, method, key, authentication.meticulous);
    if (reason === null) {
      this.#acceptedType = authType(key.algorithm, authentication.meticulous);
    }
    return reason;
  }

  /** The key that the packet names, or what is wrong with its name. */
  #selectKey(bytes: Uint8Array, { accept, meticulous }: SessionAuthentication): Key | DiscardReason {
    const type = bytes[SECTION];
    let typeInUse = accept.length === 0;
    for (const key of accept) {
      if (authType(key.algorithm, meticulous) === type) {
        typeInUse = true;
        if (key.keyId === bytes[SECTION + 2]) {
          return (bytes[LENGTH_OFFSET] ?? 0) < SECTION + SHORTEST_SECTION_BYTES
            ? 'authentication-length'
            : key;
        }
      }
    }
    return typeInUse ? 'authentication-key' : 'authentication-type';
  }

  #verifyDigest(
    packet: ControlPacket,
    bytes: Uint8Array,
    length: number,
    method: DigestMethod,
    key: Key,
    meticulous: boolean,
  ): DiscardReason | null {
    const sequence = sectionSequence(bytes, SECTION);
    if (this.#sequenceKnown) {
      const ahead = (sequence - this.#receivedSequence) >>> 0;
      if (ahead > 3 * packet.detectMult || (meticulous && ahead === 0)) {
        return 'authentication-sequence';
      }
    }
    if (meticulous || !this.#accepted.holds(bytes, length, key)) {
      if (!digestMatches(method, this.#digest, bytes, SECTION, length, key)) {
        return 'authentication-digest';
      }
      if (!meticulous) {
        this.#accepted.keep(bytes, 0, length, key);
      }
    }
    this.#receivedSequence = sequence;
    this.#sequenceKnown = true;
    return null;
  }

  #writeDigest(method: DigestMethod, bytes: Uint8Array, offset: number, key: Key, meticulous: boolean): void {
    const sequence = this.#transmitSequence;
    writeDigestSection(method, this.#digest, bytes, offset, offset + SECTION, key, meticulous, sequence);
    this.#transmitSequence = (sequence + 1) >>> 0;
  }
}

function passwordMismatch(bytes: Uint8Array, key: Key): DiscardReason | null {
  return passwordMatches(bytes, SECTION, key) ? null : 'authentication-password';
}

/** The longest packet that a session writes. */
export const MAX_CONTROL_PACKET_BYTES = CONTROL_PACKET_BYTES + MAX_AUTHENTICATION_BYTES;
