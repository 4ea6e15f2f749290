import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createControlPacket, decodeControlPacket } from '../../../src/bfd/packet/control-packet.js';
import { AdminDown, Down, Init, LOCAL, MS, PEER, SECOND, SessionDriver, Up } from './session-driver.js';

/** The gaps between packets that went out, in microseconds. */
function gaps(driver: SessionDriver): number[] {
  return driver.sent.slice(1).map((packet, index) => packet.atUs - (driver.sent[index]?.atUs ?? 0));
}

describe('RFC 5880 §6.1: roles', () => {
  test('an active session sends at once and goes on at the slow interval, whether it hears or not', () => {
    const driver = new SessionDriver();
    expect(driver.session.pollTimeout()).toBe(driver.nowUs);
    driver.advance(5 * SECOND);
    expect(driver.sent).toHaveLength(6);
    expect(gaps(driver)).toEqual(Array(5).fill(SECOND));
    expect(driver.sent[0]).toMatchObject({
      state: Down,
      diagnostic: 0,
      poll: false,
      final: false,
      myDiscriminator: LOCAL,
      yourDiscriminator: 0,
      detectMult: 3,
      desiredMinTxIntervalUs: SECOND,
      requiredMinRxIntervalUs: 50 * MS,
      requiredMinEchoRxIntervalUs: 0,
      demand: false,
      multipoint: false,
      authenticationPresent: false,
    });
  });

  test('a passive session sends nothing before it hears', () => {
    const driver = new SessionDriver({ role: 'passive' });
    expect(driver.session.pollTimeout()).toBe(Infinity);
    driver.advance(60 * SECOND);
    driver.change({ detectMult: 5 });
    expect(driver.sent).toEqual([]);
  });

  test('§6.8.7: a passive session answers when it hears, and is silent when it has forgotten the peer', () => {
    const driver = new SessionDriver({ role: 'passive' });
    driver.receive(Down, { yourDiscriminator: 0 });
    expect(driver.sent).toHaveLength(1);
    expect(driver.sent[0]).toMatchObject({ state: Init, yourDiscriminator: PEER, myDiscriminator: LOCAL });
    driver.advance(driver.session.detectionTimeUs - 1);
    expect(driver.sent.length).toBeGreaterThan(2);
    driver.sent.length = 0;
    driver.advance(60 * SECOND);
    expect(driver.session.localState).toBe(Down);
    expect(driver.sent).toEqual([]);
    expect(driver.session.pollTimeout()).toBe(Infinity);
  });

  test('a session may change its role', () => {
    const driver = new SessionDriver({ role: 'passive' });
    driver.change({ role: 'active' });
    driver.advance(0);
    expect(driver.sent).toHaveLength(1);
    driver.change({ role: 'passive' });
    driver.advance(10 * SECOND);
    expect(driver.sent).toHaveLength(1);
  });
});

describe('RFC 5880 §6.8.3: not Up', () => {
  test.each([
    ['Down', Down, AdminDown],
    ['Init', Init, Down],
  ] as const)('in %s the transmit interval is a second at least', (_, state, heard) => {
    const driver = new SessionDriver({ desiredMinTxIntervalUs: 10 * MS }).bring(state);
    driver.receive(heard);
    driver.advance(SECOND);
    driver.sent.length = 0;
    driver.advanceHearing(5 * SECOND, heard, SECOND);
    expect(Math.min(...gaps(driver))).toBeGreaterThanOrEqual(SECOND);
    expect(driver.sent.every((packet) => packet.desiredMinTxIntervalUs === SECOND)).toBe(true);
  });

  test('when the session comes Up the configured interval holds at once', () => {
    const driver = new SessionDriver().bring(Init);
    driver.receive(Up);
    expect(driver.sent.at(-1)).toMatchObject({ state: Up, desiredMinTxIntervalUs: 50 * MS });
    driver.sent.length = 0;
    driver.advance(100 * MS);
    expect(gaps(driver)).toEqual([50 * MS]);
  });

  test('when it goes Down the slow interval holds at once', () => {
    const driver = new SessionDriver().bring(Up);
    driver.receive(Down);
    expect(driver.sent.at(-1)).toMatchObject({ state: Down, desiredMinTxIntervalUs: SECOND });
    expect(driver.session.negotiatedTxIntervalUs).toBe(SECOND);
    driver.sent.length = 0;
    driver.advance(SECOND - 1);
    expect(driver.sent).toEqual([]);
    driver.advance(1);
    expect(driver.sent).toHaveLength(1);
  });
});

