import type { DesiredIpMhSession, DesiredIpShSession } from '../../src/link/messages.js';

/** A session towards `destination` on `eth0`: 50 ms × 3 where nothing else is said. */
export function ipShSession(
  destination: string,
  change: Partial<Omit<DesiredIpShSession, 'type' | 'destination'>> = {},
): DesiredIpShSession {
  return {
    type: 'ip-sh',
    key: `ip-sh/eth0/${destination}`,
    interface: 'eth0',
    destination,
    source: null,
    detectMult: 3,
    desiredMinTxIntervalUs: 50_000,
    requiredMinRxIntervalUs: 50_000,
    adminDown: false,
    role: 'active',
    demand: false,
    authentication: null,
    desiredMinEchoTxIntervalUs: 0,
    requiredMinEchoRxIntervalUs: 0,
    ...change,
  };
}

/** A session over several hops: 50 ms × 3, any TTL, where nothing else is said. */
export function ipMhSession(
  source: string,
  destination: string,
  change: Partial<Omit<DesiredIpMhSession, 'type' | 'source' | 'destination'>> = {},
): DesiredIpMhSession {
  return {
    type: 'ip-mh',
    key: `ip-mh/${source}/${destination}`,
    source,
    destination,
    detectMult: 3,
    desiredMinTxIntervalUs: 50_000,
    requiredMinRxIntervalUs: 50_000,
    adminDown: false,
    role: 'active',
    demand: false,
    authentication: null,
    transmitTtl: 255,
    requiredTtl: 1,
    ...change,
  };
}
