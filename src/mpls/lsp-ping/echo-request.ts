import { MessageType, ReturnCode } from './codepoints.js';
import type { ReplyMode } from './codepoints.js';
import type { Fec, LspPingMessage, LspPingTlv } from './message.js';
import { NO_TIMESTAMP, ntpTimestamp } from './ntp-timestamp.js';

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
}

/** The message of a request, RFC 8029 §4.3. */
export function echoRequestMessage(request: EchoRequest): LspPingMessage {
  const tlvs: LspPingTlv[] = [{ type: 'target-fec-stack', fecs: [request.fec] }];
  if (request.discriminator !== null) {
    tlvs.push({ type: 'bfd-discriminator', discriminator: request.discriminator });
  }
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
