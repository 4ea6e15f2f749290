import { MessageType, ReturnCode } from './codepoints.js';
import type { ReplyMode } from './codepoints.js';
import { lspPingBytes } from './encode-message.js';
import type { Fec, LspPingMessage, LspPingTlv } from './message.js';
import { NO_TIMESTAMP, ntpTimestamp } from './ntp-timestamp.js';
import { TLV_HEADER_BYTES } from './tlv-walk.js';

/** What an echo request asks. */
export interface EchoRequest {
  readonly fec: Fec;
  readonly sendersHandle: number;
  readonly sequenceNumber: number;
  readonly replyMode: ReplyMode;
  /** Of the BFD session to be set up or kept (RFC 5884 §6.1); null: for a ping alone. */
  readonly discriminator: number | null;
  /** Microseconds since 1970. */
  readonly sentUnixUs: number;
  /** Bytes of the message at least, filled up with a Pad that the reply leaves out. */
  readonly size?: number;
}

/** The message of a request, RFC 8029 §4.3. */
export function echoRequestMessage(request: EchoRequest): LspPingMessage {
  const tlvs: LspPingTlv[] = [{ type: 'target-fec-stack', fecs: [request.fec] }];
  if (request.discriminator !== null) {
    tlvs.push({ type: 'bfd-discriminator', discriminator: request.discriminator });
  }
  tlvs.push(...padding((request.size ?? 0) - lspPingBytes(tlvs)));
  const header = {
    globalFlags: 0,
    messageType: MessageType.EchoRequest,
    replyMode: request.replyMode,
    returnCode: ReturnCode.None,
    returnSubcode: 0,
    sendersHandle: request.sendersHandle,
    sequenceNumber: request.sequenceNumber,
    timestampSent: ntpTimestamp(request.sentUnixUs),
    timestampReceived: NO_TIMESTAMP,
  };
  return { header, tlvs };
}

/** The first byte of a Pad TLV (RFC 8029 §3.6): the reply is to do without. */
const DROP_PAD = 1;

/** A Pad that takes so many bytes, or up to three more; none where none are needed. */
function padding(bytes: number): LspPingTlv[] {
  if (bytes <= 0) {
    return [];
  }
  const value = new Uint8Array(Math.max(1, bytes - TLV_HEADER_BYTES));
  value[0] = DROP_PAD;
  return [{ type: 'pad', value }];
}
