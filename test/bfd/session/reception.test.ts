import { describe, expect, test } from 'vitest';
import {
  AdminDown,
  Down,
  Init,
  LOCAL,
  MS,
  PARAMETERS,
  PEER,
  SECOND,
  SessionDriver,
  types,
  Up,
} from './session-driver.js';

describe('RFC 5880 §6.8.1: initial values', () => {
  test('state Down, remote state Down, nothing known of the peer, its receive interval 1', () => {
    const { session } = new SessionDriver();
    expect(session.localState).toBe(Down);
    expect(session.remoteState).toBe(Down);
    expect(session.localDiscriminator).toBe(LOCAL);
    expect(session.remoteDiscriminator).toBe(0);
    expect(session.localDiagnostic).toBe(0);
    expect(session.remoteDiagnostic).toBe(0);
    expect(session.remoteMinRxIntervalUs).toBe(1);
    expect(session.remoteDemand).toBe(false);
    expect(session.remoteMultiplier).toBe(0);
    expect(session.detectionTimeUs).toBe(0);
    expect(session.polling).toBe(false);
  });

  test('bfd.DesiredMinTxInterval is a second at least, and the configured one when that is more', () => {
    expect(new SessionDriver().session.desiredMinTxIntervalUs).toBe(SECOND);
    const slow = new SessionDriver({ desiredMinTxIntervalUs: 3 * SECOND }).session;
    expect(slow.desiredMinTxIntervalUs).toBe(3 * SECOND);
  });

  test.each([0, 2 ** 32, 1.5])('a local discriminator of %d is refused', (localDiscriminator) => {
    expect(() => new SessionDriver({}, {}, localDiscriminator)).toThrow(RangeError);
  });

  test.each([
    ['a detection multiplier of zero', { detectMult: 0 }],
    ['a detection multiplier of 256', { detectMult: 256 }],
    ['a transmit interval of zero', { desiredMinTxIntervalUs: 0 }],
    ['a receive interval of 33 bits', { requiredMinRxIntervalUs: 2 ** 32 }],
    ['a fraction of a microsecond', { requiredMinRxIntervalUs: 0.5 }],
  ])('%s is refused, and what was in force stays', (_, parameters) => {
    const driver = new SessionDriver();
    expect(() => new SessionDriver(parameters)).toThrow(RangeError);
    expect(() => driver.change(parameters)).toThrow(RangeError);
    expect(driver.session.parameters).toEqual(PARAMETERS);
  });
});

describe('RFC 5880 §6.8.6: what a packet sets', () => {
  test('the variables of the peer', () => {
    const driver = new SessionDriver();
    driver.receive(Down, {
      diagnostic: 5,
      detectMult: 7,
      demand: true,
      myDiscriminator: 99,
      desiredMinTxIntervalUs: 2 * SECOND,
      requiredMinRxIntervalUs: 4 * SECOND,
      requiredMinEchoRxIntervalUs: 11,
    });
    const { session } = driver;
    expect(session.remoteDiagnostic).toBe(5);
    expect(session.remoteMultiplier).toBe(7);
    expect(session.remoteDemand).toBe(true);
    expect(session.remoteDiscriminator).toBe(99);
    expect(session.remoteState).toBe(Down);
    expect(session.remoteDesiredMinTxIntervalUs).toBe(2 * SECOND);
    expect(session.remoteMinRxIntervalUs).toBe(4 * SECOND);
    expect(session.remoteMinEchoRxIntervalUs).toBe(11);
  });

  test('a packet with an authentication section is discarded when none is in use', () => {
    const driver = new SessionDriver().bring(Up);
    const deadline = driver.session.pollTimeout();
    expect(driver.receive(Down, { authenticationPresent: true, myDiscriminator: 77 })).toEqual([
      { type: 'discarded', reason: 'unexpected-authentication' },
    ]);
    expect(driver.session.localState).toBe(Up);
    expect(driver.session.remoteDiscriminator).toBe(PEER);
    expect(driver.session.pollTimeout()).toBe(deadline);
  });

  test('a peer that has restarted with another discriminator puts the session down and starts it anew', () => {
    const driver = new SessionDriver().bring(Up);
    driver.receive(Down, { myDiscriminator: 77, yourDiscriminator: 0 });
    expect(driver.session.localState).toBe(Down);
    expect(driver.sent.at(-1)).toMatchObject({ state: Down, diagnostic: 3, yourDiscriminator: 77 });
  });

  test('§6.3: a peer may change its discriminator while Up', () => {
    const driver = new SessionDriver().bring(Up);
    driver.receive(Up, { myDiscriminator: 77 });
    expect(driver.session.localState).toBe(Up);
    expect(driver.session.remoteDiscriminator).toBe(77);
  });

  test('a steady packet has no effect, and costs no allocation', () => {
    const driver = new SessionDriver().bring(Up);
    const packet = driver.packet(Up);
    const bytes = new Uint8Array(24);
    const first = driver.session.handlePacket(packet, bytes, driver.nowUs);
    expect(first).toEqual([]);
    expect(driver.session.handlePacket(packet, bytes, driver.nowUs + 1)).toBe(first);
  });

  test('a change of a negotiated value is told once, with all fields up to date', () => {
    const driver = new SessionDriver().bring(Up);
    expect(types(driver.receive(Up, { desiredMinTxIntervalUs: 80 * MS }))).toEqual(['interval-changed']);
    expect(driver.session.negotiatedRxIntervalUs).toBe(80 * MS);
    expect(types(driver.receive(Up, { desiredMinTxIntervalUs: 80 * MS }))).toEqual([]);
  });
});

