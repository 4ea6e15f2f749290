/** An LSP ping packet from fields to bytes, RFC 8029 §3. */
import { writeUint16, writeUint32 } from '../../lib/byte-order.js';
import { LSP_PING_VERSION, TlvType } from './codepoints.js';
import { LSP_PING_HEADER_BYTES } from './decode-message.js';
import type { LspPingHeader, LspPingMessage, LspPingTlv } from './message.js';
import { fecStackBytes, writeFecStack } from './target-fec-stack.js';
import { TLV_HEADER_BYTES, tlvBytes, writeTlvHeader } from './tlv-walk.js';

/** The bytes of a message with these TLVs. */
export function lspPingBytes(tlvs: readonly LspPingTlv[]): number {
  return tlvs.reduce((sum, tlv) => sum + tlvBytes(valueBytes(tlv)), LSP_PING_HEADER_BYTES);
}

/** The UDP payload of a message. */
export function encodeLspPing(message: LspPingMessage): Uint8Array {
  const bytes = new Uint8Array(lspPingBytes(message.tlvs));
  writeHeader(message.header, bytes);
  let at = LSP_PING_HEADER_BYTES;
  for (const tlv of message.tlvs) {
    writeValue(tlv, bytes, at + TLV_HEADER_BYTES);
    at = writeTlvHeader(bytes, at, tlvTypeNumber(tlv), valueBytes(tlv));
  }
  return bytes;
}

function writeHeader(header: LspPingHeader, bytes: Uint8Array): void {
  writeUint16(bytes, 0, LSP_PING_VERSION);
  writeUint16(bytes, 2, header.globalFlags);
  bytes[4] = header.messageType;
  bytes[5] = header.replyMode;
  bytes[6] = header.returnCode;
  bytes[7] = header.returnSubcode;
  writeUint32(bytes, 8, header.sendersHandle);
  writeUint32(bytes, 12, header.sequenceNumber);
  writeUint32(bytes, 16, header.timestampSent.seconds);
  writeUint32(bytes, 20, header.timestampSent.fraction);
  writeUint32(bytes, 24, header.timestampReceived.seconds);
  writeUint32(bytes, 28, header.timestampReceived.fraction);
}

function tlvTypeNumber(tlv: LspPingTlv): number {
  return tlv.type === 'other' ? tlv.tlvType : TLV_NUMBERS[tlv.type];
}

const TLV_NUMBERS: Readonly<Record<Exclude<LspPingTlv['type'], 'other'>, number>> = {
  'target-fec-stack': TlvType.TargetFecStack,
  pad: TlvType.Pad,
  'errored-tlvs': TlvType.ErroredTlvs,
  'reply-tos': TlvType.ReplyTos,
  'bfd-discriminator': TlvType.BfdDiscriminator,
  'bfd-reverse-path': TlvType.BfdReversePath,
};

function valueBytes(tlv: LspPingTlv): number {
  if (tlv.type === 'target-fec-stack') {
    return fecStackBytes(tlv.fecs);
  }
  return tlv.type === 'reply-tos' || tlv.type === 'bfd-discriminator' ? 4 : tlv.value.length;
}

function writeValue(tlv: LspPingTlv, bytes: Uint8Array, at: number): void {
  switch (tlv.type) {
    case 'target-fec-stack':
      writeFecStack(tlv.fecs, bytes, at);
      break;
    case 'reply-tos':
      bytes[at] = tlv.trafficClass;
      break;
    case 'bfd-discriminator':
      writeUint32(bytes, at, tlv.discriminator);
      break;
    case 'pad':
    case 'errored-tlvs':
    case 'bfd-reverse-path':
    case 'other':
      bytes.set(tlv.value, at);
      break;
  }
}
