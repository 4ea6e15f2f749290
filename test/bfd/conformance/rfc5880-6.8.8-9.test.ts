import { describe, expect, test } from 'vitest';
import { Diagnostic } from '../../../src/bfd/packet/diagnostic.js';
import { echoDiscriminator } from '../../../src/bfd/packet/echo-packet.js';
import { virtualSession } from '../engine/virtual-hosts.js';
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
import { PeeredHost } from './peered-host.js';

const ECHO = { desiredMinEchoTxIntervalUs: 50 * MS };
const LOOPING = { requiredMinEchoRxIntervalUs: 50 * MS, detectMult: 255 };

function echoing(): SessionDriver {
  const driver = new SessionDriver({ ...ECHO, detectMult: 255 }, LOOPING).bring(Up);
  driver.advance(200 * MS);
  return driver;
}

/** An Echo packet that has gone out, counted from the end. */
function sentEcho(driver: SessionDriver, fromEnd = 1): Uint8Array {
  const echo = driver.echoes.at(-fromEnd);
  if (echo === undefined) throw new Error('no Echo packet was sent');
  return echo.bytes;
}

describe('RFC 5880 §6.8.8: reception of Echo packets', () => {
  test('§6.8.8: a received Echo packet MUST be demultiplexed to its session: it carries the discriminator', () => {
    expect(echoDiscriminator(sentEcho(echoing()))).toBe(LOCAL);
    expect(echoDiscriminator(new Uint8Array(15))).toBe(0);
  });

  test('§6.8.8: a means of detecting missing ones MUST be implemented: each counts once, in order', () => {
    const driver = echoing();
    expect(driver.receiveEcho(sentEcho(driver, 2))).toBe(true);
    expect(driver.receiveEcho(sentEcho(driver, 2))).toBe(false);
    expect(driver.receiveEcho(sentEcho(driver, 1))).toBe(true);
    expect(driver.receiveEcho(sentEcho(driver, 2))).toBe(false);
  });

  test('§6.8.8: one with another bit in discriminator or token, or with another length, is none of ours', () => {
    const driver = echoing();
    const bytes = sentEcho(driver);
    for (const byte of [0, 1, 2, 3, 8, 9, 10, 11, 12, 13, 14, 15]) {
      for (let bit = 0; bit < 8; bit += 1) {
        const forged = bytes.slice();
        forged[byte] = (forged[byte] ?? 0) ^ (1 << bit);
        expect(driver.receiveEcho(forged)).toBe(false);
      }
    }
    expect(driver.receiveEcho(bytes.subarray(0, 15))).toBe(false);
    expect(driver.receiveEcho(Uint8Array.from([...bytes, 0]))).toBe(false);
    expect(driver.receiveEcho(bytes)).toBe(true);
  });

  test('§6.8.8: one with a sequence number that was never sent is none of ours', () => {
    const driver = echoing();
    const forged = Buffer.from(sentEcho(driver));
    forged.writeUInt32BE((forged.readUInt32BE(4) + 1) >>> 0, 4);
    expect(driver.receiveEcho(forged)).toBe(false);
  });

  test('§6.8.8: one of a former Up is not taken for one of this', () => {
    const driver = echoing();
    const old = sentEcho(driver);
    driver.drawUint32 = 12_345;
    driver.receive(Down);
    driver.bring(Up);
    driver.advance(60 * MS);
    expect(driver.echoes.length).toBeGreaterThan(0);
    expect(driver.receiveEcho(old)).toBe(false);
  });
});

