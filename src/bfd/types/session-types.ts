import { ipMh } from './ip-mh.js';
import { ipSh } from './ip-sh.js';
import type { SessionType } from './session-type.js';

/** Every kind of session that the engine runs: one line per type. */
export const SESSION_TYPES: readonly SessionType[] = [ipSh, ipMh];

/** The kind whose packets go to a UDP port; null: none. */
export function sessionTypeOfPort(port: number): SessionType | null {
  return SESSION_TYPES.find((type) => type.destinationPort === port) ?? null;
}
