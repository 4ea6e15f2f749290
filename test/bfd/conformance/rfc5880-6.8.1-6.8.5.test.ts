import { describe, expect, test } from 'vitest';
import { Diagnostic } from '../../../src/bfd/packet/diagnostic.js';
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
import { AuthenticatedDriver, discardReason, SHA1, SIMPLE } from './authenticated-packet.js';

const ECHO = { desiredMinEchoTxIntervalUs: 50 * MS };
const LOOPING = { requiredMinEchoRxIntervalUs: 50 * MS };

describe('RFC 5880 §6.8.1: the state variables of a session that is made', () => {
  const { session } = new SessionDriver({ demand: true });

  test('§6.8.1: bfd.SessionState MUST be initialized to Down', () => {
    expect(session.localState).toBe(Down);
  });
  test('§6.8.1: bfd.RemoteSessionState MUST be initialized to Down', () => {
    expect(session.remoteState).toBe(Down);
  });
  test('§6.8.1: bfd.LocalDiscr MUST be nonzero', () => {
    expect(session.localDiscriminator).toBe(LOCAL);
    expect(() => new SessionDriver({}, {}, 0)).toThrow(RangeError);
  });
  test('§6.8.1: bfd.RemoteDiscr MUST be initialized to zero', () => {
    expect(session.remoteDiscriminator).toBe(0);
  });
  test('§6.8.1: bfd.LocalDiag MUST be initialized to zero', () => {
    expect(session.localDiagnostic).toBe(Diagnostic.None);
  });
  test('§6.8.1: bfd.DesiredMinTxInterval MUST be initialized to a second at least', () => {
    expect(session.desiredMinTxIntervalUs).toBe(SECOND);
    const slower = new SessionDriver({ desiredMinTxIntervalUs: 7 * SECOND });
    expect(slower.session.desiredMinTxIntervalUs).toBe(7 * SECOND);
  });
  test('§6.8.1: bfd.RemoteMinRxInterval MUST be initialized to 1', () => {
    expect(session.remoteMinRxIntervalUs).toBe(1);
  });
  test('§6.8.1: bfd.RemoteDemandMode MUST be initialized to zero', () => {
    expect(session.remoteDemand).toBe(false);
  });
  test('§6.8.1: bfd.DetectMult MUST be a nonzero integer', () => {
    expect(() => new SessionDriver({ detectMult: 0 })).toThrow(RangeError);
    expect(() => new SessionDriver({ detectMult: 1.5 })).toThrow(RangeError);
    expect(new SessionDriver({ detectMult: 1 }).session.detectMult).toBe(1);
  });
  test('§6.8.1: bfd.XmitAuthSeq MUST be initialized to a random 32-bit value', () => {
    const type = SHA1[1] ?? SIMPLE;
    const driver = new AuthenticatedDriver(type);
    driver.advance(0);
    expect(Buffer.from(driver.sent[0]?.bytes ?? []).readUInt32BE(28)).toBe(driver.drawUint32);
  });
  test('§6.8.1: bfd.AuthSeqKnown MUST be initialized to zero', () => {
    for (const sequence of [0, 0x7fff_ffff, 0xffff_ffff]) {
      const driver = new AuthenticatedDriver(SHA1[1] ?? SIMPLE);
      expect(discardReason(driver.receiveSigned(Down, { sequence }))).toBeNull();
    }
  });
});

