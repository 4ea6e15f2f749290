import type { TokenRate } from '../../lib/token-bucket.js';
import type { ReplyRates } from './echo-replier.js';

/** The egress as the operator wants it. */
export interface EgressSettings extends ReplyRates {
  /** Whether sessions are created for who asks. */
  readonly passive: boolean;
  readonly maxSessions: number;
  readonly maxSessionsPerPeer: number;
  /** How long a session that is not Up is kept, and one that was withdrawn. */
  readonly deleteDelayUs: number;
  /** Sessions created. */
  readonly creationRate: TokenRate;
}

/** What holds unless the operator wants it otherwise. */
export const DEFAULT_EGRESS_SETTINGS: EgressSettings = {
  passive: false,
  maxSessions: 8192,
  maxSessionsPerPeer: 8192,
  deleteDelayUs: 60_000_000,
  creationRate: { perSecond: 1000, burst: 2000 },
  sessionReplyRate: { perSecond: 2000, burst: 4000 },
  otherReplyRate: { perSecond: 100, burst: 200 },
};