describe('RFC 5880 §6.8.6, §6.8.16: AdminDown', () => {
  test('packets of the peer have no effect on the state, and a Poll is not answered', () => {
    const driver = new SessionDriver().bring(AdminDown);
    expect(types(driver.receive(Down, { poll: true }))).not.toContain('transmit');
    expect(types(driver.receive(Up, { poll: true }))).not.toContain('transmit');
    expect(driver.session.localState).toBe(AdminDown);
  });

  test('the discriminator of a peer that goes on sending is kept', () => {
    const driver = new SessionDriver().bring(Up);
    driver.command({ type: 'admin-down' });
    driver.advanceHearing(20 * SECOND, Down, SECOND);
    expect(driver.session.remoteDiscriminator).toBe(PEER);
  });

  test('packets go on for a Detection Time and beyond, at the slow interval', () => {
    const driver = new SessionDriver().bring(Up);
    driver.command({ type: 'admin-down' });
    const [first] = driver.sent;
    expect(first).toMatchObject({ state: AdminDown, diagnostic: 7, desiredMinTxIntervalUs: SECOND });
    driver.sent.length = 0;
    const linger = driver.session.remoteDetectionTimeUs;
    expect(linger).toBe(3 * SECOND);
    driver.advance(linger);
    expect(driver.sent.length).toBeGreaterThanOrEqual(3);
    expect(driver.sent.every((packet) => packet.state === AdminDown && packet.diagnostic === 7)).toBe(true);
  });

  test('leaving it starts the handshake anew', () => {
    const driver = new SessionDriver().bring(AdminDown);
    driver.command({ type: 'admin-up' });
    expect(driver.sent.at(-1)).toMatchObject({ state: Down });
    driver.receive(Down);
    driver.receive(Up);
    expect(driver.session.localState).toBe(Up);
  });
});

describe('RFC 5880 §6.8.1, §6.8.18: a Detection Time of silence', () => {
  test.each([
    ['AdminDown', AdminDown, Down],
    ['Down', Down, AdminDown],
    ['Init', Init, Down],
    ['Up', Up, Up],
  ] as const)('in %s the discriminator is kept until then and zeroed at it', (_, local, heard) => {
    const driver = new SessionDriver().bring(local);
    driver.receive(heard);
    const { detectionTimeUs } = driver.session;
    driver.advance(detectionTimeUs - 1);
    expect(driver.session.remoteDiscriminator).toBe(PEER);
    expect(driver.session.detectionTimeUs).toBe(detectionTimeUs);
    driver.advance(1);
    expect(driver.session.remoteDiscriminator).toBe(0);
    expect(driver.session.detectionTimeUs).toBe(0);
  });

  test('the receive interval of the peer is 1 again, so that this system sends at its own rate', () => {
    const driver = new SessionDriver();
    driver.receive(Down, { requiredMinRxIntervalUs: 0 });
    expect(driver.session.remoteMinRxIntervalUs).toBe(0);
    driver.advance(driver.session.detectionTimeUs);
    expect(driver.session.remoteMinRxIntervalUs).toBe(1);
    driver.sent.length = 0;
    driver.advance(3 * SECOND);
    expect(driver.sent).toHaveLength(3);
    expect(driver.sent[0]).toMatchObject({ yourDiscriminator: 0, state: Down });
  });
});
