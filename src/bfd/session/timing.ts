/** RFC 5880 §6.8.3: a session that is not Up sends no faster than this. */
export const SLOW_TX_INTERVAL_US = 1_000_000;

/** RFC 5880 §6.8.3: while Echo packets detect failures, control packets are asked for no faster than this. */
export const ECHO_CONTROL_RX_INTERVAL_US = 1_000_000;

/**
 * The part of the transmit interval to wait for the next packet, RFC 5880 §6.8.7: 75 to 100 %, with a
 * detection multiplier of one 75 to 90 %.
 *
 * @param draw a random number, 0 ≤ draw < 1
 */
export function jitterFactor(detectMult: number, draw: number): number {
  return detectMult === 1 ? 0.9 - 0.15 * draw : 1 - 0.25 * draw;
}
