/** Sends replies as far as their rates allow: those about sessions that there are have one of their own. */
import { TokenBucket } from '../../lib/token-bucket.js';
import type { TokenRate } from '../../lib/token-bucket.js';
import type { LspPingHeader, LspPingTlv } from '../lsp-ping/message.js';
import { replyHeader, replyWay } from './echo-reply.js';
import type { EgressEffect } from './egress-effects.js';
import type { FecVerdict } from './fec-validation.js';
import type { ReceivedEchoRequest } from './received-echo-request.js';

/** How many replies there may be. */
export interface ReplyRates {
  /** Replies about sessions that there are, or that are just created. */
  readonly sessionReplyRate: TokenRate;
  /** All other replies. */
  readonly otherReplyRate: TokenRate;
}

/** A reply before it is addressed. */
export interface ReplyContent {
  readonly header: LspPingHeader;
  readonly verdict: FecVerdict;
  readonly tlvs: readonly LspPingTlv[];
  /** What the request wants in the IP header; null: nothing. */
  readonly trafficClass: number | null;
  /** Which of the rates it falls under. */
  readonly about: 'session' | 'other';
}

/** See the top of the file. */
export class EchoReplier {
  readonly #session: TokenBucket;
  readonly #other: TokenBucket;

  constructor(rates: ReplyRates, nowUs: number) {
    this.#session = new TokenBucket(rates.sessionReplyRate, nowUs);
    this.#other = new TokenBucket(rates.otherReplyRate, nowUs);
  }

  /** Other rates from now on. */
  setRates(rates: ReplyRates, nowUs: number): void {
    this.#session.setRate(rates.sessionReplyRate, nowUs);
    this.#other.setRate(rates.otherReplyRate, nowUs);
  }

  /** The reply to a request, unless it wants none or there have been too many. */
  reply(request: ReceivedEchoRequest, content: ReplyContent, nowUs: number): readonly EgressEffect[] {
    const { header, verdict, tlvs, trafficClass, about } = content;
    if (replyWay(header.replyMode) !== 'udp') {
      return [];
    }
    const bucket = about === 'session' ? this.#session : this.#other;
    if (!bucket.take(nowUs)) {
      return [{ type: 'discarded', reason: 'reply-rate' }];
    }
    const message = { header: replyHeader(header, verdict, request.receivedUnixUs), tlvs };
    const { source: destination, sourcePort: destinationPort } = request;
    return [{ type: 'send-reply', reply: { message, destination, destinationPort, trafficClass } }];
  }
}
