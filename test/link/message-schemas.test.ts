import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseAgentMessage, parseEngineMessage } from '../../src/link/message-schemas.js';
import { FRAME_BODY_MAX } from '../../src/link/frame.js';
import {
  PART_MAX,
  type AgentMessage,
  type DesiredMpls,
  type DownRecord,
  type EngineEvent,
  type EngineMessage,
  type LspSessionReport,
} from '../../src/link/messages.js';
import { DESIRED_MPLS, desiredTunnel } from '../support/desired-lsps.js';
import { ipShSession } from '../support/desired-sessions.js';
import { sessionReport, tunnelReport } from './recording-control.js';

const session = ipShSession('192.0.2.2');
const change: AgentMessage = { type: 'change', revision: 1, set: [session], remove: ['gone'], last: true };

describe('messages from the agent', () => {
  test('what the types allow is taken as it is', () => {
    const messages: AgentMessage[] = [
      { type: 'hello', version: 1 },
      {
        type: 'plan',
        revision: 0,
        sessions: [session, { ...session, source: '192.0.2.1' }],
        tunnels: [desiredTunnel('5.5.5.5/32')],
        mpls: DESIRED_MPLS,
        last: false,
      },
      { type: 'plan', revision: 0, sessions: [], tunnels: [], mpls: null, last: true },
      { ...change, tunnels: { set: [desiredTunnel('2001:db8::5/128')], remove: ['5.5.5.5/32'] } },
      { ...change, mpls: null },
      { type: 'read-tunnels', request: 9, keys: ['5.5.5.5/32'] },
      {
        type: 'act',
        request: 10,
        action: {
          type: 'lsp-ping',
          fec: '5.5.5.5/32',
          count: 3,
          timeoutMs: 2000,
          replyMode: 'reply-udp',
          size: null,
        },
      },
      { type: 'act', request: 11, action: { type: 'clear', key: 'lsp-ingress/5.5.5.5/32', graceful: true } },
      { type: 'act', request: 12, action: { type: 'reset-statistics', key: null } },
      change,
      { type: 'read', request: 7, keys: null },
      { type: 'read', request: 8, keys: [session.key] },
    ];
    for (const message of messages) {
      expect(parseAgentMessage(JSON.parse(JSON.stringify(message)))).toEqual({ ok: true, value: message });
    }
  });

  test.each([
    ['a detection multiplier of zero', { ...session, detectMult: 0 }, 'set.0.detectMult'],
    ['a detection multiplier that is no integer', { ...session, detectMult: 1.5 }, 'set.0.detectMult'],
    ['an interval of zero', { ...session, desiredMinTxIntervalUs: 0 }, 'set.0.desiredMinTxIntervalUs'],
    [
      'an interval of 2^32 microseconds',
      { ...session, requiredMinRxIntervalUs: 2 ** 32 },
      'set.0.requiredMinRxIntervalUs',
    ],
    ['a member that nobody knows', { ...session, colour: 'red' }, 'set.0.colour'],
    ['another type of session', { ...session, type: 'carrier-pigeon' }, 'set.0.type'],
    ['a missing member', { ...session, adminDown: undefined }, 'set.0.adminDown'],
  ])('%s is refused, and named', (_name, bad, path) => {
    const parsed = parseAgentMessage({ ...change, set: [bad] });

    expect(parsed.ok).toBe(false);
    expect(parsed.ok ? '' : parsed.error).toContain(`${path}: `);
  });

  test('a part of a list that is too long is refused', () => {
    const keys = Array.from({ length: PART_MAX + 1 }, (_, index) => `key ${index}`);

    expect(parseAgentMessage({ type: 'read', request: 1, keys }).ok).toBe(false);
    expect(parseAgentMessage({ type: 'read', request: 1, keys: keys.slice(1) }).ok).toBe(true);
  });

  test('no value at all makes the check throw', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(parseAgentMessage(value)).toHaveProperty('ok');
        expect(parseEngineMessage(value)).toHaveProperty('ok');
      }),
    );
  });
});

