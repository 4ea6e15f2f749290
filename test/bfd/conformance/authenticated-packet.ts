/** Packets of a peer that authenticates itself, written from RFC 5880 §4.2 to §4.4 alone. */
import { createHash } from 'node:crypto';
import type {
  AuthenticationAlgorithm,
  Key,
  SessionAuthentication,
} from '../../../src/bfd/auth/authentication.js';
import { encodeControlPacket } from '../../../src/bfd/packet/control-packet.js';
import type { ControlPacket } from '../../../src/bfd/packet/control-packet.js';
import type { SessionEffect } from '../../../src/bfd/session/effects.js';
import { Down, Init, SessionDriver, Up } from '../session/session-driver.js';

export const KEY_ID = 7;
export const SECRET = Uint8Array.from(Buffer.from('secret'));

/** One of the five types of §4.1. */
export interface AuthenticationType {
  readonly name: string;
  readonly type: number;
  readonly algorithm: AuthenticationAlgorithm;
  readonly meticulous: boolean;
  /** Auth Len; of a password, with SECRET. */
  readonly bytes: number;
}

export const SIMPLE: AuthenticationType = {
  name: 'Simple Password',
  type: 1,
  algorithm: 'simple-password',
  meticulous: false,
  bytes: 9,
};
export const MD5: readonly AuthenticationType[] = [
  { name: 'Keyed MD5', type: 2, algorithm: 'md5', meticulous: false, bytes: 24 },
  { name: 'Meticulous Keyed MD5', type: 3, algorithm: 'md5', meticulous: true, bytes: 24 },
];
export const SHA1: readonly AuthenticationType[] = [
  { name: 'Keyed SHA1', type: 4, algorithm: 'sha1', meticulous: false, bytes: 28 },
  { name: 'Meticulous Keyed SHA1', type: 5, algorithm: 'sha1', meticulous: true, bytes: 28 },
];

/** What a test may have otherwise than it should be. */
export interface Section {
  readonly type?: number;
  readonly keyId?: number;
  readonly length?: number;
  readonly secret?: Uint8Array;
  readonly sequence?: number;
  /** The second byte behind the key id. */
  readonly reserved?: number;
}

/** A key of this type. */
export function keyOf({ algorithm }: AuthenticationType, keyId = KEY_ID, secret = SECRET): Key {
  return { keyId, algorithm, secret };
}

/** The parameters of a session that has this type in use. */
export function inUse(type: AuthenticationType, accept = [keyOf(type)]): SessionAuthentication {
  return { meticulous: type.meticulous, send: keyOf(type), accept };
}

/** The bytes of a packet with a section of the type. */
export function signed(type: AuthenticationType, packet: ControlPacket, section: Section = {}): Uint8Array {
  const header = Buffer.alloc(24);
  encodeControlPacket({ ...packet, authenticationPresent: true }, header, 0);
  const secret = Buffer.from(section.secret ?? SECRET);
  const prefix = [section.type ?? type.type, section.length ?? type.bytes, section.keyId ?? KEY_ID];
  if (type.algorithm === 'simple-password') {
    header[3] = 24 + 3 + secret.length;
    return Uint8Array.from([...header, ...prefix, ...secret]);
  }
  const digestBytes = type.bytes - 8;
  header[3] = 24 + type.bytes;
  const sequence = Buffer.alloc(4);
  sequence.writeUInt32BE(section.sequence ?? 0);
  const body = Buffer.from([...header, ...prefix, section.reserved ?? 0, ...sequence]);
  const padded = Buffer.concat([secret, Buffer.alloc(digestBytes - secret.length)]);
  const digest = createHash(type.algorithm).update(body).update(padded).digest();
  return Uint8Array.from(Buffer.concat([body, digest]));
}

/** A session and a peer with the same authentication; the sequence numbers of the peer begin at 100. */
export class AuthenticatedDriver extends SessionDriver {
  readonly type: AuthenticationType;
  sequence = 100;

  constructor(type: AuthenticationType, authentication: SessionAuthentication = inUse(type)) {
    super({ authentication });
    this.type = type;
  }

  /** A packet of the peer, by default the next and as it should be. */
  receiveSigned(state: ControlPacket['state'], section: Section = {}, fields: Partial<ControlPacket> = {}) {
    const packet = { ...this.packet(state, fields), authenticationPresent: true };
    const sequence = section.sequence ?? this.sequence++;
    return this.receiveBytes(packet, signed(this.type, packet, { ...section, sequence }));
  }

  /** Brings the session Up. */
  up(): this {
    this.receiveSigned(Down);
    this.receiveSigned(Init);
    this.receiveSigned(Up, {}, { final: true });
    this.sent.length = 0;
    this.effects.length = 0;
    return this;
  }
}

/** The rule by which a packet was discarded; null: it was not. */
export function discardReason(effects: readonly SessionEffect[]): string | null {
  const [first] = effects;
  return first?.type === 'discarded' ? first.reason : null;
}
