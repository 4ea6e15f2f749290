import type { DesiredMpls, DesiredTunnel, LspSessionParameters } from '../../src/mpls/mpls-model.js';

const SESSION: LspSessionParameters = {
  detectMult: 3,
  desiredMinTxIntervalUs: 1_000_000,
  requiredMinRxIntervalUs: 1_000_000,
  authentication: null,
};

/** An ingress that makes a session for every host address, and an egress that makes none. */
export const DESIRED_MPLS: DesiredMpls = {
  interfaces: ['eth0'],
  ingress: {
    enabled: true,
    trigger: { type: 'host' },
    sourceIpv4: '1.1.1.1',
    sourceIpv6: '2001:db8::1',
    session: SESSION,
    trafficClass: 6,
    delayUpSeconds: 0,
    pingIntervalUs: 60_000_000,
    retryIntervalUs: 5_000_000,
    replyMode: 'reply-udp',
    innerLabelTtlOne: false,
    maxOutstanding: 128,
    maxSessions: null,
  },
  egress: {
    passive: false,
    session: SESSION,
    deleteDelayUs: 60_000_000,
    maxSessions: 8192,
    passivePeers: [],
    labelBindings: null,
  },
};

/** A tunnel with one LSP of two labels. */
export function desiredTunnel(key: string, inner = 48_120): DesiredTunnel {
  const labels = [1024, inner].map((label) => ({ label, trafficClass: 0, ttl: 255 }));
  return { key, lsps: [{ role: 'primary', nextHop: '10.0.0.2', outInterface: 'eth0', labels }] };
}
