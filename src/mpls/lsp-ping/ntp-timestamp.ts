/** Timestamps of LSP ping: 64 bits of the Network Time Protocol (RFC 8029 §3, RFC 5905 §6). */

/** Seconds since 1900, modulo 2^32, and 2^-32 parts of one. All zero stands for no time at all. */
export interface NtpTimestamp {
  readonly seconds: number;
  readonly fraction: number;
}

/** No time at all, as the received timestamp of a request is. */
export const NO_TIMESTAMP: NtpTimestamp = Object.freeze({ seconds: 0, fraction: 0 });

/** From 1900 to 1970. */
const NTP_TO_UNIX_SECONDS = 2_208_988_800;
const ERA_SECONDS = 2 ** 32;
const MICROSECONDS = 1_000_000;

/** The timestamp of a time in microseconds since 1970; its era is lost. */
export function ntpTimestamp(unixUs: number): NtpTimestamp {
  const unixSeconds = Math.floor(unixUs / MICROSECONDS);
  const restUs = unixUs - unixSeconds * MICROSECONDS;
  return {
    seconds: (unixSeconds + NTP_TO_UNIX_SECONDS) % ERA_SECONDS,
    // Upwards, so that the way back, which goes downwards, gives the same microsecond.
    fraction: Math.min(ERA_SECONDS - 1, Math.ceil((restUs * ERA_SECONDS) / MICROSECONDS)),
  };
}

/**
 * Microseconds since 1970. The first bit tells the era (RFC 4330 §3): with it the years from 1968 on,
 * without it those from 2036 on.
 */
export function unixMicroseconds(timestamp: NtpTimestamp): number {
  const era = timestamp.seconds >= ERA_SECONDS / 2 ? 0 : ERA_SECONDS;
  const seconds = timestamp.seconds + era - NTP_TO_UNIX_SECONDS;
  return seconds * MICROSECONDS + Math.floor((timestamp.fraction * MICROSECONDS) / ERA_SECONDS);
}