describe('RFC 5880 §6.8.1: the state variables of a session that runs', () => {
  test.each([
    ['Down', Down, Up],
    ['Init', Init, Down],
    ['Up', Up, Up],
    ['AdminDown', AdminDown, Down],
  ] as const)(
    '§6.8.1: state MUST be preserved for a Detection Time after the last packet: %s',
    (_, local, heard) => {
      const driver = new SessionDriver().bring(local);
      driver.receive(heard, { desiredMinTxIntervalUs: 80 * MS, requiredMinRxIntervalUs: 90 * MS });
      driver.advance(driver.session.detectionTimeUs - 1);
      expect(driver.session).toMatchObject({
        remoteDiscriminator: PEER,
        remoteState: heard,
        remoteDesiredMinTxIntervalUs: 80 * MS,
        remoteMinRxIntervalUs: 90 * MS,
        remoteMultiplier: 3,
      });
    },
  );

  test.each([
    ['Down', Down, Up],
    ['Init', Init, Down],
    ['Up', Up, Up],
    ['AdminDown', AdminDown, Down],
  ] as const)(
    '§6.8.1: after a Detection Time without a valid packet bfd.RemoteDiscr MUST be zero: %s',
    (_, local, heard) => {
      const driver = new SessionDriver().bring(local);
      driver.receive(heard);
      driver.advance(driver.session.detectionTimeUs);
      expect(driver.session.remoteDiscriminator).toBe(0);
    },
  );

  test('§6.8.1: a packet that is not authentic does not put that off', () => {
    const driver = new AuthenticatedDriver(SHA1[0] ?? SIMPLE).up();
    driver.advance(100 * MS);
    driver.receiveSigned(Up, { secret: Uint8Array.of(1) });
    driver.advance(50 * MS);
    expect(driver.session.remoteDiscriminator).toBe(0);
  });

  test('§6.8.1, erratum 7240: the variables are never initialized again: bfd.LocalDiag stays', () => {
    const driver = new SessionDriver().bring(Up);
    driver.advance(SECOND);
    driver.bring(Up);
    driver.advanceToTimeout();
    expect(driver.sent[0]).toMatchObject({ state: Up, diagnostic: Diagnostic.ControlDetectionTimeExpired });
  });
});

