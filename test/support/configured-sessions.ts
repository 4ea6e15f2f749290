import type { OwnedSession } from '../../src/config/handlers/configured-session.js';

const PARAMETERS = {
  role: 'active',
  detectMult: 3,
  desiredMinTxIntervalUs: 1_000_000,
  requiredMinRxIntervalUs: 1_000_000,
  adminDown: false,
  demand: false,
  authentication: null,
} as const;

/** A single-hop session on eth0 in the instance `main`, with the defaults of RFC 9314. */
export function singleHop(destination: string): OwnedSession {
  return {
    instance: 'main',
    desired: {
      type: 'ip-sh',
      key: `ip-sh/eth0/${destination}`,
      interface: 'eth0',
      destination,
      source: null,
      ...PARAMETERS,
      desiredMinEchoTxIntervalUs: 0,
      requiredMinEchoRxIntervalUs: 0,
    },
    entryKeys: { interface: 'eth0', 'dest-addr': destination },
    interface: 'eth0',
    authentication: null,
  };
}

/** A multihop session in the instance `main`, with the defaults of RFC 9314. */
export function multihop(source: string, destination: string): OwnedSession {
  return {
    instance: 'main',
    desired: {
      type: 'ip-mh',
      key: `ip-mh/${source}/${destination}`,
      destination,
      source,
      ...PARAMETERS,
      transmitTtl: 255,
      requiredTtl: 250,
    },
    entryKeys: { 'source-addr': source, 'dest-addr': destination },
    interface: null,
    authentication: null,
  };
}
