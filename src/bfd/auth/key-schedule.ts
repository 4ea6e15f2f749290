import type { AuthenticationKey, DesiredAuthentication } from '../engine/session-model.js';
import type { Key, SessionAuthentication } from './authentication.js';

/** The keys that are valid at a time, and how long that holds. */
export interface ScheduledKeys {
  readonly authentication: SessionAuthentication;
  /** Milliseconds since 1970; null: nothing changes any more. */
  readonly nextChangeMs: number | null;
}

/**
 * Which keys are to be used at a time. Of several keys to send with, that is taken whose time has begun
 * last, as the others are on their way out (RFC 8177 leaves the choice open); of such that began
 * together, the one with the lowest id. A lifetime includes its begin and excludes its end.
 *
 * @param wallClockMs milliseconds since 1970
 */
export function scheduleKeys(desired: DesiredAuthentication, wallClockMs: number): ScheduledKeys {
  let send: AuthenticationKey | null = null;
  const accept: Key[] = [];
  let nextChangeMs = Infinity;
  for (const key of desired.keys) {
    if (within(key.sendFromMs, key.sendUntilMs, wallClockMs) && (send === null || supersedes(key, send))) {
      send = key;
    }
    if (within(key.acceptFromMs, key.acceptUntilMs, wallClockMs)) {
      accept.push(usableKey(key));
    }
    for (const timeMs of [key.sendFromMs, key.sendUntilMs, key.acceptFromMs, key.acceptUntilMs]) {
      if (timeMs !== null && timeMs > wallClockMs) {
        nextChangeMs = Math.min(nextChangeMs, timeMs);
      }
    }
  }
  return {
    authentication: {
      meticulous: desired.meticulous,
      send: send === null ? null : usableKey(send),
      accept,
    },
    nextChangeMs: nextChangeMs === Infinity ? null : nextChangeMs,
  };
}

function within(fromMs: number | null, untilMs: number | null, timeMs: number): boolean {
  return (fromMs === null || fromMs <= timeMs) && (untilMs === null || timeMs < untilMs);
}

function supersedes(key: AuthenticationKey, other: AuthenticationKey): boolean {
  const [from, otherFrom] = [key.sendFromMs ?? -Infinity, other.sendFromMs ?? -Infinity];
  return from > otherFrom || (from === otherFrom && key.keyId < other.keyId);
}

function usableKey({ keyId, algorithm, secretHex }: AuthenticationKey): Key {
  const secret = new Uint8Array(secretHex.length / 2);
  for (let index = 0; index < secret.length; index += 1) {
    secret[index] = Number.parseInt(secretHex.slice(2 * index, 2 * index + 2), 16);
  }
  return { keyId, algorithm, secret };
}
