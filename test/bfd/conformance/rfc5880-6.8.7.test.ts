import { describe, expect, test } from 'vitest';
import {
  AdminDown,
  Down,
  Init,
  LOCAL,
  MS,
  PEER,
  SECOND,
  SessionDriver,
  Up,
} from '../session/session-driver.js';
import { AuthenticatedDriver, MD5, SHA1, SIMPLE } from './authenticated-packet.js';

/** The gaps between the periodic packets of a driver, whose randomness comes from a list. */
function gapsWith(detectMult: number, draws: readonly number[]): number[] {
  const driver = new SessionDriver({ detectMult }, { detectMult: 255 }).bring(Up);
  for (const draw of draws) {
    driver.draw = draw;
    driver.advanceToTimeout();
  }
  return driver.sent.slice(1).map(({ atUs }, index) => atUs - (driver.sent[index]?.atUs ?? 0));
}

describe('RFC 5880 §6.8.7: when packets are transmitted', () => {
  test.each([
    [50, 20, 50],
    [20, 50, 50],
    [1000, 1, 1000],
  ])(
    '§6.8.7: MUST NOT be sent faster than the larger of both: %d ms here, %d ms there: %d ms',
    (tx, rx, ms) => {
      const driver = new SessionDriver(
        { desiredMinTxIntervalUs: tx * MS },
        { requiredMinRxIntervalUs: rx * MS, detectMult: 255 },
      ).bring(Up);
      driver.advance(5 * ms * MS);
      expect(driver.sent).toHaveLength(5);
      expect(driver.session.negotiatedTxIntervalUs).toBe(ms * MS);
    },
  );

  test('§6.8.7: transmission MUST be jittered per packet, by 0 to 25 %', () => {
    const draws = Array.from({ length: 101 }, (_, step) => Math.min(0.999_999, step / 100));
    const gaps = gapsWith(3, draws);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(50 * MS);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(37.5 * MS);
    expect(new Set(gaps.map(Math.round)).size).toBeGreaterThan(95);
  });

  test('§6.8.7: with bfd.DetectMult 1 the interval MUST be no more than 90 % and no less than 75 %', () => {
    const draws = Array.from({ length: 101 }, (_, step) => Math.min(0.999_999, step / 100));
    const gaps = gapsWith(1, draws);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(45 * MS);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(37.5 * MS);
    expect(new Set(gaps.map(Math.round)).size).toBeGreaterThan(95);
  });

  test('§6.8.7: the interval MUST be recalculated when bfd.DesiredMinTxInterval changes', () => {
    const driver = new SessionDriver({}, { requiredMinRxIntervalUs: 1 }).bring(Up);
    driver.change({ desiredMinTxIntervalUs: 30 * MS });
    expect(driver.session.negotiatedTxIntervalUs).toBe(30 * MS);
  });

  test('§6.8.7: the interval MUST be recalculated when bfd.RemoteMinRxInterval changes', () => {
    const driver = new SessionDriver().bring(Up);
    driver.receive(Up, { requiredMinRxIntervalUs: 300 * MS });
    expect(driver.session.negotiatedTxIntervalUs).toBe(300 * MS);
  });

  test('§6.8.7: a passive system MUST NOT transmit while bfd.RemoteDiscr is zero', () => {
    const driver = new SessionDriver({ role: 'passive' }).bring(Up);
    driver.advance(driver.session.detectionTimeUs + 2 * SECOND);
    expect(driver.session.remoteDiscriminator).toBe(0);
    driver.sent.length = 0;
    driver.command({ type: 'path-down' });
    driver.command({ type: 'path-up' });
    driver.change({ detectMult: 9 });
    driver.advance(100 * SECOND);
    expect(driver.sent).toEqual([]);
  });

  test('§6.8.7: MUST NOT transmit periodically if bfd.RemoteMinRxInterval is zero', () => {
    const driver = new SessionDriver({ requiredMinRxIntervalUs: 100 * SECOND }).bring(Up);
    driver.receive(Up, { requiredMinRxIntervalUs: 0 });
    driver.advance(60 * SECOND);
    expect(driver.sent).toEqual([]);
  });

  test('§6.8.7: MUST NOT transmit periodically in Demand mode of the peer without a Poll Sequence', () => {
    const driver = new SessionDriver({}, { demand: true, detectMult: 255 }).bring(Up);
    driver.advance(10 * SECOND);
    expect(driver.sent).toEqual([]);
    driver.change({ requiredMinRxIntervalUs: 60 * MS });
    driver.advance(200 * MS);
    expect(driver.sent.length).toBeGreaterThan(3);
    expect(driver.sent.every(({ poll }) => poll)).toBe(true);
    driver.receive(Up, { final: true });
    driver.sent.length = 0;
    driver.advance(10 * SECOND);
    expect(driver.sent).toEqual([]);
  });
});

