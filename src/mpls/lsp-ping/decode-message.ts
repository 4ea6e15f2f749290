/**
 * An LSP ping packet from bytes to fields, RFC 8029 §3 and the checks of §4.4 that the packet alone
 * decides. Requests are checked strictly, since the answer can say what is wrong; in a reply, TLVs that are
 * not known are passed over, since there is nobody to answer.
 */
import { readUint16, readUint32 } from '../../lib/byte-order.js';
import { err, ok } from '../../lib/result.js';
import type { Result } from '../../lib/result.js';
import { FIRST_OPTIONAL_TYPE, LSP_PING_VERSION, MessageType, ReturnCode, TlvType } from './codepoints.js';
import type { LspPingHeader, LspPingMessage, LspPingTlv } from './message.js';
import { decodeFecStack } from './target-fec-stack.js';
import { walkTlvs } from './tlv-walk.js';
import type { RawTlv } from './tlv-walk.js';

/** The bytes before the first TLV. */
export const LSP_PING_HEADER_BYTES = 32;

/** Rules that leave nothing to be answered: the packet is none of this protocol's requests and replies. */
export const UNANSWERABLE_RULES = ['message-too-short', 'version', 'message-type'] as const;
/** Rules whose breach is answered with return code 1. */
export const MALFORMED_RULES = [
  'tlv-header-truncated',
  'tlv-value-truncated',
  'too-many-tlvs',
  'missing-fec-stack',
  'repeated-tlv',
  'empty-fec-stack',
  'fec-length',
  'fec-prefix-length',
  'empty-pad',
  'reply-tos-length',
  'bfd-discriminator-length',
  'bfd-discriminator-zero',
  'reverse-path',
  'reverse-path-without-discriminator',
] as const;
/** Rules whose breach is answered with return code 2. */
export const NOT_UNDERSTOOD_RULES = ['tlv-not-understood', 'fec-not-understood'] as const;

export type UnanswerableRule = (typeof UNANSWERABLE_RULES)[number];
export type MalformedRule = (typeof MALFORMED_RULES)[number];
export type NotUnderstoodRule = (typeof NOT_UNDERSTOOD_RULES)[number];

/** Why a packet is no good message, with what an answer needs (RFC 8029 §4.4). */
export type LspPingError =
  | { readonly rule: UnanswerableRule; readonly header: null }
  | {
      readonly rule: MalformedRule | NotUnderstoodRule;
      readonly header: LspPingHeader;
      readonly returnCode: typeof ReturnCode.MalformedRequest | typeof ReturnCode.TlvNotUnderstood;
      /** The TLVs that were not understood, as they came; empty for what is malformed. */
      readonly erroredTlvs: readonly Uint8Array[];
      /** Whether a BFD Discriminator TLV is known to be among the TLVs. */
      readonly bfdDiscriminatorPresent: boolean;
    };

/** Reads the UDP payload of a packet; never throws, whatever the bytes are. What is returned owns its bytes. */
export function decodeLspPing(payload: Uint8Array): Result<LspPingMessage, LspPingError> {
  const bytes = payload.slice();
  const unanswerable = unanswerableRule(bytes);
  if (unanswerable !== null) {
    return err({ rule: unanswerable, header: null });
  }
  const header = readHeader(bytes);
  const rows = walkTlvs(bytes.subarray(LSP_PING_HEADER_BYTES), MAX_TLVS);
  if (typeof rows === 'string') {
    return err(malformed(header, rows, false));
  }
  return readTlvs(header, rows);
}

/** More TLVs are an error: no message has use for them. */
const MAX_TLVS = 64;
/** RFC 9612 §3.1: the default limit. */
const MAX_REVERSE_PATH_SUB_TLVS = 128;

function unanswerableRule(bytes: Uint8Array): UnanswerableRule | null {
  if (bytes.length < LSP_PING_HEADER_BYTES) return 'message-too-short';
  if (readUint16(bytes, 0) !== LSP_PING_VERSION) return 'version';
  const type = bytes[4];
  return type === MessageType.EchoRequest || type === MessageType.EchoReply ? null : 'message-type';
}

function readHeader(bytes: Uint8Array): LspPingHeader {
  return {
    globalFlags: readUint16(bytes, 2),
    messageType: bytes[4] === MessageType.EchoRequest ? MessageType.EchoRequest : MessageType.EchoReply,
    replyMode: bytes[5] ?? 0,
    returnCode: bytes[6] ?? 0,
    returnSubcode: bytes[7] ?? 0,
    sendersHandle: readUint32(bytes, 8),
    sequenceNumber: readUint32(bytes, 12),
    timestampSent: { seconds: readUint32(bytes, 16), fraction: readUint32(bytes, 20) },
    timestampReceived: { seconds: readUint32(bytes, 24), fraction: readUint32(bytes, 28) },
  };
}

