import type { LspSessionReport } from '../../src/link/messages.js';

/** What an engine tells of a session of an LSP, Up, with something in every member. */
export function lspReport(
  role: LspSessionReport['role'],
  facts: Partial<LspSessionReport> = {},
): LspSessionReport {
  return {
    role,
    fec: '203.0.113.1/32',
    peer: role === 'ingress' ? '203.0.113.1' : '192.0.2.9',
    sourceAddress: '192.0.2.1',
    destinationAddress: role === 'ingress' ? '127.0.0.1' : '192.0.2.9',
    sendersHandle: 17,
    bootstrap: role === 'ingress' ? 'confirmed' : null,
    echoRequestsSent: 3,
    echoRequestsReceived: 4,
    echoRepliesSent: 5,
    echoRepliesReceived: 2,
    lastReturnCode: 3,
    lastReturnSubcode: 1,
    lastRoundTripUs: 1_250,
    lastEchoMs: Date.UTC(2026, 0, 2, 3, 4, 5),
    notUpReason: null,
    ...facts,
  };
}
