import { describe, expect, test } from 'vitest';
import { Down, Init, MS, SECOND, SessionDriver, types, Up } from './session-driver.js';

describe('RFC 5880 §6.8.4: the Detection Time', () => {
  test("is the peer's multiplier times the greater of what it sends by and what is required here", () => {
    const driver = new SessionDriver({ requiredMinRxIntervalUs: 40 * MS }).bring(Up);
    driver.receive(Up, { detectMult: 5, desiredMinTxIntervalUs: 30 * MS });
    expect(driver.session.detectionTimeUs).toBe(5 * 40 * MS);
    driver.receive(Up, { detectMult: 4, desiredMinTxIntervalUs: 60 * MS });
    expect(driver.session.detectionTimeUs).toBe(4 * 60 * MS);
    expect(driver.session.negotiatedRxIntervalUs).toBe(60 * MS);
  });

  test('does not depend on the multiplier here', () => {
    const driver = new SessionDriver({ detectMult: 50 }).bring(Up);
    expect(driver.session.detectionTimeUs).toBe(150 * MS);
    expect(driver.session.remoteDetectionTimeUs).toBe(2500 * MS);
  });

  test.each([
    ['Init', Init, Down],
    ['Up', Up, Up],
  ] as const)(
    'in %s the session fails exactly when it has passed, not a microsecond before',
    (_, local, heard) => {
      const driver = new SessionDriver().bring(local);
      driver.receive(heard);
      const deadline = driver.nowUs + driver.session.detectionTimeUs;
      driver.nowUs = deadline - 1;
      expect(types(driver.timeout())).not.toContain('state-changed');
      expect(driver.session.localState).toBe(local);
      driver.nowUs = deadline;
      expect(driver.timeout()).toContainEqual({
        type: 'state-changed',
        from: local,
        to: Down,
        diagnostic: 1,
      });
      expect(driver.sent.at(-1)).toMatchObject({
        state: Down,
        diagnostic: 1,
        yourDiscriminator: 0,
        atUs: deadline,
      });
    },
  );

  test('the deadline is announced by pollTimeout', () => {
    const driver = new SessionDriver({ role: 'passive' }, { requiredMinRxIntervalUs: 0 }).bring(Up);
    driver.receive(Up);
    expect(driver.session.pollTimeout()).toBe(driver.nowUs + 150 * MS);
  });

  test('every packet starts it anew, one that comes a microsecond before the end as well', () => {
    const driver = new SessionDriver().bring(Up);
    driver.receive(Up);
    for (let round = 0; round < 20; round++) {
      driver.advance(150 * MS - 1);
      driver.receive(Up);
    }
    expect(driver.session.localState).toBe(Up);
  });

  test('a packet that was received before the timer was served keeps the session', () => {
    const driver = new SessionDriver().bring(Up);
    driver.nowUs += 400 * MS;
    driver.receive(Up);
    driver.timeout();
    expect(driver.session.localState).toBe(Up);
  });

  test('a discarded packet does not start it anew', () => {
    const driver = new SessionDriver().bring(Up);
    driver.receive(Up);
    driver.advance(100 * MS);
    driver.receive(Up, { authenticationPresent: true });
    driver.advance(50 * MS);
    expect(driver.session.localState).toBe(Down);
  });

  test('handleTimeout before any deadline does nothing', () => {
    const driver = new SessionDriver().bring(Up);
    driver.receive(Up);
    expect(driver.timeout()).toEqual([]);
    driver.nowUs += 1;
    expect(driver.timeout()).toEqual([]);
  });

  test('a multiplier of one is one missing packet', () => {
    const driver = new SessionDriver({}, { detectMult: 1 }).bring(Up);
    driver.receive(Up);
    driver.advance(50 * MS - 1);
    expect(driver.session.localState).toBe(Up);
    driver.advance(1);
    expect(driver.session.localState).toBe(Down);
  });

  test('a peer that announces slower packets is waited for longer, from the packet that says so', () => {
    const driver = new SessionDriver().bring(Up);
    driver.receive(Up, { desiredMinTxIntervalUs: 2 * SECOND });
    driver.advance(6 * SECOND - 1);
    expect(driver.session.localState).toBe(Up);
    driver.advance(1);
    expect(driver.session.localState).toBe(Down);
  });

  test('the largest values give a finite time', () => {
    const driver = new SessionDriver({}, { detectMult: 255 }).bring(Init);
    driver.receive(Up, { desiredMinTxIntervalUs: 0xffff_ffff });
    expect(driver.session.detectionTimeUs).toBe(255 * 0xffff_ffff);
    expect(driver.session.localState).toBe(Up);
  });
});