describe('RFC 5880 §6.8.3: changes of timers', () => {
  test.each([
    ['bfd.DesiredMinTxInterval up', { desiredMinTxIntervalUs: 60 * MS }],
    ['bfd.DesiredMinTxInterval down', { desiredMinTxIntervalUs: 40 * MS }],
    ['bfd.RequiredMinRxInterval up', { requiredMinRxIntervalUs: 60 * MS }],
    ['bfd.RequiredMinRxInterval down', { requiredMinRxIntervalUs: 40 * MS }],
  ])('§6.8.3: a Poll Sequence MUST be initiated when it is changed: %s', (_, change) => {
    const driver = new SessionDriver().bring(Up);
    driver.change(change);
    driver.advance(60 * MS);
    expect(driver.sent[0]).toMatchObject({ poll: true, ...change });
    expect(driver.session.localState).toBe(Up);
  });

  test('§6.8.3: an increased transmit interval MUST NOT be used until the Poll Sequence has terminated', () => {
    const driver = new SessionDriver().bring(Up);
    driver.change({ desiredMinTxIntervalUs: 400 * MS });
    driver.advanceHearing(600 * MS, Up, 50 * MS);
    expect(driver.sent).toHaveLength(12);
    driver.receive(Up, { final: true });
    driver.sent.length = 0;
    driver.advanceHearing(800 * MS, Up, 50 * MS);
    expect(driver.sent).toHaveLength(2);
  });

  test('§6.8.3: the previous receive interval MUST be used for the Detection Time until then, when it is reduced', () => {
    const driver = new SessionDriver({}, { desiredMinTxIntervalUs: 10 * MS }).bring(Up);
    driver.change({ requiredMinRxIntervalUs: 20 * MS });
    driver.advance(50 * MS);
    expect(driver.session.detectionTimeUs).toBe(150 * MS);
    driver.receive(Up, { final: true });
    expect(driver.session.detectionTimeUs).toBe(60 * MS);
  });

  test.each([
    ['Down', Down],
    ['Init', Init],
    ['AdminDown', AdminDown],
  ] as const)('§6.8.3: when not Up bfd.DesiredMinTxInterval MUST be a second at least: %s', (_, state) => {
    const driver = new SessionDriver().bring(state);
    driver.advance(0.8 * SECOND);
    driver.receive(Down);
    driver.bring(state);
    driver.advance(SECOND);
    expect(driver.session.desiredMinTxIntervalUs).toBe(SECOND);
    expect(driver.sent.every(({ desiredMinTxIntervalUs }) => desiredMinTxIntervalUs >= SECOND)).toBe(true);
  });

  test('§6.8.3: a transmit interval that the peer allows to be shorter MUST be honored immediately', () => {
    const driver = new SessionDriver({}, { requiredMinRxIntervalUs: 10 * SECOND, detectMult: 255 }).bring(Up);
    driver.advance(10 * MS);
    driver.receive(Up, { requiredMinRxIntervalUs: 60 * MS });
    driver.advance(50 * MS);
    expect(driver.sent.map(({ atUs }) => atUs)).toEqual([driver.nowUs]);
  });

  test('§6.8.3: if it has passed already the next packet MUST be sent as soon as practicable', () => {
    const driver = new SessionDriver({}, { requiredMinRxIntervalUs: 10 * SECOND, detectMult: 255 }).bring(Up);
    driver.advance(3 * SECOND);
    driver.receive(Up, { requiredMinRxIntervalUs: 60 * MS });
    expect(driver.session.pollTimeout()).toBeLessThanOrEqual(driver.nowUs);
    driver.advance(0);
    expect(driver.sent.map(({ atUs }) => atUs)).toEqual([driver.nowUs]);
  });

  test('§6.8.3: a reduced transmit interval MUST be effected immediately', () => {
    const driver = new SessionDriver({}, { requiredMinRxIntervalUs: 1 }).bring(Up);
    driver.change({ desiredMinTxIntervalUs: 20 * MS });
    driver.advance(100 * MS);
    expect(driver.sent).toHaveLength(5);
  });

  test('§6.8.3: an increased receive interval MUST be effected immediately', () => {
    const driver = new SessionDriver().bring(Up);
    driver.change({ requiredMinRxIntervalUs: 500 * MS });
    expect(driver.session.detectionTimeUs).toBe(1500 * MS);
  });

  test('§6.8.3: what the peer announces MUST be effected immediately', () => {
    const driver = new SessionDriver().bring(Up);
    driver.receive(Up, { desiredMinTxIntervalUs: 70 * MS, detectMult: 9, requiredMinRxIntervalUs: 90 * MS });
    expect(driver.session.detectionTimeUs).toBe(630 * MS);
    expect(driver.session.negotiatedTxIntervalUs).toBe(90 * MS);
  });

  test('§6.8.3: several changes before the first Poll MUST be communicated in a single packet', () => {
    const driver = new SessionDriver().bring(Up);
    driver.change({ desiredMinTxIntervalUs: 60 * MS });
    driver.change({ requiredMinRxIntervalUs: 70 * MS });
    driver.advance(50 * MS);
    expect(driver.sent).toMatchObject([
      { poll: true, desiredMinTxIntervalUs: 60 * MS, requiredMinRxIntervalUs: 70 * MS },
    ]);
  });

  test('§6.8.3: a later change waits for the Final, and a round trip since the last Poll', () => {
    const driver = new SessionDriver().bring(Up);
    driver.change({ desiredMinTxIntervalUs: 60 * MS });
    driver.advance(50 * MS);
    driver.change({ requiredMinRxIntervalUs: 70 * MS });
    driver.advance(30 * MS);
    expect(driver.session.requiredMinRxIntervalUs).toBe(50 * MS);
    driver.receive(Up, { final: true });
    expect(driver.session.requiredMinRxIntervalUs).toBe(70 * MS);
    driver.advance(60 * MS);
    expect(driver.sent.at(-1)).toMatchObject({ poll: true, requiredMinRxIntervalUs: 70 * MS });
  });

  test('§6.8.3: a Final that is doubled on its way does not end the sequence after it', () => {
    const driver = new SessionDriver().bring(Up);
    driver.change({ desiredMinTxIntervalUs: 300 * MS });
    driver.advance(100 * MS);
    // Two Polls have gone out, and two Finals will come.
    expect(driver.sent).toHaveLength(2);
    driver.change({ desiredMinTxIntervalUs: 900 * MS });
    driver.receive(Up, { final: true });
    driver.receive(Up, { final: true });
    driver.advanceHearing(400 * MS, Up, 50 * MS);
    expect(driver.sent.at(-1)).toMatchObject({ poll: true, desiredMinTxIntervalUs: 900 * MS });
    expect(driver.session.negotiatedTxIntervalUs).toBe(300 * MS);
  });
});

