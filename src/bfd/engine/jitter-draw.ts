import type { SessionVariables } from '../session/session-variables.js';

/** The part of a transmit interval that jitter spans (RFC 5880 §6.8.7): 75 to 100 %, or 75 to 90 %. */
const SPAN = 0.25;
const SPAN_MULT_ONE = 0.15;
/** At least so much of the span remains random, however short the interval. */
const RESERVE_MAX = 0.9;
/** A tick, and what a wake-up takes. */
const LATENESS_TICKS = 1.5;

/** What of a jitter's random number is fixed, so that packets may leave up to a tick after their deadline. */
export function jitterReserve(session: SessionVariables, tickUs: number): number {
  const span = session.negotiatedTxIntervalUs * (session.detectMult === 1 ? SPAN_MULT_ONE : SPAN);
  return Math.min(RESERVE_MAX, (LATENESS_TICKS * tickUs) / span);
}

/**
 * The random number, 0 ≤ r < 1, from which a session computes its next transmit interval: 0 gives the
 * longest one. Packets leave up to a tick after their deadline, so that the longest intervals are left
 * out: with the lateness the interval still is within the bounds of the RFC.
 *
 * @param random an integer from 0 to 2^32 - 1
 */
export function jitterDraw(session: SessionVariables, random: number, tickUs: number): number {
  const reserve = jitterReserve(session, tickUs);
  return reserve + (1 - reserve) * (random / 2 ** 32);
}
