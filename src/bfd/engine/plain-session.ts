import type { DesiredIpShSession } from './session-model.js';

/** What tells one plain session from another; the interval is for both directions. */
export interface PlainSession extends Pick<
  DesiredIpShSession,
  'key' | 'interface' | 'source' | 'destination' | 'detectMult'
> {
  readonly intervalUs: number;
}

/** An active session over one hop that has nothing special: no authentication, Demand mode or Echo. */
export function plainSession({ intervalUs, ...named }: PlainSession): DesiredIpShSession {
  return {
    type: 'ip-sh',
    ...named,
    role: 'active',
    desiredMinTxIntervalUs: intervalUs,
    requiredMinRxIntervalUs: intervalUs,
    adminDown: false,
    demand: false,
    authentication: null,
    desiredMinEchoTxIntervalUs: 0,
    requiredMinEchoRxIntervalUs: 0,
  };
}
