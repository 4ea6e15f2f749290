import { describe, expect, test } from 'vitest';
import { Diagnostic } from '../../../src/bfd/packet/diagnostic.js';
import { AdminDown, Down, Init, MS, SECOND, SessionDriver, Up } from '../session/session-driver.js';

/** A session in Demand mode whose peer knows of it. */
function demanding(change: ConstructorParameters<typeof SessionDriver>[0] = {}): SessionDriver {
  const driver = new SessionDriver({ demand: true, demandPollIntervalUs: 0, ...change }).bring(Up);
  driver.advanceHearing(driver.parameters.desiredMinTxIntervalUs, Up, 10 * MS);
  driver.receive(Up, { final: true });
  driver.sent.length = 0;
  driver.effects.length = 0;
  return driver;
}

describe('RFC 5880 §6.6: the Demand bit', () => {
  test.each([
    ['Down', Down, Down],
    ['Init', Init, Down],
    ['Up, the peer in Init', Up, Init],
    ['AdminDown', AdminDown, Down],
  ] as const)(
    '§6.6, §6.8.7: the Demand bit MUST NOT be set unless both systems are Up: %s',
    (_, local, remote) => {
      const driver = new SessionDriver({ demand: true });
      if (local !== Down) driver.receive(Down);
      if (local === Up) driver.receive(remote);
      if (local === AdminDown) driver.command({ type: 'admin-down' });
      driver.advance(50 * MS);
      expect(driver.session.localState).toBe(local);
      expect(driver.sent.length).toBeGreaterThan(0);
      expect(driver.sent.some(({ demand }) => demand)).toBe(false);
    },
  );

  test('§6.8.7: the Demand bit MUST NOT be set unless bfd.DemandMode is 1', () => {
    const driver = new SessionDriver().bring(Up);
    driver.advanceHearing(300 * MS, Up, 20 * MS);
    expect(driver.sent.some(({ demand }) => demand)).toBe(false);
    driver.change({ demand: true });
    driver.advance(50 * MS);
    expect(driver.sent.at(-1)?.demand).toBe(true);
  });

  test('§6.6: when the bit is to be set a Poll Sequence MUST be initiated in conjunction', () => {
    const driver = new SessionDriver().bring(Up);
    driver.change({ demand: true });
    driver.advance(50 * MS);
    expect(driver.sent[0]).toMatchObject({ demand: true, poll: true });
  });

  test('§6.6: when the bit is to be cleared a Poll Sequence MUST be initiated in conjunction', () => {
    const driver = demanding();
    driver.change({ demand: false });
    driver.advance(50 * MS);
    expect(driver.sent[0]).toMatchObject({ demand: false, poll: true });
  });

  test('§6.6: a change of the bit while another Poll Sequence is under way waits for it', () => {
    const driver = new SessionDriver().bring(Up);
    driver.change({ requiredMinRxIntervalUs: 40 * MS });
    driver.advance(50 * MS);
    driver.change({ demand: true });
    driver.advance(50 * MS);
    expect(driver.sent.map(({ demand }) => demand)).toEqual([false, false]);
    driver.receive(Up, { final: true });
    driver.advance(100 * MS);
    expect(driver.sent.at(-1)).toMatchObject({ demand: true, poll: true });
  });

  test('§6.6: Demand mode may be turned on and off without affecting the session state', () => {
    const driver = new SessionDriver().bring(Up);
    for (let change = 0; change < 10; change += 1) {
      driver.change({ demand: change % 2 === 0 });
      driver.advance(40 * MS);
      driver.receive(Up);
      driver.advance(40 * MS);
      driver.receive(Up, { final: true });
    }
    expect(driver.effects.some(({ type }) => type === 'state-changed')).toBe(false);
  });

  test('§6.6: both systems may be in Demand mode: no packet flows', () => {
    const driver = demanding();
    driver.receive(Up, { demand: true });
    driver.sent.length = 0;
    driver.advance(100 * SECOND);
    expect(driver.sent).toEqual([]);
    expect(driver.session.localState).toBe(Up);
  });
});

describe('RFC 5880 §6.6: a Poll Sequence when contents change in Demand mode', () => {
  test.each([
    ['the detection multiplier', { detectMult: 7 }, { detectMult: 7 }],
    [
      'the Required Min Echo RX Interval',
      { requiredMinEchoRxIntervalUs: 9 },
      { requiredMinEchoRxIntervalUs: 9 },
    ],
    ['the transmit interval', { desiredMinTxIntervalUs: 70 * MS }, { desiredMinTxIntervalUs: 70 * MS }],
    ['the receive interval', { requiredMinRxIntervalUs: 70 * MS }, { requiredMinRxIntervalUs: 70 * MS }],
  ])('§6.6: MUST be initiated on the demanded and on the demanding system: %s', (_, change, expected) => {
    const demanded = new SessionDriver({}, { demand: true }).bring(Up);
    const both = demanding();
    both.receive(Up, { demand: true });
    for (const driver of [demanded, both]) {
      driver.advance(100 * MS);
      driver.sent.length = 0;
      driver.change(change);
      driver.advance(50 * MS);
      expect(driver.sent[0]).toMatchObject({ poll: true, ...expected });
    }
  });

  test('§6.6: MUST be initiated: the diagnostic', () => {
    const driver = new SessionDriver({}, { demand: true }).bring(Up);
    driver.command({ type: 'concatenated-path-down', diagnostic: Diagnostic.ConcatenatedPathDown });
    expect(driver.sent[0]).toMatchObject({ poll: true, diagnostic: 6, state: Up });
  });

  test('§6.6: MUST be initiated: Your Discriminator', () => {
    const driver = new SessionDriver({}, { demand: true }).bring(Up);
    driver.receive(Up, { myDiscriminator: 99 });
    driver.advance(50 * MS);
    expect(driver.sent[0]).toMatchObject({ poll: true, yourDiscriminator: 99 });
  });

  test('§6.6: without Demand mode a multiplier is told without a Poll Sequence', () => {
    const driver = new SessionDriver().bring(Up);
    driver.change({ detectMult: 7 });
    driver.advance(50 * MS);
    expect(driver.sent[0]).toMatchObject({ poll: false, detectMult: 7 });
  });
});

