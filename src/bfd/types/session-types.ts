import { ipSh } from './ip-sh.js';
import type { SessionType } from './session-type.js';

/** Every kind of session that the engine runs: one line per type. */
export const SESSION_TYPES: readonly SessionType[] = [ipSh];
