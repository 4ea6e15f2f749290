/** The reply to an echo request, RFC 8029 §4.5. */
import { MessageType, ReplyMode } from '../lsp-ping/codepoints.js';
import type { LspPingHeader, LspPingMessage, LspPingTlv } from '../lsp-ping/message.js';
import { ntpTimestamp } from '../lsp-ping/ntp-timestamp.js';
import type { FecVerdict } from './fec-validation.js';

/** The first byte of a Pad TLV (RFC 8029 §3.6): the reply is to have a copy. */
const COPY_PAD = 2;

/** The header of a reply: who asked and when, and what the answer is. */
export function replyHeader(
  request: LspPingHeader,
  verdict: FecVerdict,
  receivedUnixUs: number,
): LspPingHeader {
  return {
    globalFlags: 0,
    messageType: MessageType.EchoReply,
    replyMode: request.replyMode,
    returnCode: verdict.returnCode,
    returnSubcode: verdict.returnSubcode,
    sendersHandle: request.sendersHandle,
    sequenceNumber: request.sequenceNumber,
    timestampSent: request.timestampSent,
    timestampReceived: ntpTimestamp(receivedUnixUs),
  };
}

/** What a reply repeats of its request: the FEC stack, and a Pad that asks for it. */
export function repeatedTlvs(request: LspPingMessage): LspPingTlv[] {
  return request.tlvs.filter(
    (tlv) => tlv.type === 'target-fec-stack' || (tlv.type === 'pad' && tlv.value[0] === COPY_PAD),
  );
}

/** The TLV that says which others were not understood (RFC 8029 §3.8); none when all were. */
export function erroredTlvs(wholes: readonly Uint8Array[]): LspPingTlv[] {
  return wholes.length === 0 ? [] : [{ type: 'errored-tlvs', value: concatenate(wholes) }];
}

/**
 * How a reply is sent: none, by UDP, or not in a way that this system has. Mode 3 asks for Router Alert, which
 * RFC 9570 retires: it is answered as mode 2.
 */
export function replyWay(replyMode: number): 'none' | 'udp' | 'unsupported' {
  switch (replyMode) {
    case ReplyMode.DoNotReply:
      return 'none';
    case ReplyMode.ReplyUdp:
    case ReplyMode.ReplyUdpRouterAlert:
      return 'udp';
    default:
      return 'unsupported';
  }
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
