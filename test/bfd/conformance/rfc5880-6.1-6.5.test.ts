import { describe, expect, test } from 'vitest';
import { Discriminators } from '../../../src/bfd/engine/discriminators.js';
import { repeatableRandom } from '../engine/virtual-hosts.js';
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

describe('RFC 5880 §6.1: roles', () => {
  test('§6.1: an active system MUST send control packets, whether it has received any or not', () => {
    const driver = new SessionDriver();
    driver.advance(10 * SECOND);
    expect(driver.sent.length).toBeGreaterThanOrEqual(10);
    expect(driver.sent.every(({ yourDiscriminator }) => yourDiscriminator === 0)).toBe(true);
  });

  test('§6.1: an active system MUST go on sending when the peer has fallen silent', () => {
    const driver = new SessionDriver().bring(Up);
    driver.advance(SECOND);
    driver.sent.length = 0;
    driver.advance(10 * SECOND);
    expect(driver.sent.length).toBeGreaterThanOrEqual(10);
  });

  test('§6.1: a passive system MUST NOT begin sending before it has received a packet', () => {
    const driver = new SessionDriver({ role: 'passive' });
    driver.advance(100 * SECOND);
    driver.change({ desiredMinTxIntervalUs: 20 * MS, demand: true });
    driver.command({ type: 'admin-down' });
    driver.command({ type: 'admin-up' });
    driver.advance(100 * SECOND);
    expect(driver.sent).toEqual([]);
    driver.receive(Down, { yourDiscriminator: 0 });
    expect(driver.sent).toHaveLength(1);
  });

  test('§6.1: a session begins with the slow transmission of packets', () => {
    const driver = new SessionDriver();
    driver.advance(10 * SECOND);
    const gaps = driver.sent.slice(1).map(({ atUs }, index) => atUs - (driver.sent[index]?.atUs ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(0.75 * SECOND);
  });

  test('§6.1: a session that goes Down ceases Echo packets, and sends slowly', () => {
    const driver = new SessionDriver(
      { desiredMinEchoTxIntervalUs: 50 * MS },
      { requiredMinEchoRxIntervalUs: 50 * MS },
    ).bring(Up);
    driver.advance(100 * MS);
    expect(driver.echoes.length).toBeGreaterThan(1);
    driver.receive(Down);
    driver.echoes.length = 0;
    driver.sent.length = 0;
    driver.advance(0.7 * SECOND);
    expect(driver.echoes).toEqual([]);
    expect(driver.sent).toEqual([]);
  });

  test('§6.1: a session that went Down cannot come Up again until the peer has left Up', () => {
    const driver = new SessionDriver().bring(Up);
    driver.advance(SECOND);
    expect(driver.session.localState).toBe(Down);
    for (let packet = 0; packet < 20; packet += 1) {
      driver.advance(10 * MS);
      driver.receive(Up);
    }
    expect(driver.session.localState).toBe(Down);
    driver.receive(Down);
    driver.receive(Init);
    expect(driver.session.localState).toBe(Up);
  });
});

describe('RFC 5880 §6.2: the state machine', () => {
  test.each([
    ['Down', Down, 'AdminDown', AdminDown, 'Down', Down],
    ['Down', Down, 'Down', Down, 'Init', Init],
    ['Down', Down, 'Init', Init, 'Up', Up],
    ['Down', Down, 'Up', Up, 'Down', Down],
    ['Init', Init, 'AdminDown', AdminDown, 'Down', Down],
    ['Init', Init, 'Down', Down, 'Init', Init],
    ['Init', Init, 'Init', Init, 'Up', Up],
    ['Init', Init, 'Up', Up, 'Up', Up],
    ['Up', Up, 'AdminDown', AdminDown, 'Down', Down],
    ['Up', Up, 'Down', Down, 'Down', Down],
    ['Up', Up, 'Init', Init, 'Up', Up],
    ['Up', Up, 'Up', Up, 'Up', Up],
    ['AdminDown', AdminDown, 'AdminDown', AdminDown, 'AdminDown', AdminDown],
    ['AdminDown', AdminDown, 'Down', Down, 'AdminDown', AdminDown],
    ['AdminDown', AdminDown, 'Init', Init, 'AdminDown', AdminDown],
    ['AdminDown', AdminDown, 'Up', Up, 'AdminDown', AdminDown],
  ] as const)(
    '§6.2: in %s (%d), a packet that says %s (%d) leads to %s (%d)',
    (_, local, __, received, ___, next) => {
      const driver = new SessionDriver().bring(local);
      driver.receive(received);
      expect(driver.session.localState).toBe(next);
    },
  );

  test('§6.2: AdminDown puts the peer down and keeps it there until the state is left', () => {
    const driver = new SessionDriver().bring(Up);
    driver.receive(AdminDown);
    for (let packet = 0; packet < 30; packet += 1) {
      driver.advance(100 * MS);
      driver.receive(AdminDown);
    }
    expect(driver.session.localState).toBe(Down);
    driver.receive(Down);
    expect(driver.session.localState).toBe(Init);
  });
});

describe('RFC 5880 §6.3: discriminators', () => {
  test('§6.3: each system MUST choose discriminators that are unique among all its sessions', () => {
    const random = repeatableRandom(3);
    // A generator that repeats itself all the time.
    const discriminators = new Discriminators(() => random() % 300);
    const taken = Array.from({ length: 200 }, () => discriminators.take());
    expect(new Set(taken).size).toBe(200);
    expect(taken).not.toContain(0);
  });

  test('§6.3: the local one is sent as My Discriminator, that of the peer as Your Discriminator', () => {
    const driver = new SessionDriver().bring(Up);
    driver.advanceToTimeout();
    expect(driver.sent[0]).toMatchObject({ myDiscriminator: LOCAL, yourDiscriminator: PEER });
  });

  test('§6.3: a peer may change its discriminator without affecting the session', () => {
    const driver = new SessionDriver().bring(Up);
    driver.receive(Up, { myDiscriminator: 0xffff_ffff });
    driver.advanceToTimeout();
    expect(driver.session.localState).toBe(Up);
    expect(driver.sent.at(-1)?.yourDiscriminator).toBe(0xffff_ffff);
  });
});

describe('RFC 5880 §6.4: asymmetry of the Echo function', () => {
  test('§6.4: willing to loop Echo packets back is not wanting to send any', () => {
    const driver = new SessionDriver(
      { requiredMinEchoRxIntervalUs: 20 * MS },
      { requiredMinEchoRxIntervalUs: 1 },
    );
    driver.bring(Up);
    driver.advanceToTimeout();
    expect(driver.sent[0]?.requiredMinEchoRxIntervalUs).toBe(20 * MS);
    expect(driver.session.echoActive).toBe(false);
  });

  test('§6.4, §6.8.3: with the Echo function active packets are asked for at a second at least', () => {
    const driver = new SessionDriver({}, { requiredMinEchoRxIntervalUs: 50 * MS }).bring(Up);
    driver.change({ desiredMinEchoTxIntervalUs: 50 * MS });
    expect(driver.session.echoActive).toBe(true);
    driver.advance(50 * MS);
    expect(driver.sent[0]).toMatchObject({ poll: true, requiredMinRxIntervalUs: SECOND });
    driver.receive(Up, { requiredMinEchoRxIntervalUs: 0, final: true });
    driver.advance(50 * MS);
    expect(driver.sent.at(-1)).toMatchObject({ poll: true, requiredMinRxIntervalUs: 50 * MS });
  });
});

describe('RFC 5880 §6.5: the Poll Sequence', () => {
  test('§6.5: a packet MUST NOT have both the Poll and the Final bit set', () => {
    const driver = new SessionDriver().bring(Up);
    driver.change({ desiredMinTxIntervalUs: 200 * MS });
    for (let packet = 0; packet < 10; packet += 1) {
      driver.receive(Up, { poll: true });
      driver.advance(20 * MS);
    }
    expect(driver.sent.filter(({ final }) => final)).toHaveLength(10);
    expect(driver.sent.some(({ poll }) => poll)).toBe(true);
    expect(driver.sent.filter(({ bytes }) => ((bytes[1] ?? 0) & 0x30) === 0x30)).toEqual([]);
  });

  test('§6.5: it MUST be performed on scheduled transmissions; additional packets MUST NOT be sent', () => {
    const plain = new SessionDriver().bring(Up);
    const polled = new SessionDriver().bring(Up);
    for (const driver of [plain, polled]) {
      driver.advance(10 * MS);
    }
    polled.change({ requiredMinRxIntervalUs: 60 * MS });
    for (const driver of [plain, polled]) {
      driver.advanceHearing(600 * MS, Up, 20 * MS);
    }
    expect(polled.sent.map(({ atUs }) => atUs)).toEqual(plain.sent.map(({ atUs }) => atUs));
    expect(polled.sent.every(({ poll }) => poll)).toBe(true);
  });

  test('§6.5: a Final terminates it, and subsequent packets have the Poll bit cleared', () => {
    const driver = new SessionDriver().bring(Up);
    driver.change({ requiredMinRxIntervalUs: 60 * MS });
    driver.advance(50 * MS);
    expect(driver.sent.at(-1)?.poll).toBe(true);
    driver.receive(Up, { final: true });
    driver.advance(60 * MS);
    expect(driver.sent.at(-1)?.poll).toBe(false);
  });

  test('§6.5: a Poll is answered at once, independent of periodic packets', () => {
    const driver = new SessionDriver().bring(Up);
    driver.advance(10 * MS);
    driver.receive(Up, { poll: true });
    expect(driver.sent.at(-1)).toMatchObject({ atUs: driver.nowUs, final: true, poll: false });
  });

  test('§6.5: afterwards packets cease if the peer is in Demand mode, and else go on', () => {
    for (const demand of [true, false]) {
      const driver = new SessionDriver({}, { demand }).bring(Up);
      driver.change({ requiredMinRxIntervalUs: 60 * MS });
      driver.advance(50 * MS);
      expect(driver.sent.at(-1)?.poll).toBe(true);
      driver.receive(Up, { final: true });
      driver.sent.length = 0;
      driver.advance(120 * MS);
      expect(driver.sent.length > 0).toBe(!demand);
    }
  });
});
