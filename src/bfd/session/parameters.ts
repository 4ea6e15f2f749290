import type { Diagnostic } from '../packet/diagnostic.js';

/** RFC 5880 §6.1: a passive system sends nothing until it has heard from its peer. */
export type SessionRole = 'active' | 'passive';

/** A session as its owner wants it. */
export interface SessionParameters {
  /** bfd.DesiredMinTxInterval while the session is Up: 1 to 2^32-1. */
  readonly desiredMinTxIntervalUs: number;
  /** bfd.RequiredMinRxInterval: 0 to 2^32-1; 0 asks the peer for no periodic packet. */
  readonly requiredMinRxIntervalUs: number;
  /** bfd.DetectMult: 1 to 255. */
  readonly detectMult: number;
  readonly adminDown: boolean;
  readonly role: SessionRole;
}

/** What the owner tells a session. */
export type SessionCommand =
  /** All parameters, the unchanged ones too; a change of `adminDown` acts as the two commands below. */
  | { readonly type: 'set-parameters'; readonly parameters: SessionParameters }
  /** RFC 5880 §6.8.16; the diagnostic is AdministrativelyDown when not given. */
  | { readonly type: 'admin-down'; readonly diagnostic?: Diagnostic }
  | { readonly type: 'admin-up' }
  /**
   * The path below is known to have failed (an interface is down, an address gone): the session goes
   * Down and is held there (RFC 5880 §6.2 permits that) until `path-up`. The diagnostic is PathDown when
   * not given.
   */
  | { readonly type: 'path-down'; readonly diagnostic?: Diagnostic }
  | { readonly type: 'path-up' };

const MAX_UINT32 = 0xffff_ffff;

/**
 * Refuses what no packet can carry. The configuration has been validated long before: a value out of
 * range here is a bug.
 *
 * @throws RangeError that names the parameter
 */
export function assertParameters(parameters: SessionParameters): void {
  assertInteger('desiredMinTxIntervalUs', parameters.desiredMinTxIntervalUs, 1, MAX_UINT32);
  assertInteger('requiredMinRxIntervalUs', parameters.requiredMinRxIntervalUs, 0, MAX_UINT32);
  assertInteger('detectMult', parameters.detectMult, 1, 255);
}

/** @throws RangeError when the discriminator is not 1 to 2^32-1 (RFC 5880 §6.8.1) */
export function assertDiscriminator(discriminator: number): void {
  assertInteger('localDiscriminator', discriminator, 1, MAX_UINT32);
}

function assertInteger(name: string, value: number, min: number, max: number): void {
  if (!Number.isInteger(value) || value < min || value > max) {
    throw new RangeError(`${name} ${value} is not an integer from ${min} to ${max}`);
  }
}