function readTlvs(header: LspPingHeader, rows: readonly RawTlv[]): Result<LspPingMessage, LspPingError> {
  const request = header.messageType === MessageType.EchoRequest;
  const bfdDiscriminatorPresent = rows.some(({ type }) => type === TlvType.BfdDiscriminator);
  const tlvs: LspPingTlv[] = [];
  const notUnderstood: { readonly rule: NotUnderstoodRule; readonly whole: Uint8Array }[] = [];
  for (const row of rows) {
    const tlv = readTlv(row, request);
    if (typeof tlv !== 'string') {
      tlvs.push(tlv);
    } else if (isNotUnderstood(tlv)) {
      notUnderstood.push({ rule: tlv, whole: row.whole });
    } else {
      return err(malformed(header, tlv, bfdDiscriminatorPresent));
    }
  }
  const message = { header, tlvs };
  const broken = rowsRule(rows, request) ?? (bfdDiscriminatorPresent ? null : reversePathRule(tlvs));
  if (broken !== null) {
    return err(malformed(header, broken, bfdDiscriminatorPresent));
  }
  const [first] = notUnderstood;
  if (first === undefined || !request) {
    return ok(message);
  }
  return err({
    rule: first.rule,
    header,
    returnCode: ReturnCode.TlvNotUnderstood,
    erroredTlvs: notUnderstood.map(({ whole }) => whole),
    bfdDiscriminatorPresent,
  });
}

function readTlv(row: RawTlv, request: boolean): LspPingTlv | MalformedRule | NotUnderstoodRule {
  const { type: tlvType, value } = row;
  switch (tlvType) {
    case TlvType.TargetFecStack: {
      const fecs = decodeFecStack(value);
      return fecs.ok ? { type: 'target-fec-stack', fecs: fecs.value } : fecs.error;
    }
    case TlvType.Pad:
      return value.length === 0 ? 'empty-pad' : { type: 'pad', value };
    case TlvType.ErroredTlvs:
      return { type: 'errored-tlvs', value };
    case TlvType.ReplyTos:
      return value.length === 4 ? { type: 'reply-tos', trafficClass: value[0] ?? 0 } : 'reply-tos-length';
    case TlvType.BfdDiscriminator:
      return readDiscriminator(value);
    case TlvType.BfdReversePath:
      return readReversePath(value);
    default:
      return !request || tlvType >= FIRST_OPTIONAL_TYPE || TOLERATED.has(tlvType)
        ? { type: 'other', tlvType, value }
        : 'tlv-not-understood';
  }
}

/**
 * What this system reads over although it must be known: an egress answers the same with a downstream
 * mapping in the request as without (RFC 8029 §4.4: it "SHOULD NOT" be in the reply), and the others have a
 * meaning in replies alone.
 */
const TOLERATED: ReadonlySet<number> = new Set([
  TlvType.DownstreamMapping,
  TlvType.VendorEnterpriseNumber,
  TlvType.InterfaceAndLabelStack,
  TlvType.DownstreamDetailedMapping,
]);

function readDiscriminator(value: Uint8Array): LspPingTlv | MalformedRule {
  if (value.length !== 4) {
    return 'bfd-discriminator-length';
  }
  const discriminator = readUint32(value, 0);
  // RFC 5880 §6.8.1: bfd.LocalDiscr MUST be nonzero.
  return discriminator === 0 ? 'bfd-discriminator-zero' : { type: 'bfd-discriminator', discriminator };
}

function readReversePath(value: Uint8Array): LspPingTlv | MalformedRule {
  const subTlvs = walkTlvs(value, MAX_REVERSE_PATH_SUB_TLVS);
  return typeof subTlvs === 'string'
    ? 'reverse-path'
    : { type: 'bfd-reverse-path', value, subTlvTypes: subTlvs.map(({ type }) => type) };
}

/** RFC 9612 §3.1. */
function reversePathRule(tlvs: readonly LspPingTlv[]): MalformedRule | null {
  return tlvs.some(({ type }) => type === 'bfd-reverse-path') ? 'reverse-path-without-discriminator' : null;
}

/** TLVs that say nothing when there are two of them. */
const SINGLE: readonly number[] = [
  TlvType.TargetFecStack,
  TlvType.ReplyTos,
  TlvType.BfdDiscriminator,
  TlvType.BfdReversePath,
];

function rowsRule(rows: readonly RawTlv[], request: boolean): MalformedRule | null {
  if (SINGLE.some((single) => rows.filter(({ type }) => type === single).length > 1)) {
    return 'repeated-tlv';
  }
  // RFC 8029 §3.2: a request MUST have one.
  return request && !rows.some(({ type }) => type === TlvType.TargetFecStack) ? 'missing-fec-stack' : null;
}

function isNotUnderstood(rule: MalformedRule | NotUnderstoodRule): rule is NotUnderstoodRule {
  return rule === 'tlv-not-understood' || rule === 'fec-not-understood';
}

function malformed(
  header: LspPingHeader,
  rule: MalformedRule,
  bfdDiscriminatorPresent: boolean,
): LspPingError {
  return {
    rule,
    header,
    returnCode: ReturnCode.MalformedRequest,
    erroredTlvs: [],
    bfdDiscriminatorPresent,
  };
}
