import { describe, expect, it } from 'vitest';
import { IdleSessions } from '../../../src/netconf/session/idle-sessions.js';
import type { RegisteredSession } from '../../../src/netconf/session/session-registry.js';
import { newSessionCounters } from '../../../src/netconf/session/counters.js';

class Session implements RegisteredSession {
  readonly id = 1;
  readonly user = 'ada';
  readonly sourceHost = '192.0.2.1';
  readonly loginTime = new Date(0);
  readonly counters = newSessionCounters();
  activity = 0;
  isIdle = true;

  async end(): Promise<void> {}
  async endWhenIdle(): Promise<void> {}
}

describe('idle sessions', () => {
  it('are found when the time is up, and not before', () => {
    const [idle, session] = [new IdleSessions(), new Session()];
    expect(idle.look([session], 0, 5000)).toEqual([]);
    expect(idle.look([session], 4999, 5000)).toEqual([]);
    expect(idle.look([session], 5000, 5000)).toEqual([session]);
  });

  it('are not those that have received something since', () => {
    const [idle, session] = [new IdleSessions(), new Session()];
    idle.look([session], 0, 5000);
    session.activity += 1;
    expect(idle.look([session], 5000, 5000)).toEqual([]);
    expect(idle.look([session], 9999, 5000)).toEqual([]);
    expect(idle.look([session], 10_000, 5000)).toEqual([session]);
  });

  it('are not those for which something is being done', () => {
    const [idle, session] = [new IdleSessions(), new Session()];
    idle.look([session], 0, 5000);
    session.isIdle = false;
    expect(idle.look([session], 60_000, 5000)).toEqual([]);
    session.isIdle = true;
    expect(idle.look([session], 64_999, 5000)).toEqual([]);
    expect(idle.look([session], 65_000, 5000)).toEqual([session]);
  });

  it('are none when the time-out is zero, and at once when it is shortened', () => {
    const [idle, session] = [new IdleSessions(), new Session()];
    idle.look([session], 0, 0);
    expect(idle.look([session], 1e9, 0)).toEqual([]);
    expect(idle.look([session], 1e9, 5000)).toEqual([session]);
  });

  it('are forgotten when they are gone', () => {
    const [idle, session] = [new IdleSessions(), new Session()];
    idle.look([session], 0, 5000);
    idle.look([], 1000, 5000);
    expect(idle.look([session], 6000, 5000)).toEqual([]);
  });
});