describe('RFC 5880 §6.6: verification in Demand mode', () => {
  test('§6.6: a system that wishes to verify initiates a Poll Sequence; a Final ends it', () => {
    const driver = demanding();
    driver.receive(Up, { demand: true });
    driver.advance(10 * SECOND);
    driver.sent.length = 0;
    driver.command({ type: 'verify' });
    driver.advance(10 * MS);
    expect(driver.sent).toMatchObject([{ poll: true, demand: true }]);
    driver.receive(Up, { demand: true, final: true });
    driver.advance(10 * SECOND);
    expect(driver.sent).toHaveLength(1);
    expect(driver.session.localState).toBe(Up);
  });

  test('§6.6: the Poll is repeated until the Detection Time expires; then the session is Down', () => {
    const driver = demanding();
    driver.receive(Up, { demand: true });
    driver.advance(10 * SECOND);
    driver.sent.length = 0;
    driver.command({ type: 'verify' });
    driver.advance(150 * MS - 1);
    expect(driver.sent).toHaveLength(3);
    expect(driver.sent.every(({ poll }) => poll)).toBe(true);
    expect(driver.session.localState).toBe(Up);
    driver.advance(1);
    expect(driver.session.localState).toBe(Down);
    expect(driver.session.localDiagnostic).toBe(Diagnostic.ControlDetectionTimeExpired);
  });

  test('§6.6: with Demand mode here alone the Poll bit is set in regular packets', () => {
    const driver = demanding();
    driver.advance(20 * MS);
    driver.sent.length = 0;
    driver.command({ type: 'verify' });
    expect(driver.sent).toEqual([]);
    driver.advance(30 * MS);
    expect(driver.sent).toMatchObject([{ poll: true }]);
  });

  test('§6.6: the path is verified at the interval that is wanted', () => {
    const driver = demanding({ demandPollIntervalUs: 2 * SECOND });
    driver.receive(Up, { demand: true });
    driver.advance(1.99 * SECOND);
    driver.sent.length = 0;
    driver.advance(0.02 * SECOND);
    expect(driver.sent).toMatchObject([{ poll: true }]);
    driver.receive(Up, { demand: true, final: true });
    driver.sent.length = 0;
    driver.advance(1.99 * SECOND);
    expect(driver.sent).toEqual([]);
    driver.advance(0.2 * SECOND);
    expect(driver.session.localState).toBe(Down);
  });

  test('§6.6: Echo packets that come back verify the path, not the session of the peer: that is polled', () => {
    const echo = { demand: true, requiredMinEchoRxIntervalUs: 50 * MS };
    const driver = demanding({ demandPollIntervalUs: SECOND, desiredMinEchoTxIntervalUs: 50 * MS });
    driver.receive(Up, echo);
    driver.advance(50 * MS);
    driver.receive(Up, { ...echo, final: true });
    driver.sent.length = 0;
    const returnEchoes = (packets: number) => {
      for (let packet = 0; packet < packets; packet += 1) {
        driver.advance(50 * MS);
        driver.receiveEcho(driver.echoes.at(-1)?.bytes ?? new Uint8Array());
      }
    };
    returnEchoes(19);
    expect(driver.sent).toEqual([]);
    returnEchoes(2);
    expect(driver.sent[0]).toMatchObject({ poll: true });
    expect(driver.session.localState).toBe(Up);
    returnEchoes(4);
    expect(driver.session.localState).toBe(Down);
    expect(driver.session.localDiagnostic).toBe(1);
  });

  test('§6.6, §6.8.4: without a Poll outstanding the peer may be silent for ever', () => {
    const driver = demanding();
    driver.advance(1000 * SECOND);
    expect(driver.session.localState).toBe(Up);
    expect(driver.session.remoteDiscriminator).not.toBe(0);
  });

  test('§6.6: until the Demand bit has been sent the peer has to send as before', () => {
    const driver = new SessionDriver({ desiredMinTxIntervalUs: 10 * SECOND }).bring(Up);
    driver.change({ demand: true });
    driver.advance(SECOND);
    expect(driver.session.localState).toBe(Down);
  });

  test('§6.6: after Demand mode the Detection Time of asynchronous mode begins with the Final', () => {
    const driver = demanding({ desiredMinTxIntervalUs: 400 * MS });
    driver.advance(60 * SECOND);
    driver.change({ demand: false });
    driver.advance(900 * MS);
    expect(driver.session.localState).toBe(Up);
    driver.receive(Up, { final: true });
    driver.advance(150 * MS - 1);
    expect(driver.session.localState).toBe(Up);
    driver.advance(1);
    expect(driver.session.localState).toBe(Down);
  });
});
