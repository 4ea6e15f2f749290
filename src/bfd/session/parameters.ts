import { assertAuthentication, type SessionAuthentication } from '../auth/authentication.js';
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
  /** bfd.DemandMode: the peer is asked to send nothing periodic while both are Up (RFC 5880 §6.6). */
  readonly demand: boolean;
  /**
   * While Demand mode is active a Poll Sequence asks the peer whether it is there, begun so long after its
   * last word; 0: on `verify` alone.
   */
  readonly demandPollIntervalUs: number;
  /** The Required Min Echo RX Interval of packets: 0 to 2^32-1; 0: none of the peer's is looped back. */
  readonly requiredMinEchoRxIntervalUs: number;
  /** How often Echo packets are to be sent while the peer loops them back: 0 to 2^32-1; 0: none is. */
  readonly desiredMinEchoTxIntervalUs: number;
  /** Null: packets carry no authentication section, and are accepted without one alone. */
  readonly authentication: SessionAuthentication | null;
}

/** What the owner tells a session. */
export type SessionCommand =
  /** All parameters, the unchanged ones too; a change of `adminDown` acts as the two commands below. */
  | { readonly type: 'set-parameters'; readonly parameters: SessionParameters }
  /** RFC 5880 §6.8.16; the diagnostic is AdministrativelyDown when not given. */
  | { readonly type: 'admin-down'; readonly diagnostic?: Diagnostic }
  | { readonly type: 'admin-up' }
  /**
   * The peer has said that it wants the session no more: Down with diagnostic AdministrativelyDown (RFC 7726
   * §2.3), by a packet that the session has not seen. It goes to AdminDown.
   */
  | { readonly type: 'peer-withdrew' }
  /**
   * The path below is known to have failed (an interface is down, an address gone): the session goes
   * Down and is held there (RFC 5880 §6.2 permits that) until `path-up`. The diagnostic is PathDown when
   * not given.
   */
  | { readonly type: 'path-down'; readonly diagnostic?: Diagnostic }
  | { readonly type: 'path-up' }
  /**
   * The peer's discriminator, learned otherwise than by a packet (RFC 5884 §6): a session that does not know
   * it takes it over, for a Detection Time at the slow pace. A packet goes out at once.
   */
  | { readonly type: 'learn'; readonly discriminator: number }
  /** Demand mode: find out by a Poll Sequence whether the peer is there (RFC 5880 §6.6). */
  | { readonly type: 'verify' }
  /** RFC 5880 §6.8.15: the peer can no longer rely on what this system forwards. */
  | { readonly type: 'forwarding-plane-reset' }
  /** RFC 5880 §6.8.17: a path that goes on from this one has failed. The session is not taken down. */
  | {
      readonly type: 'concatenated-path-down';
      readonly diagnostic:
        | typeof Diagnostic.ConcatenatedPathDown
        | typeof Diagnostic.ReverseConcatenatedPathDown;
    };

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
  assertInteger('demandPollIntervalUs', parameters.demandPollIntervalUs, 0, MAX_UINT32);
  assertInteger('requiredMinEchoRxIntervalUs', parameters.requiredMinEchoRxIntervalUs, 0, MAX_UINT32);
  assertInteger('desiredMinEchoTxIntervalUs', parameters.desiredMinEchoTxIntervalUs, 0, MAX_UINT32);
  if (parameters.authentication !== null) {
    assertAuthentication(parameters.authentication);
  }
}

/** Whether a session with the ones would do what it does with the others; keys are compared by identity. */
export function sameParameters(a: SessionParameters, b: SessionParameters): boolean {
  return (
    a.desiredMinTxIntervalUs === b.desiredMinTxIntervalUs &&
    a.requiredMinRxIntervalUs === b.requiredMinRxIntervalUs &&
    a.detectMult === b.detectMult &&
    a.adminDown === b.adminDown &&
    a.role === b.role &&
    a.demand === b.demand &&
    a.demandPollIntervalUs === b.demandPollIntervalUs &&
    a.requiredMinEchoRxIntervalUs === b.requiredMinEchoRxIntervalUs &&
    a.desiredMinEchoTxIntervalUs === b.desiredMinEchoTxIntervalUs &&
    a.authentication === b.authentication
  );
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
