import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseAgentMessage, parseEngineMessage } from '../../src/link/message-schemas.js';
import { FRAME_BODY_MAX } from '../../src/link/frame.js';
import { PART_MAX, type AgentMessage, type DownRecord } from '../../src/link/messages.js';
import { ipShSession } from '../support/desired-sessions.js';
import { sessionReport } from './recording-control.js';

const session = ipShSession('192.0.2.2');
const change: AgentMessage = { type: 'change', revision: 1, set: [session], remove: ['gone'], last: true };

describe('messages from the agent', () => {
  test('what the types allow is taken as it is', () => {
    const messages: AgentMessage[] = [
      { type: 'hello', version: 1 },
      { type: 'plan', revision: 0, sessions: [session, { ...session, source: '192.0.2.1' }], last: false },
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
});
