import type { StateName } from '../../link/messages.js';

export { diagnosticName } from '../../link/messages.js';

/** Names of the states in ietf-bfd-types. */
export const BFD_STATES: Readonly<Record<StateName, string>> = {
  'admin-down': 'adminDown',
  down: 'down',
  init: 'init',
  up: 'up',
};

/** The enumeration `auth-type` of iana-bfd-types, by the code on the wire (RFC 5880 §4.1). */
const AUTHENTICATION_TYPES: readonly string[] = [
  'reserved',
  'simple-password',
  'keyed-md5',
  'meticulous-keyed-md5',
  'keyed-sha1',
  'meticulous-keyed-sha1',
];

/** Name of an authentication type; null for none, or one that the agent does not know. */
export function authenticationName(code: number | null): string | null {
  return code === null ? null : (AUTHENTICATION_TYPES[code] ?? null);
}
