import { describe, expect, test } from 'vitest';
import { AdminDown, Down, Init, MS, SECOND, SessionDriver, Up } from './session-driver.js';

/** An Up session of 50 ms, whose peer takes and sends packets at any interval. */
function upSession(parameters = {}): SessionDriver {
  const driver = new SessionDriver(parameters, { requiredMinRxIntervalUs: 1 }).bring(Up);
  driver.receive(Up);
  driver.advanceToTimeout();
  driver.sent.length = 0;
  return driver;
}

describe('RFC 5880 §6.8.3: a change of an interval while Up', () => {
  test.each([
    ['a transmit interval', { desiredMinTxIntervalUs: 80 * MS }],
    ['a shorter transmit interval', { desiredMinTxIntervalUs: 20 * MS }],
    ['a receive interval', { requiredMinRxIntervalUs: 80 * MS }],
    ['a shorter receive interval', { requiredMinRxIntervalUs: 20 * MS }],
    ['both', { desiredMinTxIntervalUs: 80 * MS, requiredMinRxIntervalUs: 20 * MS }],
  ])('%s is told by a Poll Sequence', (_, change) => {
    const driver = upSession();
    driver.change(change);
    expect(driver.session.polling).toBe(true);
    driver.advanceToTimeout();
    expect(driver.sent).toMatchObject([{ poll: true, final: false, ...change }]);
    driver.receive(Up, { final: true });
    expect(driver.session.polling).toBe(false);
    driver.advanceToTimeout();
    expect(driver.sent.at(-1)).toMatchObject({ poll: false, ...change });
  });

  test('an increased transmit interval is used after the Final only', () => {
    const driver = upSession();
    driver.change({ desiredMinTxIntervalUs: 80 * MS });
    expect(driver.session.desiredMinTxIntervalUs).toBe(80 * MS);
    expect(driver.session.negotiatedTxIntervalUs).toBe(50 * MS);
    for (let packet = 0; packet < 3; packet++) {
      const before = driver.nowUs;
      driver.receive(Up);
      driver.advanceToTimeout();
      expect(driver.nowUs - before).toBe(50 * MS);
    }
    driver.receive(Up, { final: true });
    expect(driver.session.negotiatedTxIntervalUs).toBe(80 * MS);
    expect(driver.session.pollTimeout()).toBe((driver.sent.at(-1)?.atUs ?? 0) + 80 * MS);
  });

  test('a reduced transmit interval is used at once', () => {
    const driver = upSession();
    const last = driver.nowUs;
    driver.nowUs += 30 * MS;
    driver.change({ desiredMinTxIntervalUs: 20 * MS });
    expect(driver.session.pollTimeout()).toBe(last + 20 * MS);
    driver.timeout();
    expect(driver.sent).toMatchObject([{ poll: true, atUs: last + 30 * MS }]);
  });

  test('a reduced receive interval shortens the Detection Time after the Final only', () => {
    const driver = upSession();
    const faster = { desiredMinTxIntervalUs: 10 * MS };
    driver.receive(Up, faster);
    expect(driver.session.detectionTimeUs).toBe(150 * MS);
    driver.change({ requiredMinRxIntervalUs: 20 * MS });
    driver.advanceToTimeout();
    driver.receive(Up, faster);
    expect(driver.session.detectionTimeUs).toBe(150 * MS);
    driver.receive(Up, { ...faster, final: true });
    expect(driver.session.detectionTimeUs).toBe(60 * MS);
  });

  test('an increased receive interval lengthens the Detection Time at once', () => {
    const driver = upSession();
    driver.change({ requiredMinRxIntervalUs: 200 * MS });
    expect(driver.session.detectionTimeUs).toBe(600 * MS);
    // The last packet was received 50 ms ago.
    driver.advance(550 * MS - 1);
    expect(driver.session.localState).toBe(Up);
  });

  test('when not Up every change is in force at once', () => {
    const driver = new SessionDriver().bring(Init);
    driver.change({ desiredMinTxIntervalUs: 4 * SECOND, requiredMinRxIntervalUs: 20 * MS });
    expect(driver.session.negotiatedTxIntervalUs).toBe(4 * SECOND);
    driver.receive(Down, { desiredMinTxIntervalUs: 1 });
    expect(driver.session.detectionTimeUs).toBe(60 * MS);
  });

  test('§6.8.12: a new multiplier needs no Poll Sequence, and goes out with the next packet', () => {
    const driver = upSession();
    driver.change({ detectMult: 7 });
    expect(driver.session.polling).toBe(false);
    expect(driver.sent).toEqual([]);
    driver.advanceToTimeout();
    expect(driver.sent).toMatchObject([{ detectMult: 7, poll: false }]);
  });

  test('parameters that are set as they are change nothing', () => {
    const driver = upSession();
    const deadline = driver.session.pollTimeout();
    expect(driver.change({})).toEqual([]);
    expect(driver.session.polling).toBe(false);
    expect(driver.session.pollTimeout()).toBe(deadline);
  });
});