describe('messages from the engine', () => {
  const times = Array.from({ length: 16 }, () => 3_600_000_000_000);
  const down: DownRecord = {
    timeMs: 1_763_777_777_777.5,
    verdict: 'packets-dropped-here',
    localDiagnostic: 1,
    remoteState: 'admin-down',
    remoteDiagnostic: 31,
    silentForUs: 3_600_000_000_000,
    detectionTimeUs: 1_095_216_660_225,
    remoteDetectionTimeUs: 1_095_216_660_225,
    lateUs: 1_095_216_660_225,
    longestLateUs: 1_095_216_660_225,
    droppedPackets: 0xffff_ffff,
    longestSendGapUs: 1_095_216_660_225,
    refusedPackets: 0xffff_ffff,
    refusedFor: 'authentication-password',
    keyMissing: true,
    receivedAgoUs: times,
    sentAgoUs: times,
    standstills: times.slice(8).map((agoUs) => ({ agoUs, lengthUs: agoUs })),
    drops: times.slice(8).map((agoUs) => ({ agoUs, packets: 0xffff_ffff })),
    changes: times.slice(8).map((agoUs) => ({ agoUs, from: 'admin-down', to: 'admin-down', diagnostic: 31 })),
  };

  test('a part of the state is as the types say, and fits in a frame, with a full record of every fall', () => {
    const report = { ...sessionReport('k'.repeat(256)), obstacle: 'o'.repeat(80), downRecord: down };
    const sessions = Array.from({ length: PART_MAX }, () => report);
    const message = { type: 'state', request: 1, sessions, last: true };
    const text = JSON.stringify(message);
    expect(text.length).toBeLessThan(FRAME_BODY_MAX);
    expect(parseEngineMessage(JSON.parse(text))).toEqual({ ok: true, value: message });
  });

  const key = 'lsp-ingress/5.5.5.5/32';
  const lsp: LspSessionReport = {
    role: 'ingress',
    fec: '5.5.5.5/32',
    peer: '5.5.5.5',
    sourceAddress: '1.1.1.1',
    destinationAddress: '127.1.2.3',
    sendersHandle: 0xffff_ffff,
    bootstrap: 'requested',
    echoRequestsSent: 1,
    echoRequestsReceived: 0,
    echoRepliesSent: 0,
    echoRepliesReceived: 0,
    lastReturnCode: null,
    lastReturnSubcode: null,
    lastRoundTripUs: 1234.5,
    lastEchoMs: null,
    notUpReason: 'The egress has not answered.',
  };
  const counts = [{ reason: 'passive-disabled', count: 3 }];
  const told: EngineEvent[] = [
    { type: 'lsp-session-created', timeMs: 1, key, localDiscriminator: 5, lsp },
    { type: 'lsp-session-deleted', timeMs: 1, key, localDiscriminator: 5, lsp, reason: 'no-policy' },
    {
      type: 'bootstrap-failed',
      timeMs: 1,
      key,
      fec: '5.5.5.5/32',
      up: false,
      failure: { cause: 'return-code', returnCode: 4, returnSubcode: 1, from: '5.5.5.5' },
    },
    {
      type: 'bootstrap-failed',
      timeMs: 1,
      key,
      fec: '5.5.5.5/32',
      up: true,
      failure: { cause: 'no-answer' },
    },
    { type: 'tunnel-state-change', timeMs: 1, fec: '5.5.5.5/32', from: 'up', to: 'bfd-down', session: key },
    { type: 'session-limit', timeMs: 1, role: 'egress', limit: 8, reached: true },
  ];

  test('what is told of LSPs is taken as it is', () => {
    const messages: EngineMessage[] = [
      ...told.map((event) => ({ type: 'event', event }) as const),
      { type: 'state', request: 1, sessions: [{ ...sessionReport(key), lsp }], last: true },
      { type: 'tunnels', request: 2, tunnels: [tunnelReport('5.5.5.5/32')], last: true },
      { type: 'acted', request: 3, result: { type: 'refused', reason: 'there is no such tunnel' } },
      {
        type: 'status',
        request: 4,
        status: {
          startedMs: 1,
          realTimePriority: null,
          socketDrops: 0,
          discards: [],
          mpls: {
            echoRequestsSent: 1,
            echoRequestsReceived: 2,
            echoRepliesSent: 3,
            echoRepliesReceived: 4,
            discardedEchoRequests: counts,
            discardedEchoReplies: [],
            discardedBfdPackets: [],
          },
        },
      },
    ];
    for (const message of messages) {
      expect(parseEngineMessage(JSON.parse(JSON.stringify(message)))).toEqual({ ok: true, value: message });
    }
  });

  test('the longest that LSPs ask for fit in a frame', () => {
    const entry = { index: 2 ** 32 - 1, action: 'permit', greaterEqual: 128, lessEqual: 128 } as const;
    const prefix = '2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff/128';
    const mpls: DesiredMpls = {
      ...DESIRED_MPLS,
      ingress: {
        ...DESIRED_MPLS.ingress,
        trigger: {
          type: 'ip-prefix',
          name: 'n'.repeat(64),
          entries: Array.from({ length: 2048 }, () => ({ ...entry, prefix })),
        },
      },
      egress: {
        ...DESIRED_MPLS.egress,
        labelBindings: Array.from({ length: 8192 }, () => ({ label: 0xf_ffff, fec: prefix })),
      },
    };
    const message = { type: 'change', revision: 1, set: [], remove: [], mpls, last: false };
    const text = JSON.stringify(message);
    expect(text.length).toBeLessThan(FRAME_BODY_MAX);
    expect(parseAgentMessage(JSON.parse(text))).toEqual({ ok: true, value: message });
  });
});