describe('RFC 5880 §6.8.7: the answer to a Poll', () => {
  test.each([
    ['without respect to the timer', {}, {}],
    ['though bfd.RemoteMinRxInterval is zero', {}, { requiredMinRxIntervalUs: 0 }],
    ['though the peer is in Demand mode', {}, { demand: true }],
    ['though this system is in Demand mode', { demand: true }, {}],
    ['though both are', { demand: true }, { demand: true }],
    ['though a Poll Sequence is under way here', { desiredMinTxIntervalUs: 333 * MS }, {}],
  ])('§6.8.7: MUST be transmitted at once with Poll clear and Final set: %s', (_, change, peer) => {
    const driver = new SessionDriver().bring(Up);
    driver.change(change);
    driver.advance(10 * MS);
    driver.sent.length = 0;
    driver.receive(Up, { ...peer, poll: true });
    expect(driver.sent).toMatchObject([{ atUs: driver.nowUs, final: true, poll: false }]);
  });

  test.each([
    ['Down', Down, Up],
    ['Init', Init, Down],
    ['Up', Up, Up],
  ] as const)('§6.8.7: without respect to the session state: %s', (_, local, heard) => {
    const driver = new SessionDriver({ role: 'passive' }).bring(local);
    driver.receive(heard, { poll: true });
    expect(driver.sent).toMatchObject([{ final: true, poll: false }]);
  });

  test('§6.8.7: ten Polls, ten answers', () => {
    const driver = new SessionDriver().bring(Up);
    for (let packet = 0; packet < 10; packet += 1) {
      driver.receive(Up, { poll: true });
    }
    expect(driver.sent.filter(({ final }) => final)).toHaveLength(10);
  });
});

describe('RFC 5880 §6.8.7: a change of contents', () => {
  test.each([
    ['the state', (driver: SessionDriver) => driver.receive(Down), { state: Down, diagnostic: 3 }],
    ['AdminDown', (driver: SessionDriver) => driver.command({ type: 'admin-down' }), { state: AdminDown }],
    ['the diagnostic', (driver: SessionDriver) => driver.advance(150 * MS), { state: Down, diagnostic: 1 }],
  ] as const)('§6.8.7: is told by a packet between the periodic ones: %s', (_, happen, expected) => {
    const driver = new SessionDriver().bring(Up);
    happen(driver);
    expect(driver.sent.at(-1)).toMatchObject({ ...expected, atUs: driver.nowUs });
  });
});

describe('RFC 5880 §6.8.7: the contents of packets MUST be set as follows', () => {
  const driver = new SessionDriver({ detectMult: 7, requiredMinEchoRxIntervalUs: 11 * MS }).bring(Up);
  driver.receive(AdminDown, { myDiscriminator: 0x8000_0001 });
  const bytes = Buffer.from(driver.sent.at(-1)?.bytes ?? []);

  test('§6.8.7: Version: the current version number', () => expect((bytes[0] ?? 0) >> 5).toBe(1));
  test('§6.8.7: Diagnostic: bfd.LocalDiag', () => expect((bytes[0] ?? 0) & 0x1f).toBe(3));
  test('§6.8.7: State: bfd.SessionState', () => expect((bytes[1] ?? 0) >> 6).toBe(Down));
  test('§6.8.7: Final: 0, as nothing is answered', () => expect((bytes[1] ?? 0) & 0x10).toBe(0));
  test('§6.8.7: Control Plane Independent: 0', () => expect((bytes[1] ?? 0) & 0x08).toBe(0));
  test('§6.8.7: Authentication Present: 0 without authentication', () => expect((bytes[1] ?? 0) & 4).toBe(0));
  test('§6.8.7: Demand: 0, as the session is not Up', () => expect((bytes[1] ?? 0) & 2).toBe(0));
  test('§6.8.7: Multipoint: 0', () => expect((bytes[1] ?? 0) & 1).toBe(0));
  test('§6.8.7: Detect Mult: bfd.DetectMult', () => expect(bytes[2]).toBe(7));
  test('§6.8.7: Length: 24 without an authentication section', () => {
    expect(bytes[3]).toBe(24);
    expect(bytes).toHaveLength(24);
  });
  test('§6.8.7: My Discriminator: bfd.LocalDiscr', () => expect(bytes.readUInt32BE(4)).toBe(LOCAL));
  test('§6.8.7: Your Discriminator: bfd.RemoteDiscr', () => expect(bytes.readUInt32BE(8)).toBe(0x8000_0001));
  test('§6.8.7: Desired Min TX Interval: bfd.DesiredMinTxInterval', () =>
    expect(bytes.readUInt32BE(12)).toBe(SECOND));
  test('§6.8.7: Required Min RX Interval: bfd.RequiredMinRxInterval', () =>
    expect(bytes.readUInt32BE(16)).toBe(50 * MS));
  test('§6.8.7: Required Min Echo RX Interval: that of the session', () =>
    expect(bytes.readUInt32BE(20)).toBe(11 * MS));

  test.each([SIMPLE, ...MD5, ...SHA1])(
    '§6.8.7: with authentication the A bit, the Length and the section: $name',
    (type) => {
      const authenticated = new AuthenticatedDriver(type).up();
      authenticated.advanceToTimeout();
      const packet = authenticated.sent[0]?.bytes ?? new Uint8Array();
      expect((packet[1] ?? 0) & 4).toBe(4);
      expect(packet[3]).toBe(24 + type.bytes);
      expect(packet).toHaveLength(24 + type.bytes);
      expect(packet[24]).toBe(type.type);
    },
  );

  test('§6.8.7: Your Discriminator is zero while the peer’s is unknown', () => {
    const fresh = new SessionDriver();
    fresh.advance(0);
    expect(fresh.sent[0]?.yourDiscriminator).toBe(0);
    fresh.receive(Down);
    expect(fresh.sent[1]?.yourDiscriminator).toBe(PEER);
  });
});
