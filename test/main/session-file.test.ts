import { describe, expect, test } from 'vitest';
import { parseSessionFile } from '../../src/main/session-file.js';
import { ipMhSession, ipShSession } from '../support/desired-sessions.js';

describe('a file of sessions', () => {
  test('names each session as the link does', () => {
    const sessions = [ipShSession('192.0.2.2'), ipMhSession('2001:db8::1', '2001:db8::2')];

    expect(parseSessionFile(JSON.stringify(sessions))).toEqual({ ok: true, value: sessions });
  });

  test('or says for all of them what they share', () => {
    const file = {
      interface: 'eth0',
      interval_ms: 50,
      multiplier: 3,
      sessions: [{ local: '192.0.2.1', peer: '192.0.2.2' }],
    };

    expect(parseSessionFile(JSON.stringify(file))).toEqual({
      ok: true,
      value: [{ ...ipShSession('192.0.2.2'), source: '192.0.2.1' }],
    });
  });

  test.each([
    ['no JSON', '{', 'JSON'],
    ['another object', '{"interface":"eth0"}', 'interval_ms'],
    ['a session without its peer', '[{"type":"ip-sh"}]', '0.key'],
    [
      'an interval out of range',
      '{"interface":"eth0","interval_ms":0,"multiplier":3,"sessions":[{"local":"192.0.2.1","peer":"192.0.2.2"}]}',
      '0.desiredMinTxIntervalUs',
    ],
  ])('%s is refused with what is wrong', (_name, text, reason) => {
    const parsed = parseSessionFile(text);

    expect(parsed.ok ? '' : parsed.error).toContain(reason);
  });
});
