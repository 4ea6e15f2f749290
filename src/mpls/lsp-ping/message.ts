import type { IpPrefix } from '../../lib/ip-prefix.js';
import type { MessageType } from './codepoints.js';
import type { NtpTimestamp } from './ntp-timestamp.js';

/** The fixed part of an echo request or reply, RFC 8029 §3. */
export interface LspPingHeader {
  /** 16 bits, see `GlobalFlag`. */
  readonly globalFlags: number;
  readonly messageType: MessageType;
  /** 0 to 255, see `ReplyMode`. */
  readonly replyMode: number;
  /** 0 to 255, see `ReturnCode`. */
  readonly returnCode: number;
  /** 0 to 255: for several codes a depth of the stack, the bottom being 1. */
  readonly returnSubcode: number;
  /** Unsigned 32 bits, as is the number that follows. */
  readonly sendersHandle: number;
  readonly sequenceNumber: number;
  readonly timestampSent: NtpTimestamp;
  readonly timestampReceived: NtpTimestamp;
}

/** An echo request or reply. */
export interface LspPingMessage {
  readonly header: LspPingHeader;
  /** In the order of the packet. */
  readonly tlvs: readonly LspPingTlv[];
}

/** A TLV, by what it says. */
export type LspPingTlv =
  /** RFC 8029 §3.2; the first FEC is that of the label on top. */
  | { readonly type: 'target-fec-stack'; readonly fecs: readonly Fec[] }
  /** §3.6; the first byte says what becomes of it in the reply. */
  | { readonly type: 'pad'; readonly value: Uint8Array }
  /** §3.8: the TLVs in question, as they came. */
  | { readonly type: 'errored-tlvs'; readonly value: Uint8Array }
  /** §3.10 (RFC 8029), the octet that is asked for in the reply's IP header. */
  | { readonly type: 'reply-tos'; readonly trafficClass: number }
  /** RFC 5884 §6.1; not zero. */
  | { readonly type: 'bfd-discriminator'; readonly discriminator: number }
  /** RFC 9612 §3.1. */
  | { readonly type: 'bfd-reverse-path'; readonly value: Uint8Array; readonly subTlvTypes: readonly number[] }
  /** Well known and of no consequence here, or optional and not known. */
  | { readonly type: 'other'; readonly tlvType: number; readonly value: Uint8Array };

/** A Forwarding Equivalence Class, RFC 8029 §3.2. */
export type Fec =
  | PrefixFec
  /** A label without a meaning to validate, for example Explicit Null. */
  | { readonly type: 'nil'; readonly label: number };

/** A FEC that is a prefix. */
export interface PrefixFec {
  readonly type: PrefixFecType;
  readonly prefix: IpPrefix;
}

/** The kinds of FEC that are prefixes. The family of the prefix goes with the kind. */
export type PrefixFecType = 'ldp' | 'bgp' | 'generic';

/** The first TLV of a kind, or null. */
export function findTlv<Kind extends LspPingTlv['type']>(
  message: LspPingMessage,
  kind: Kind,
): Extract<LspPingTlv, { type: Kind }> | null {
  for (const tlv of message.tlvs) {
    if (isKind(tlv, kind)) {
      return tlv;
    }
  }
  return null;
}

/** The discriminator that a message carries (RFC 5884 §6.1), or null. */
export function bfdDiscriminatorOf(message: LspPingMessage): number | null {
  return findTlv(message, 'bfd-discriminator')?.discriminator ?? null;
}

/** The FECs that a message names, the first being that of the label on top. */
export function fecStackOf(message: LspPingMessage): readonly Fec[] {
  return findTlv(message, 'target-fec-stack')?.fecs ?? [];
}

/** The FEC at the bottom of a stack that is a prefix: the one that the path as a whole leads to; null: none is. */
export function lastPrefixFec(fecs: readonly Fec[]): PrefixFec | null {
  return fecs.findLast((fec) => fec.type !== 'nil') ?? null;
}

function isKind<Kind extends LspPingTlv['type']>(
  tlv: LspPingTlv,
  kind: Kind,
): tlv is Extract<LspPingTlv, { type: Kind }> {
  return tlv.type === kind;
}