describe('RFC 5880 §6.8.7: the transmit interval', () => {
  test('is the greater of bfd.DesiredMinTxInterval and bfd.RemoteMinRxInterval', () => {
    const driver = new SessionDriver().bring(Up);
    expect(driver.session.negotiatedTxIntervalUs).toBe(50 * MS);
    driver.receive(Up, { requiredMinRxIntervalUs: 70 * MS });
    expect(driver.session.negotiatedTxIntervalUs).toBe(70 * MS);
    driver.receive(Up, { requiredMinRxIntervalUs: 20 * MS });
    expect(driver.session.negotiatedTxIntervalUs).toBe(50 * MS);
  });

  test('runs from the packet that was really sent, so that a late timer does not make packets bunch', () => {
    const driver = new SessionDriver().bring(Up);
    driver.nowUs = driver.session.pollTimeout() + 20 * MS;
    driver.timeout();
    expect(driver.session.pollTimeout()).toBe(driver.nowUs + 50 * MS);
  });

  test('§6.8.3: a peer that wants packets more often gets them at once', () => {
    const driver = new SessionDriver().bring(Up);
    driver.receive(Up, { desiredMinTxIntervalUs: 10 * SECOND, requiredMinRxIntervalUs: 10 * SECOND });
    driver.advanceToTimeout();
    driver.advance(3 * SECOND);
    expect(driver.session.pollTimeout()).toBeGreaterThan(driver.nowUs + 6 * SECOND);
    driver.receive(Up, { desiredMinTxIntervalUs: 10 * SECOND, requiredMinRxIntervalUs: 100 * MS });
    expect(driver.session.pollTimeout()).toBeLessThanOrEqual(driver.nowUs);
    driver.sent.length = 0;
    driver.advance(SECOND);
    expect(driver.sent).toHaveLength(11);
  });

  test('a peer whose Required Min RX Interval is zero gets no periodic packet', () => {
    const driver = new SessionDriver().bring(Up);
    driver.receive(Up, { requiredMinRxIntervalUs: 0, desiredMinTxIntervalUs: 10 * SECOND });
    driver.advance(20 * SECOND);
    expect(driver.sent).toEqual([]);
  });

  test('but the news of a state change, and answers to its Polls', () => {
    const driver = new SessionDriver({}, { requiredMinRxIntervalUs: 0 }).bring(Up);
    driver.receive(Up, { poll: true });
    expect(driver.sent).toMatchObject([{ final: true }]);
    driver.command({ type: 'admin-down' });
    expect(driver.sent).toMatchObject([{ final: true }, { state: AdminDown }]);
    driver.advance(driver.session.detectionTimeUs - 1);
    expect(driver.sent).toHaveLength(2);
  });

  test('and periodic packets again once it wants them', () => {
    const driver = new SessionDriver({}, { requiredMinRxIntervalUs: 0 }).bring(Up);
    driver.receive(Up, { requiredMinRxIntervalUs: 50 * MS });
    driver.sent.length = 0;
    driver.advance(120 * MS);
    expect(driver.sent.length).toBeGreaterThanOrEqual(2);
  });

  test('a peer in Demand mode gets no periodic packet while both are Up (§6.6)', () => {
    const driver = new SessionDriver().bring(Up);
    driver.receive(Up, { demand: true, desiredMinTxIntervalUs: 10 * SECOND });
    driver.advance(5 * SECOND);
    expect(driver.sent).toEqual([]);
    driver.receive(Init, { demand: true, desiredMinTxIntervalUs: 10 * SECOND });
    driver.advance(SECOND);
    expect(driver.sent.length).toBeGreaterThanOrEqual(20);
  });

  test('§6.6: with the peer in Demand mode a new multiplier is told by a Poll Sequence', () => {
    const driver = new SessionDriver().bring(Up);
    const demand = { demand: true, desiredMinTxIntervalUs: 10 * SECOND };
    driver.receive(Up, demand);
    driver.change({ detectMult: 9 });
    driver.advance(100 * MS);
    expect(driver.sent.length).toBeGreaterThanOrEqual(2);
    expect(driver.sent.at(-1)).toMatchObject({ poll: true, detectMult: 9 });
    driver.receive(Up, { ...demand, final: true });
    driver.sent.length = 0;
    driver.advance(SECOND);
    expect(driver.sent).toEqual([]);
  });
});

