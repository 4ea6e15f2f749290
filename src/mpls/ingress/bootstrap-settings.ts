import type { TokenRate } from '../../lib/token-bucket.js';
import { ReplyMode } from '../lsp-ping/codepoints.js';
import type { BootstrapRecord } from './bootstrap-record.js';

/** The bootstrap as the operator wants it. */
export interface BootstrapSettings {
  /** Between requests for a session that is Up: 30 to 600 s. */
  readonly pingIntervalUs: number;
  /** Between requests for a session that is not: 1 to 60 s. After silence the first ones follow sooner. */
  readonly retryIntervalUs: number;
  readonly replyMode: typeof ReplyMode.DoNotReply | typeof ReplyMode.ReplyUdp;
  /** How many requests may be outstanding: 1 or more. */
  readonly maxOutstanding: number;
  /** How long a request without an answer counts as outstanding; the first is repeated then. */
  readonly answerTimeoutUs: number;
  /** How many requests may be sent, whatever the answers: a network and an egress take so many. */
  readonly requestRate: TokenRate;
}

/** What holds unless the operator wants it otherwise. */
export const DEFAULT_BOOTSTRAP_SETTINGS: BootstrapSettings = {
  pingIntervalUs: 60_000_000,
  retryIntervalUs: 5_000_000,
  replyMode: ReplyMode.ReplyUdp,
  maxOutstanding: 128,
  answerTimeoutUs: 1_000_000,
  requestRate: { perSecond: 1000, burst: 200 },
};

/**
 * How long after a session's last request the next one is due. A request that nobody answers may have been
 * lost, and is repeated soon; every silence doubles the time, until it is the retry interval.
 */
export function requestIntervalUs(record: Readonly<BootstrapRecord>, settings: BootstrapSettings): number {
  const { pingIntervalUs, retryIntervalUs, answerTimeoutUs } = settings;
  if (record.up) {
    return pingIntervalUs;
  }
  return record.silences === 0
    ? retryIntervalUs
    : Math.min(retryIntervalUs, answerTimeoutUs * 2 ** (record.silences - 1));
}