describe('RFC 5880 §6.5: the Poll Sequence', () => {
  test('rides on scheduled packets and causes none', () => {
    const driver = upSession();
    const deadline = driver.session.pollTimeout();
    driver.nowUs += 10 * MS;
    driver.change({ requiredMinRxIntervalUs: 80 * MS });
    expect(driver.sent).toEqual([]);
    expect(driver.session.pollTimeout()).toBe(deadline);
  });

  test('goes on until a Final comes, through lost packets', () => {
    const driver = upSession();
    driver.change({ requiredMinRxIntervalUs: 80 * MS });
    driver.advanceHearing(SECOND, Up, 50 * MS);
    expect(driver.sent.length).toBeGreaterThanOrEqual(20);
    expect(driver.sent.every((packet) => packet.poll)).toBe(true);
    driver.receive(Up, { final: true });
    expect(driver.session.polling).toBe(false);
  });

  test('is not ended by a Final that comes before its first Poll has gone out', () => {
    const driver = upSession();
    driver.change({ desiredMinTxIntervalUs: 80 * MS });
    driver.receive(Up, { final: true });
    expect(driver.session.polling).toBe(true);
    expect(driver.session.negotiatedTxIntervalUs).toBe(50 * MS);
  });

  test('a Final that nobody asked for changes nothing', () => {
    const driver = upSession();
    expect(driver.receive(Up, { final: true })).toEqual([]);
    expect(driver.session.localState).toBe(Up);
  });

  test('a Poll of the peer is answered without the P bit while one is under way here', () => {
    const driver = upSession();
    driver.change({ requiredMinRxIntervalUs: 80 * MS });
    driver.advanceToTimeout();
    driver.receive(Up, { poll: true });
    expect(driver.sent.at(-1)).toMatchObject({ poll: false, final: true, requiredMinRxIntervalUs: 80 * MS });
    expect(driver.session.polling).toBe(true);
    driver.advanceToTimeout();
    expect(driver.sent.at(-1)).toMatchObject({ poll: true, final: false });
  });

  test('Polls of the peer, however many, do not starve the sequence here', () => {
    const driver = upSession();
    driver.change({ requiredMinRxIntervalUs: 80 * MS });
    for (let round = 0; round < 100; round++) {
      driver.advance(5 * MS);
      driver.receive(Up, { poll: true });
    }
    expect(driver.sent.filter((packet) => packet.poll)).toHaveLength(10);
  });

  test('§6.8.3: new values may be carried by a Final before their own Poll has been sent', () => {
    const driver = upSession();
    driver.change({ desiredMinTxIntervalUs: 80 * MS });
    driver.receive(Up, { poll: true });
    expect(driver.sent).toMatchObject([{ final: true, desiredMinTxIntervalUs: 80 * MS }]);
    expect(driver.session.polling).toBe(true);
  });

  test('a packet that has both bits is taken for both', () => {
    const driver = upSession();
    driver.change({ desiredMinTxIntervalUs: 80 * MS });
    driver.advanceToTimeout();
    driver.receive(Up, { poll: true, final: true });
    expect(driver.session.polling).toBe(false);
    expect(driver.sent.at(-1)).toMatchObject({ final: true, poll: false });
  });
});

