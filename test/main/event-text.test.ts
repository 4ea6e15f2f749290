import { describe, expect, it } from 'vitest';
import type { EventLine } from '../../src/link/events/event-line.js';
import { eventText } from '../../src/main/event-text.js';

const session = {
  key: 'ip-sh/eth0/192.0.2.2',
  kind: 'ip-sh',
  interface: 'eth0',
  source: '192.0.2.1',
  destination: '192.0.2.2',
  fec: null,
  state: 'down',
  diagnostic: 'control-expiry',
  since: '2026-01-02T03:04:05.678Z',
  localDiscriminator: 1,
  remoteDiscriminator: 2,
} as const;
const tunnel = {
  fec: '203.0.113.1/32',
  state: 'bfd-down',
  since: '2026-01-02T03:04:05.678Z',
} as const;
const head = { sequence: 7, time: '2026-01-02T03:04:06.000Z' };

const lines: readonly { readonly name: string; readonly line: EventLine; readonly text: string | null }[] = [
  {
    name: 'the head of a snapshot counts',
    line: { type: 'snapshot', version: 1, ...head, sessions: 1, tunnels: 2 },
    text: '2026-01-02T03:04:06.000Z  1 session, 2 tunnels',
  },
  {
    name: 'a session has its state, its addresses and why it is not Up',
    line: { type: 'session', ...session },
    text: '2026-01-02T03:04:05.678Z  down        ip-sh/eth0/192.0.2.2  192.0.2.1 → 192.0.2.2  control-expiry',
  },
  { name: 'the end of a snapshot is not shown', line: { type: 'snapshot-end' }, text: null },
  {
    name: 'a change of state has both states, and the explanation',
    line: { type: 'session-state', ...head, ...session, from: 'up', explanation: 'the peer fell silent' },
    text: '2026-01-02T03:04:06.000Z  up → down  ip-sh/eth0/192.0.2.2  192.0.2.1 → 192.0.2.2  control-expiry: the peer fell silent',
  },
  {
    name: 'a session that comes Up does not say why it was down',
    line: { type: 'session-state', ...head, ...session, from: 'down', state: 'up' },
    text: '2026-01-02T03:04:06.000Z  down → up  ip-sh/eth0/192.0.2.2  192.0.2.1 → 192.0.2.2',
  },
  {
    name: 'a session that is Up neither',
    line: { type: 'session', ...session, state: 'up' },
    text: '2026-01-02T03:04:05.678Z  up          ip-sh/eth0/192.0.2.2  192.0.2.1 → 192.0.2.2',
  },
  {
    name: 'a session that goes says why',
    line: { type: 'session-deleted', ...head, ...session, reason: 'removed' },
    text: '2026-01-02T03:04:06.000Z  down → gone  ip-sh/eth0/192.0.2.2  192.0.2.1 → 192.0.2.2: removed',
  },
  {
    name: 'a tunnel has both states',
    line: { type: 'tunnel-state', ...head, ...tunnel, from: 'up' },
    text: '2026-01-02T03:04:06.000Z  up → bfd-down  tunnel 203.0.113.1/32',
  },
  {
    name: 'a bootstrap that nobody answers',
    line: {
      type: 'bootstrap-failed',
      ...head,
      key: 'lsp-ingress/203.0.113.1/32',
      fec: '203.0.113.1/32',
      up: false,
      cause: 'no-answer',
    },
    text: '2026-01-02T03:04:06.000Z  not set up  lsp-ingress/203.0.113.1/32: no answer to the LSP ping',
  },
  {
    name: 'a bootstrap that somebody else answers',
    line: {
      type: 'bootstrap-failed',
      ...head,
      key: 'lsp-ingress/203.0.113.1/32',
      fec: '203.0.113.1/32',
      up: true,
      cause: 'return-code',
      returnCode: 10,
      returnSubcode: 1,
      from: '198.51.100.7',
    },
    text: '2026-01-02T03:04:06.000Z  not confirmed any more  lsp-ingress/203.0.113.1/32: 198.51.100.7 answers the LSP ping with return code 10',
  },
  {
    name: 'a limit that is reached',
    line: { type: 'session-limit', ...head, role: 'egress', limit: 5, reached: true },
    text: '2026-01-02T03:04:06.000Z  the egress has as many sessions as it may: 5',
  },
  {
    name: 'the last line says why it is',
    line: { type: 'end', reason: 'the engine ends' },
    text: 'the engine tells no more: the engine ends',
  },
];

describe('A line of the event socket, for a person', () => {
  it.each(lines)('$name', ({ line, text }) => {
    expect(eventText(line)).toBe(text);
  });
});
