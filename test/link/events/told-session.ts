import type { ToldSession, ToldTunnel } from '../../../src/link/events/change.js';

export function toldSession(key: string, facts: Partial<ToldSession> = {}): ToldSession {
  return {
    key,
    kind: 'ip-sh',
    interface: 'eth0',
    source: '192.0.2.1',
    destination: '192.0.2.2',
    fec: null,
    state: 'down',
    diagnostic: 0,
    sinceMs: 1_000,
    localDiscriminator: 1,
    remoteDiscriminator: null,
    ...facts,
  };
}

export function toldTunnel(fec: string, facts: Partial<ToldTunnel> = {}): ToldTunnel {
  return { fec, state: 'unmonitored', sinceMs: 1_000, ...facts };
}
