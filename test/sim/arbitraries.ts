/** What may happen to two sessions and the network between them. */
import * as fc from 'fast-check';
import type { AuthenticationAlgorithm, SessionAuthentication } from '../../src/bfd/auth/authentication.js';
import type { SessionParameters } from '../../src/bfd/session/parameters.js';
import { MS, SECOND } from './pair.js';
import type { SessionHost } from './session-host.js';
import type { LinkConditions } from './virtual-link.js';

export const intervalUs = fc.integer({ min: 10, max: 1200 }).map((ms) => ms * MS);
export const timers = fc.record({
  desiredMinTxIntervalUs: intervalUs,
  requiredMinRxIntervalUs: intervalUs,
  detectMult: fc.integer({ min: 1, max: 5 }),
});
export const seed = fc.nat({ max: 0x7fff_ffff });
export const side = fc.constantFrom('left' as const, 'right' as const);
/** At least one side is active (RFC 5880 §6.1). */
export const roles: fc.Arbitrary<[SessionParameters['role'], SessionParameters['role']]> = fc.constantFrom(
  ['active', 'active'],
  ['active', 'passive'],
  ['passive', 'active'],
);
export const storm: fc.Arbitrary<LinkConditions> = fc.record({
  lossRate: fc.double({ min: 0, max: 0.9, noNaN: true }),
  duplicateRate: fc.double({ min: 0, max: 0.5, noNaN: true }),
  minDelayUs: fc.constant(0),
  maxDelayUs: fc.integer({ min: 0, max: 300 * MS }),
});
export const partialChange = fc.record(
  {
    desiredMinTxIntervalUs: intervalUs,
    requiredMinRxIntervalUs: intervalUs,
    detectMult: fc.integer({ min: 1, max: 5 }),
  },
  { requiredKeys: [] },
);
export const incident = fc.oneof(
  partialChange.map((parameters) => (host: SessionHost) => host.change(parameters)),
  fc.boolean().map((adminDown) => (host: SessionHost) => host.change({ adminDown })),
  fc
    .constantFrom('path-down' as const, 'path-up' as const)
    .map((type) => (host: SessionHost) => host.command({ type })),
);
export const incidents = fc.array(
  fc.record({ afterUs: fc.nat({ max: 3 * SECOND }), side, happen: incident }),
  {
    maxLength: 15,
  },
);

/** Intervals of the Echo function; 0 is none. */
const echoUs = fc.oneof(fc.constant(0), intervalUs);
export const modes = fc.record({
  demand: fc.boolean(),
  demandPollIntervalUs: fc.oneof(
    fc.constant(0),
    fc.integer({ min: 100, max: 3000 }).map((ms) => ms * MS),
  ),
  desiredMinEchoTxIntervalUs: echoUs,
  requiredMinEchoRxIntervalUs: echoUs,
});
/** One for both sides; null: none. */
export const authentications: fc.Arbitrary<SessionAuthentication | null> = fc
  .option(
    fc.record({
      algorithm: fc.constantFrom<AuthenticationAlgorithm[]>('simple-password', 'md5', 'sha1'),
      meticulous: fc.boolean(),
      secret: fc.uint8Array({ minLength: 1, maxLength: 16 }),
    }),
  )
  .map((choice) => {
    if (choice === null) return null;
    const send = { keyId: 1, algorithm: choice.algorithm, secret: choice.secret };
    return { meticulous: choice.meticulous, send, accept: [send] };
  });
