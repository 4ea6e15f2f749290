import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseAgentMessage, parseEngineMessage } from '../../src/link/message-schemas.js';
import { PART_MAX, type AgentMessage } from '../../src/link/messages.js';
import { ipShSession } from '../support/engine.js';

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