describe('RFC 5880 §6.8.7: jitter', () => {
  const draws = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  const intervals = fc.integer({ min: 1000, max: 10_000_000 });

  test.each([
    ['any multiplier above one: 75 to 100 %', fc.integer({ min: 2, max: 255 }), 0.75, 1],
    ['a multiplier of one: 75 to 90 %', fc.constant(1), 0.75, 0.9],
  ])('%s', (_, mults, low, high) => {
    fc.assert(
      fc.property(
        mults,
        intervals,
        fc.array(draws, { minLength: 1, maxLength: 20 }),
        (detectMult, us, rs) => {
          const driver = new SessionDriver({
            detectMult,
            desiredMinTxIntervalUs: us,
            requiredMinRxIntervalUs: us,
          });
          driver.bring(Up);
          driver.receive(Up, { desiredMinTxIntervalUs: 100 * SECOND, requiredMinRxIntervalUs: us });
          driver.advanceToTimeout();
          driver.sent.length = 0;
          for (const draw of rs) {
            driver.draw = draw;
            driver.advanceToTimeout();
          }
          // The first gap was drawn before; a thousandth of a microsecond is the rounding of sums.
          for (const gap of gaps(driver)) {
            expect(gap).toBeGreaterThanOrEqual(us * low - 0.001);
            expect(gap).toBeLessThanOrEqual(us * high + 0.001);
          }
          expect(driver.sent).toHaveLength(rs.length);
        },
      ),
    );
  });

  test('is drawn for every packet anew', () => {
    const driver = new SessionDriver().bring(Up);
    const drawn = [0.1, 0.9, 0.5];
    driver.receive(Up, { desiredMinTxIntervalUs: 10 * SECOND });
    for (const draw of [...drawn, 0]) {
      driver.draw = draw;
      driver.advanceToTimeout();
    }
    expect(gaps(driver)).toEqual(drawn.map((draw) => 50 * MS * (1 - 0.25 * draw)));
  });

  test.each([
    [1, 3],
    [3, 1],
  ])('of at most 90 %% spans a change of the multiplier from %d to %d', (before, after) => {
    const driver = new SessionDriver({ detectMult: before }).bring(Up);
    driver.receive(Up, { desiredMinTxIntervalUs: 10 * SECOND });
    driver.advanceToTimeout();
    driver.change({ detectMult: after });
    expect(driver.session.pollTimeout()).toBeLessThanOrEqual(driver.nowUs + 45 * MS);
  });

  test('covers the whole range, with the mean that is to be expected', () => {
    const driver = new SessionDriver().bring(Up);
    driver.receive(Up, { desiredMinTxIntervalUs: 1000 * SECOND });
    for (let index = 0; index <= 1000; index++) {
      driver.draw = index / 1001;
      driver.advanceToTimeout();
    }
    const all = gaps(driver);
    expect(Math.min(...all)).toBeLessThan(0.751 * 50 * MS);
    expect(Math.max(...all)).toBeGreaterThan(0.999 * 50 * MS);
    expect(all.reduce((sum, gap) => sum + gap, 0) / all.length).toBeCloseTo(0.875 * 50 * MS, -2);
  });
});

describe('RFC 5880 §6.8.7: packets out of turn', () => {
  test.each([
    ['Down to Init', Down, Down, Init],
    ['Down to Up', Down, Init, Up],
    ['Init to Up', Init, Up, Up],
    ['Init to Down', Init, AdminDown, Down],
    ['Up to Down', Up, Down, Down],
  ] as const)(
    'a change from %s is told at once, and the interval runs from there',
    (_, local, heard, next) => {
      const driver = new SessionDriver().bring(local);
      driver.nowUs += 5;
      driver.receive(heard);
      expect(driver.sent).toMatchObject([{ state: next, atUs: driver.nowUs, final: false }]);
      expect(driver.session.pollTimeout()).toBe(driver.nowUs + driver.session.negotiatedTxIntervalUs);
    },
  );

  test('what has not changed sends nothing out of turn', () => {
    const driver = new SessionDriver().bring(Up);
    driver.receive(Up);
    driver.receive(Up, { desiredMinTxIntervalUs: 80 * MS, detectMult: 9 });
    expect(driver.sent).toEqual([]);
  });

  test('a Poll is answered at once by one Final without the P bit, in every state but AdminDown', () => {
    for (const [local, heard] of [
      [Down, Up],
      [Init, Down],
      [Up, Up],
    ] as const) {
      const driver = new SessionDriver().bring(local);
      driver.receive(heard, { poll: true });
      expect(driver.sent).toMatchObject([{ final: true, poll: false, state: local, atUs: driver.nowUs }]);
    }
  });

  test('when the Poll changes the state, the Final tells it', () => {
    const driver = new SessionDriver().bring(Init);
    driver.receive(Up, { poll: true });
    expect(driver.sent).toMatchObject([{ final: true, state: Up }]);
  });

  test('a Final does not put off the periodic packets', () => {
    const driver = new SessionDriver().bring(Up);
    const deadline = driver.session.pollTimeout();
    driver.nowUs = deadline - 1;
    driver.receive(Up, { poll: true });
    expect(driver.session.pollTimeout()).toBe(deadline);
  });

  test('a passive session that has forgotten its peer answers its Poll', () => {
    const driver = new SessionDriver({ role: 'passive' });
    driver.receive(Down, { poll: true, yourDiscriminator: 0 });
    expect(driver.sent).toMatchObject([{ final: true, state: Init, yourDiscriminator: PEER }]);
  });
});

test('writeControlPacket writes what fillPacket fills in', () => {
  const driver = new SessionDriver().bring(Up);
  driver.receive(Up, { poll: true });
  const bytes = new Uint8Array(30);
  expect(driver.session.writeControlPacket(bytes, 4, true)).toBe(24);
  const filled = createControlPacket();
  driver.session.fillPacket(filled, true);
  expect(decodeControlPacket(bytes, 4, 24)).toEqual({ ok: true, value: filled });
});