describe('RFC 5880 §6.8.3: changes while a Poll Sequence is under way', () => {
  test('before its first packet they join it', () => {
    const driver = upSession();
    driver.change({ desiredMinTxIntervalUs: 80 * MS });
    driver.change({ desiredMinTxIntervalUs: 70 * MS, requiredMinRxIntervalUs: 30 * MS });
    driver.advanceToTimeout();
    expect(driver.sent).toMatchObject([
      { poll: true, desiredMinTxIntervalUs: 70 * MS, requiredMinRxIntervalUs: 30 * MS },
    ]);
    driver.receive(Up, { final: true });
    expect(driver.session.negotiatedTxIntervalUs).toBe(70 * MS);
  });

  test('after it they wait for its Final and a round trip, and get a sequence of their own', () => {
    const driver = upSession();
    driver.change({ desiredMinTxIntervalUs: 80 * MS });
    driver.advanceToTimeout();
    driver.change({ desiredMinTxIntervalUs: 200 * MS });
    driver.receive(Up);
    driver.advanceToTimeout();
    expect(driver.sent.at(-1)).toMatchObject({ poll: true, desiredMinTxIntervalUs: 80 * MS });
    // The first Poll was sent 60 ms before the Final, the last 10 ms: 50 ms to go.
    driver.advance(10 * MS);
    driver.receive(Up, { final: true });
    expect(driver.session.polling).toBe(false);
    expect(driver.session.negotiatedTxIntervalUs).toBe(80 * MS);
    driver.advance(50 * MS - 1);
    expect(driver.session.desiredMinTxIntervalUs).toBe(80 * MS);
    driver.advance(1);
    expect(driver.session.desiredMinTxIntervalUs).toBe(200 * MS);
    expect(driver.session.polling).toBe(true);
    driver.receive(Up, { final: true });
    expect(driver.session.negotiatedTxIntervalUs).toBe(80 * MS);
    driver.advanceToTimeout();
    driver.receive(Up, { final: true });
    expect(driver.session.negotiatedTxIntervalUs).toBe(200 * MS);
  });

  test('a change that is taken back meanwhile is never told', () => {
    const driver = upSession();
    driver.change({ desiredMinTxIntervalUs: 80 * MS });
    driver.advanceToTimeout();
    driver.change({ desiredMinTxIntervalUs: 200 * MS });
    driver.change({ desiredMinTxIntervalUs: 80 * MS });
    driver.receive(Up, { final: true });
    driver.advance(50 * MS);
    expect(driver.session.polling).toBe(false);
    expect(driver.sent.some((packet) => packet.desiredMinTxIntervalUs === 200 * MS)).toBe(false);
  });
});

describe('RFC 5880 §6.8.3: state changes and the Poll Sequence', () => {
  test('coming Up changes the transmit interval, and so is told by a Poll', () => {
    const driver = new SessionDriver().bring(Init);
    driver.receive(Up);
    expect(driver.session.polling).toBe(true);
    expect(driver.sent).toMatchObject([{ state: Up, poll: true, desiredMinTxIntervalUs: 50 * MS }]);
  });

  test('coming Up with a slow interval changes nothing, and needs none', () => {
    const driver = new SessionDriver({ desiredMinTxIntervalUs: SECOND }).bring(Init);
    driver.receive(Up);
    expect(driver.session.polling).toBe(false);
  });

  test('going Down by word of the peer is told by a Poll, and gives up the one under way', () => {
    const driver = upSession();
    driver.change({ requiredMinRxIntervalUs: 20 * MS });
    driver.advanceToTimeout();
    driver.receive(Down);
    expect(driver.sent.at(-1)).toMatchObject({
      state: Down,
      poll: true,
      desiredMinTxIntervalUs: SECOND,
      requiredMinRxIntervalUs: 20 * MS,
    });
    driver.receive(Down, { final: true, desiredMinTxIntervalUs: 1 });
    expect(driver.session.polling).toBe(false);
    expect(driver.session.detectionTimeUs).toBe(60 * MS);
  });

  test('with a peer that is not known there is nobody to poll', () => {
    const driver = upSession();
    driver.change({ requiredMinRxIntervalUs: 20 * MS });
    driver.advance(SECOND);
    expect(driver.session.localState).toBe(Down);
    expect(driver.session.polling).toBe(false);
    driver.change({ requiredMinRxIntervalUs: 30 * MS });
    expect(driver.session.polling).toBe(false);
    driver.advance(3 * SECOND);
    expect(driver.sent.at(-1)).toMatchObject({ poll: false, requiredMinRxIntervalUs: 30 * MS });
  });

  test('a sequence of a session that never came Up ends with the peer that it was for', () => {
    const driver = new SessionDriver().bring(Init);
    driver.change({ requiredMinRxIntervalUs: 20 * MS });
    expect(driver.session.polling).toBe(true);
    driver.advance(driver.session.detectionTimeUs);
    expect(driver.session.localState).toBe(Down);
    expect(driver.session.polling).toBe(false);
    driver.change({ requiredMinRxIntervalUs: 30 * MS });
    expect(driver.session.requiredMinRxIntervalUs).toBe(30 * MS);
  });

  test('AdminDown gives up the sequence of the session that was, and its Final is still heard', () => {
    const driver = upSession();
    driver.command({ type: 'admin-down' });
    expect(driver.sent.at(-1)).toMatchObject({ state: AdminDown, poll: true });
    driver.receive(Down, { final: true });
    expect(driver.session.polling).toBe(false);
  });
});
