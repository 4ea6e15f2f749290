import { scheduleKeys } from '../auth/key-schedule.js';
import type { SessionParameters } from '../session/parameters.js';
import type { ExternalSession } from './external-way.js';
import type { DesiredSession } from './session-model.js';

/** In Demand mode the peer is asked so often whether it is there. */
const DEMAND_POLL_INTERVAL_US = 1_000_000;
/** The wall clock may be set while a change of keys is awaited: it is looked at so often. */
const CLOCK_CHECK_US = 10_000_000;

/** The parameters of a session, and how long they hold without a change of what is wanted. */
export interface TimedParameters {
  readonly parameters: SessionParameters;
  /** Microseconds until other keys may be valid; Infinity: never. */
  readonly validForUs: number;
}

/**
 * The parameters that a desired session gives its protocol core.
 *
 * @param wallClockMs milliseconds since 1970; says which keys are valid
 * @param carriesEcho whether this host can send and loop back Echo packets
 */
export function sessionParameters(
  desired: DesiredSession | ExternalSession,
  wallClockMs: number,
  carriesEcho: boolean,
): TimedParameters {
  const { authentication } = desired;
  const keys = authentication === null ? null : scheduleKeys(authentication, wallClockMs);
  const echo = desired.type === 'ip-sh' && carriesEcho ? desired : null;
  const parameters = {
    desiredMinTxIntervalUs: desired.desiredMinTxIntervalUs,
    requiredMinRxIntervalUs: desired.requiredMinRxIntervalUs,
    detectMult: desired.detectMult,
    adminDown: desired.adminDown,
    role: desired.role,
    demand: desired.demand,
    demandPollIntervalUs: DEMAND_POLL_INTERVAL_US,
    requiredMinEchoRxIntervalUs: echo?.requiredMinEchoRxIntervalUs ?? 0,
    desiredMinEchoTxIntervalUs: echo?.desiredMinEchoTxIntervalUs ?? 0,
    authentication: keys?.authentication ?? null,
  };
  const nextChangeMs = keys?.nextChangeMs ?? null;
  const validForUs =
    nextChangeMs === null ? Infinity : Math.min((nextChangeMs - wallClockMs) * 1000, CLOCK_CHECK_US);
  return { parameters, validForUs };
}