describe('RFC 5880 §6.8.9: transmission of Echo packets', () => {
  test.each([
    ['Down', Down],
    ['Init', Init],
    ['AdminDown', AdminDown],
  ] as const)('§6.8.9: MUST NOT be transmitted when the session is not Up: %s', (_, state) => {
    const driver = new SessionDriver(ECHO, LOOPING).bring(state);
    driver.advance(3 * SECOND);
    expect(driver.echoes).toEqual([]);
  });

  test('§6.8.9: MUST NOT be transmitted unless the last packet of the peer allows it', () => {
    const driver = new SessionDriver(ECHO, { detectMult: 255 }).bring(Up);
    driver.advance(SECOND);
    expect(driver.echoes).toEqual([]);
    driver.receive(Up, { requiredMinEchoRxIntervalUs: 1 });
    driver.advance(SECOND / 10);
    expect(driver.echoes.length).toBeGreaterThan(0);
  });

  test.each([
    [50, 20, 50],
    [20, 50, 50],
  ])(
    '§6.8.9: the interval MUST NOT be less than the peer allows: %d ms here, %d ms there: %d ms',
    (tx, rx, ms) => {
      const driver = new SessionDriver(
        { desiredMinEchoTxIntervalUs: tx * MS, detectMult: 255 },
        { requiredMinEchoRxIntervalUs: rx * MS, detectMult: 255 },
      ).bring(Up);
      driver.advance(SECOND);
      expect(driver.echoes).toHaveLength(1 + SECOND / (ms * MS));
    },
  );

  test('§6.8.9: it is jittered to 75 to 100 %', () => {
    const driver = new SessionDriver({ ...ECHO, detectMult: 255 }, LOOPING).bring(Up);
    for (let step = 0; step < 100; step += 1) {
      driver.draw = step / 100;
      driver.advance(40 * MS);
    }
    const gaps = driver.echoes.slice(1).map(({ atUs }, index) => atUs - (driver.echoes[index]?.atUs ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(37.5 * MS);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(50 * MS);
    expect(new Set(gaps.map(Math.round)).size).toBeGreaterThan(50);
  });

  test('§6.8.9: turning it off and on does not make packets come faster', () => {
    const driver = new SessionDriver({ ...ECHO, detectMult: 255 }, LOOPING).bring(Up);
    for (let change = 0; change < 50; change += 1) {
      driver.change({ desiredMinEchoTxIntervalUs: change % 2 === 0 ? 0 : 50 * MS });
      driver.advance(10 * MS);
    }
    const gaps = driver.echoes.slice(1).map(({ atUs }, index) => atUs - (driver.echoes[index]?.atUs ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(37.5 * MS);
  });

  test('§6.8.13: it may be started and stopped at any time without affecting the state', () => {
    const driver = new SessionDriver({}, LOOPING).bring(Up);
    driver.change(ECHO);
    expect(driver.session.echoActive).toBe(true);
    driver.change({ desiredMinEchoTxIntervalUs: 0 });
    expect(driver.session.echoActive).toBe(false);
    driver.advance(SECOND);
    expect(driver.echoes).toEqual([]);
    expect(driver.session.localState).toBe(Up);
  });
});

describe('RFC 5880 §6.8.10 to §6.8.18', () => {
  test('§6.8.14: when Demand mode is no longer active on the peer, packets MUST be sent periodically again', () => {
    const driver = new SessionDriver({}, { demand: true, detectMult: 255 }).bring(Up);
    driver.advance(SECOND);
    expect(driver.sent).toEqual([]);
    driver.receive(Up, { demand: false });
    driver.advance(100 * MS);
    expect(driver.sent.length).toBeGreaterThanOrEqual(3);
  });

  test('§6.8.15: after a reset of the forwarding plane bfd.LocalDiag MUST be 4 and the state Down', () => {
    const driver = new SessionDriver().bring(Up);
    driver.command({ type: 'forwarding-plane-reset' });
    expect(driver.session.localDiagnostic).toBe(4);
    expect(driver.session.localState).toBe(Down);
    expect(driver.sent.at(-1)).toMatchObject({ state: Down, diagnostic: 4 });
  });

  test('§6.8.16: enabling MUST set Down, disabling MUST set AdminDown with an appropriate diagnostic', () => {
    const driver = new SessionDriver().bring(Up);
    driver.command({ type: 'admin-down' });
    expect(driver.session.localState).toBe(AdminDown);
    expect(driver.session.localDiagnostic).toBe(Diagnostic.AdministrativelyDown);
    driver.command({ type: 'admin-up' });
    expect(driver.session.localState).toBe(Down);
  });

  test('§6.8.16: disabling MUST cease the transmission of Echo packets', () => {
    const driver = echoing();
    driver.command({ type: 'admin-down' });
    driver.echoes.length = 0;
    driver.advance(SECOND);
    expect(driver.echoes).toEqual([]);
  });

  test('§6.8.16: packets go on for a Detection Time after AdminDown, of a session that is removed too', () => {
    const session = virtualSession('10.0.0.2');
    const peer = new PeeredHost([session]);
    const yourDiscriminator = peer.discriminator(session.key);
    peer.receive({ state: Init, yourDiscriminator, requiredMinRxIntervalUs: SECOND });
    peer.host.engine.remove([session.key], peer.link.nowUs);
    const before = peer.sent.length;
    peer.link.run(10 * SECOND);
    const after = peer.sent.slice(before);
    expect(after.length).toBeGreaterThanOrEqual(2);
    expect(after.every(({ bytes }) => (bytes[1] ?? 0) >> 6 === AdminDown)).toBe(true);
  });

  test('§6.8.17: a failure of a concatenated path is told by a diagnostic; the session is not taken down', () => {
    for (const diagnostic of [
      Diagnostic.ConcatenatedPathDown,
      Diagnostic.ReverseConcatenatedPathDown,
    ] as const) {
      const driver = new SessionDriver().bring(Up);
      driver.command({ type: 'concatenated-path-down', diagnostic });
      driver.advance(50 * MS);
      expect(driver.sent.at(-1)).toMatchObject({ state: Up, diagnostic, poll: false });
      driver.advance(SECOND);
      expect(driver.session.localDiagnostic).toBe(Diagnostic.ControlDetectionTimeExpired);
    }
  });

  test('§6.8.17: with Demand mode active on the peer a Poll Sequence MUST be initiated for it', () => {
    const driver = new SessionDriver({}, { demand: true }).bring(Up);
    driver.command({ type: 'concatenated-path-down', diagnostic: Diagnostic.ConcatenatedPathDown });
    expect(driver.sent.at(-1)).toMatchObject({ diagnostic: 6, poll: true });
  });

  test('§6.8.18: the session state is REQUIRED to be maintained until a Detection Time has passed', () => {
    const driver = new SessionDriver().bring(Up);
    driver.receive(Down, { requiredMinRxIntervalUs: 4 * SECOND, desiredMinTxIntervalUs: 9 * SECOND });
    driver.sent.length = 0;
    driver.advance(26 * SECOND);
    expect(driver.session.remoteDiscriminator).toBe(PEER);
    expect(driver.sent).toHaveLength(6);
  });

  test('§6.8.18: afterwards bfd.RemoteMinRxInterval is 1 again, and this system sends at its own rate', () => {
    const driver = new SessionDriver().bring(Up);
    driver.receive(Down, { requiredMinRxIntervalUs: 4000 * SECOND, desiredMinTxIntervalUs: SECOND });
    driver.advance(3 * SECOND);
    expect(driver.session.remoteMinRxIntervalUs).toBe(1);
    driver.sent.length = 0;
    driver.advance(5 * SECOND);
    expect(driver.sent).toHaveLength(5);
  });
});

describe('RFC 5880 §7, §9', () => {
  test('§7: traffic MUST be reduced when there is congestion: a session that fails falls back to a second', () => {
    const driver = new SessionDriver(
      { desiredMinTxIntervalUs: 10 * MS },
      { requiredMinRxIntervalUs: 10 * MS },
    );
    driver.bring(Up);
    driver.advance(200 * MS);
    expect(driver.session.localState).toBe(Down);
    driver.sent.length = 0;
    driver.advance(10 * SECOND);
    expect(driver.sent).toHaveLength(10);
  });

  test('§9: over a single link the TTL MUST be the maximum on transmit, and other values MUST be dropped', () => {
    const session = virtualSession('10.0.0.2');
    const peer = new PeeredHost([session]);
    peer.link.run(SECOND);
    expect(peer.sent.length).toBeGreaterThan(0);
    expect(peer.sent.every(({ ttl }) => ttl === 255)).toBe(true);
    for (const ttl of [0, 1, 64, 254]) {
      expect(peer.receive({ state: Down }, { ttl })).toEqual(['ttl']);
    }
    expect(peer.host.report(session.key).localState).toBe('down');
  });
});