describe('RFC 5880 §6.8.4: the Detection Time', () => {
  test.each([
    [50, 20, 3, 150],
    [20, 50, 3, 150],
    [20, 50, 1, 50],
    [1000, 10, 255, 255_000],
  ])(
    '§6.8.4: asynchronous: required %d ms, the peer sends by %d ms × %d: %d ms',
    (rx, tx, mult, expectedMs) => {
      const driver = new SessionDriver(
        { requiredMinRxIntervalUs: rx * MS },
        { desiredMinTxIntervalUs: tx * MS, detectMult: mult },
      ).bring(Up);
      driver.advance(expectedMs * MS - 1);
      expect(driver.session.localState).toBe(Up);
      driver.advance(1);
      expect(driver.session.localState).toBe(Down);
    },
  );

  test.each([
    ['Init', Init],
    ['Up', Up],
  ] as const)('§6.8.4: when it passes in %s the state MUST be Down and bfd.LocalDiag 1', (_, state) => {
    const driver = new SessionDriver().bring(state);
    driver.advance(driver.session.detectionTimeUs);
    expect(driver.session.localState).toBe(Down);
    expect(driver.session.localDiagnostic).toBe(1);
  });

  test('§6.8.4, erratum 5205: when it passes in Down bfd.LocalDiag is 1', () => {
    const driver = new SessionDriver().bring(Up);
    driver.receive(AdminDown);
    expect(driver.session.localDiagnostic).toBe(3);
    driver.advance(driver.session.detectionTimeUs);
    expect(driver.session.localDiagnostic).toBe(1);
  });

  test.each([
    [50, 1, 3, 150],
    [50, 80, 3, 240],
    [50, 80, 1, 80],
  ])(
    '§6.8.4: Demand mode: sending by %d ms, the peer takes one by %d ms, × %d here: %d ms',
    (tx, rx, mult, ms) => {
      const driver = new SessionDriver(
        { demand: true, demandPollIntervalUs: 0, desiredMinTxIntervalUs: tx * MS, detectMult: mult },
        { requiredMinRxIntervalUs: rx * MS, demand: true, detectMult: 9 },
      ).bring(Up);
      driver.advance(100 * MS);
      driver.receive(Up, { final: true });
      driver.advance(SECOND);
      driver.command({ type: 'verify' });
      const startUs = driver.session.pollTimeout();
      expect(startUs).toBeLessThanOrEqual(driver.nowUs);
      driver.advance(ms * MS - 1);
      expect(driver.session.localState).toBe(Up);
      driver.advance(1);
      expect(driver.session.localState).toBe(Down);
      expect(driver.session.localDiagnostic).toBe(1);
    },
  );

  test('§6.8.4: a packet that is discarded does not count as received', () => {
    const driver = new SessionDriver().bring(Up);
    driver.advance(100 * MS);
    driver.receive(Up, { authenticationPresent: true });
    driver.advance(50 * MS);
    expect(driver.session.localState).toBe(Down);
  });
});

