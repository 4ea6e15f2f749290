import type { SessionParameters } from '../../src/bfd/session/parameters.js';

/** In microseconds. */
export const MS = 1000;
export const SECOND = 1_000_000;

/** What a session is configured with unless a test says otherwise. */
export const PARAMETERS: SessionParameters = {
  desiredMinTxIntervalUs: 50 * MS,
  requiredMinRxIntervalUs: 50 * MS,
  detectMult: 3,
  adminDown: false,
  role: 'active',
  demand: false,
  demandPollIntervalUs: SECOND,
  requiredMinEchoRxIntervalUs: 0,
  desiredMinEchoTxIntervalUs: 0,
  authentication: null,
};