describe('RFC 5880 §6.8.5: failures that Echo packets detect', () => {
  test.each([1, 3, 10])(
    '§6.8.5: when %d are missing the state MUST be Down and bfd.LocalDiag 2',
    (detectMult) => {
      const driver = new SessionDriver({ ...ECHO, detectMult }, { ...LOOPING, detectMult: 255 }).bring(Up);
      driver.advance(0);
      driver.advance(detectMult * 50 * MS - 1);
      expect(driver.session.localState).toBe(Up);
      driver.advance(1);
      expect(driver.session.localState).toBe(Down);
      expect(driver.session.localDiagnostic).toBe(Diagnostic.EchoFunctionFailed);
      expect(driver.session.remoteDiscriminator).toBe(PEER);
    },
  );

  test('§6.8.5: as long as one of Detect Mult comes back the session stays Up', () => {
    const driver = new SessionDriver(ECHO, { ...LOOPING, detectMult: 255 }).bring(Up);
    for (let round = 0; round < 20; round += 1) {
      driver.advance(140 * MS);
      expect(driver.receiveEcho(driver.echoes.at(-1)?.bytes ?? new Uint8Array())).toBe(true);
    }
    expect(driver.session.localState).toBe(Up);
  });

  test('§6.8.5: bfd.LocalDiag stays 2 until the Detection Time of the slow packets has passed as well', () => {
    const driver = echoFailure();
    // The peer was told of one packet a second, and has been silent for longer than 3 × 50 ms.
    driver.advance(3 * SECOND - 1 - 1100 * MS);
    expect(driver.session.localDiagnostic).toBe(Diagnostic.EchoFunctionFailed);
    expect(driver.session.remoteDiscriminator).toBe(PEER);
    driver.advance(1);
    expect(driver.session.localDiagnostic).toBe(Diagnostic.ControlDetectionTimeExpired);
    expect(driver.session.remoteDiscriminator).toBe(0);
  });

  test('§6.8.5: bfd.LocalDiag stays 2 while control packets come in at the pace of the Echo function', () => {
    const driver = echoFailure();
    for (const state of [Up, Down, Init]) {
      driver.advance(900 * MS);
      driver.receive(state);
      expect(driver.session.localDiagnostic).toBe(Diagnostic.EchoFunctionFailed);
    }
    expect(driver.session.localState).toBe(Up);
  });

  test('§6.8.3: a failed Echo function quickens detection by a Poll Sequence of the next Up alone', () => {
    const driver = echoFailure();
    const silent = { requiredMinEchoRxIntervalUs: 0 };
    driver.receive(Down, { ...silent, final: true });
    expect(driver.session.requiredMinRxIntervalUs).toBe(SECOND);
    driver.receive(Init, silent);
    expect(driver.session.localState).toBe(Up);
    expect(driver.session.requiredMinRxIntervalUs).toBe(50 * MS);
    expect(driver.session.polling).toBe(true);
    expect(driver.session.detectionTimeUs).toBe(3 * SECOND);
    driver.receive(Up, silent);
    expect(driver.session.detectionTimeUs).toBe(3 * SECOND);
    driver.receive(Up, { ...silent, final: true });
    expect(driver.session.detectionTimeUs).toBe(150 * MS);
  });

  test('§6.8.5: what this system was too late to send is not missed', () => {
    const driver = new SessionDriver(ECHO, { ...LOOPING, detectMult: 255 }).bring(Up);
    driver.advance(0);
    // The timer is served three seconds late; nothing has been sent meanwhile.
    driver.nowUs += 3 * SECOND;
    driver.timeout();
    expect(driver.session.localState).toBe(Up);
    driver.receiveEcho(driver.echoes.at(-1)?.bytes ?? new Uint8Array());
    driver.advance(140 * MS);
    expect(driver.session.localState).toBe(Up);
  });
});

/** A session that Echo packets have just taken Down, 1100 ms after the last control packet. */
function echoFailure(): SessionDriver {
  const driver = new SessionDriver(ECHO, LOOPING).bring(Up);
  driver.advanceToTimeout();
  driver.receive(Up, { final: true });
  const heardUs = driver.nowUs;
  while (driver.nowUs < heardUs + 900 * MS) {
    driver.advance(100 * MS);
    driver.receiveEcho(driver.echoes.at(-1)?.bytes ?? new Uint8Array());
  }
  driver.advance(heardUs + 1100 * MS - driver.nowUs);
  expect(driver.session.localState).toBe(Down);
  expect(driver.session.localDiagnostic).toBe(Diagnostic.EchoFunctionFailed);
  return driver;
}
