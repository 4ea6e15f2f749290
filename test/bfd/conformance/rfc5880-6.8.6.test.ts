import { describe, expect, test } from 'vitest';
import {
  createControlPacket,
  decodeControlPacket,
  encodeControlPacket,
} from '../../../src/bfd/packet/control-packet.js';
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
  types,
  Up,
} from '../session/session-driver.js';
import { PeeredHost } from './peered-host.js';
import { AuthenticatedDriver, discardReason, MD5, SHA1, SIMPLE } from './authenticated-packet.js';

/** A good packet with some bytes changed, and why it is discarded; null: it is not. */
function decodeWith(changes: readonly (readonly [number, number])[], length = 24): string | null {
  const bytes = new Uint8Array(64);
  encodeControlPacket(
    { ...createControlPacket(), state: Up, detectMult: 3, myDiscriminator: 1, yourDiscriminator: 2 },
    bytes,
    0,
  );
  for (const [offset, value] of changes) {
    bytes[offset] = value;
  }
  const result = decodeControlPacket(bytes, 0, length);
  return result.ok ? null : result.error;
}

const SESSION = virtualSession('10.0.0.2');

describe('RFC 5880 §6.8.6: what the packet alone decides', () => {
  test.each([0, 2, 3, 7])(
    '§6.8.6: if the version is not 1, but %d, the packet MUST be discarded',
    (version) => {
      expect(decodeWith([[0, version << 5]])).toBe('version');
    },
  );

  test.each([0, 1, 23])(
    '§6.8.6: if the Length is %d with the A bit clear the packet MUST be discarded',
    (length) => {
      expect(decodeWith([[3, length]])).toBe('length-too-small');
    },
  );

  test.each([0, 24, 25])(
    '§6.8.6: if the Length is %d with the A bit set the packet MUST be discarded',
    (length) => {
      expect(
        decodeWith(
          [
            [1, 0xc4],
            [3, length],
          ],
          60,
        ),
      ).toBe('length-too-small');
    },
  );

  test.each([25, 60, 255])(
    '§6.8.6: if the Length, %d, is greater than the payload the packet MUST be discarded',
    (length) => {
      expect(decodeWith([[3, length]])).toBe('length-exceeds-payload');
    },
  );

  test('§6.8.6: a payload longer than the Length is no reason to discard', () => {
    expect(decodeWith([], 60)).toBeNull();
  });

  test('§6.8.6: if the Detect Mult is zero the packet MUST be discarded', () => {
    expect(decodeWith([[2, 0]])).toBe('zero-detect-mult');
  });

  test('§6.8.6: if the Multipoint bit is nonzero the packet MUST be discarded', () => {
    expect(decodeWith([[1, 0xc1]])).toBe('multipoint');
  });

  test('§6.8.6: if My Discriminator is zero the packet MUST be discarded', () => {
    expect(decodeWith([[7, 0]])).toBe('zero-my-discriminator');
  });

  test.each([
    ['Init', Init],
    ['Up', Up],
  ] as const)(
    '§6.8.6: if Your Discriminator is zero and the State %s the packet MUST be discarded',
    (_, state) => {
      expect(
        decodeWith([
          [1, state << 6],
          [11, 0],
        ]),
      ).toBe('zero-your-discriminator');
    },
  );

  test.each([
    ['Down', Down],
    ['AdminDown', AdminDown],
  ] as const)('§6.8.6: if Your Discriminator is zero and the State %s it is not', (_, state) => {
    expect(
      decodeWith([
        [1, state << 6],
        [11, 0],
      ]),
    ).toBeNull();
  });

  test.each([
    [
      'version before Length',
      [
        [0, 0],
        [3, 0],
      ],
      'version',
    ],
    [
      'Length before Detect Mult',
      [
        [3, 0],
        [2, 0],
      ],
      'length-too-small',
    ],
    [
      'Detect Mult before Multipoint',
      [
        [2, 0],
        [1, 0xc1],
      ],
      'zero-detect-mult',
    ],
    [
      'Multipoint before My Discriminator',
      [
        [1, 0xc1],
        [7, 0],
      ],
      'multipoint',
    ],
    [
      'My before Your Discriminator',
      [
        [7, 0],
        [11, 0],
      ],
      'zero-my-discriminator',
    ],
  ] as const)('§6.8.6: the procedure MUST be followed in the order specified: %s', (_, changes, reason) => {
    expect(decodeWith(changes)).toBe(reason);
  });
});

describe('RFC 5880 §6.8.6: the session of a packet', () => {
  test('§6.8.6: a Your Discriminator that is nonzero MUST be used to select the session', () => {
    const peer = new PeeredHost([SESSION]);
    expect(peer.receive({ state: Down, yourDiscriminator: peer.discriminator(SESSION.key) })).toEqual([]);
    expect(peer.host.report(SESSION.key).localState).toBe('init');
  });

  test('§6.8.6: its session is found whatever the source address', () => {
    const peer = new PeeredHost([SESSION]);
    expect(
      peer.receive(
        { state: Down, yourDiscriminator: peer.discriminator(SESSION.key) },
        { source: '10.0.0.99' },
      ),
    ).toEqual([]);
    expect(peer.host.report(SESSION.key).localState).toBe('init');
  });

  test('§6.8.6: if no session is found the packet MUST be discarded', () => {
    const peer = new PeeredHost([SESSION]);
    expect(peer.receive({ state: Down, yourDiscriminator: peer.discriminator(SESSION.key) ^ 1 })).toEqual([
      'no-session',
    ]);
    expect(peer.host.report(SESSION.key)).toMatchObject({ localState: 'down', remoteDiscriminator: null });
  });

  test('§6.8.6: if it is zero the session MUST be selected by other fields', () => {
    const peer = new PeeredHost([SESSION]);
    expect(peer.receive({ state: Down })).toEqual([]);
    expect(peer.host.report(SESSION.key).localState).toBe('init');
  });

  test('§6.8.6: if there is none, no session is made, and the packet is discarded', () => {
    const peer = new PeeredHost([SESSION]);
    expect(peer.receive({ state: Down }, { source: '10.0.0.99' })).toEqual(['no-matching-session']);
    expect(peer.host.engine.keys()).toEqual([SESSION.key]);
  });
});

describe('RFC 5880 §6.8.6: authentication', () => {
  test('§6.8.6: if the A bit is set and no authentication is in use the packet MUST be discarded', () => {
    const driver = new SessionDriver().bring(Up);
    expect(discardReason(driver.receive(Down, { authenticationPresent: true }))).toBe(
      'unexpected-authentication',
    );
    expect(driver.session.localState).toBe(Up);
  });

  test.each([SIMPLE, ...MD5, ...SHA1])(
    '§6.8.6: if it is clear and authentication is in use it MUST be discarded: $name',
    (type) => {
      const driver = new AuthenticatedDriver(type).up();
      expect(discardReason(driver.receive(Down))).toBe('missing-authentication');
      expect(driver.session.localState).toBe(Up);
    },
  );

  test.each([SIMPLE, ...MD5, ...SHA1])(
    '§6.8.6: if it is set the packet MUST be authenticated: $name',
    (type) => {
      const driver = new AuthenticatedDriver(type).up();
      const secret = Uint8Array.from(Buffer.from('terces'));
      expect(discardReason(driver.receiveSigned(Down, { secret }))).not.toBeNull();
      expect(driver.session.localState).toBe(Up);
      expect(discardReason(driver.receiveSigned(Down))).toBeNull();
      expect(driver.session.localState).toBe(Down);
    },
  );

  test('§6.8.6: processing MUST cease when a packet is discarded: no variable changes, no Poll is answered', () => {
    const driver = new SessionDriver().bring(Up);
    const deadlineUs = driver.session.pollTimeout();
    const fields = {
      myDiscriminator: 99,
      demand: true,
      poll: true,
      final: true,
      detectMult: 9,
      diagnostic: 5,
    };
    expect(types(driver.receive(Down, { ...fields, authenticationPresent: true }))).toEqual(['discarded']);
    expect(driver.session).toMatchObject({
      remoteDiscriminator: PEER,
      remoteState: Up,
      remoteDemand: false,
      remoteMultiplier: 3,
      remoteDiagnostic: 0,
    });
    expect(driver.session.pollTimeout()).toBe(deadlineUs);
  });
});

describe('RFC 5880 §6.8.6: what an accepted packet does', () => {
  test('§6.8.6: bfd.RemoteDiscr, RemoteState, RemoteDemandMode and RemoteMinRxInterval are set from it', () => {
    const driver = new SessionDriver().bring(Up);
    driver.receive(Init, { myDiscriminator: 99, demand: true, requiredMinRxIntervalUs: 77 });
    expect(driver.session).toMatchObject({
      remoteDiscriminator: 99,
      remoteState: Init,
      remoteDemand: true,
      remoteMinRxIntervalUs: 77,
    });
  });

  test('§6.8.6: if the Required Min Echo RX Interval is zero the transmission of Echo packets MUST cease', () => {
    const driver = new SessionDriver(
      { desiredMinEchoTxIntervalUs: 20 * MS },
      { requiredMinEchoRxIntervalUs: 20 * MS },
    ).bring(Up);
    driver.advance(50 * MS);
    expect(driver.echoes.length).toBeGreaterThan(1);
    driver.receive(Up, { requiredMinEchoRxIntervalUs: 0 });
    driver.echoes.length = 0;
    driver.advanceHearing(SECOND, Up, 50 * MS);
    driver.receive(Up, { requiredMinEchoRxIntervalUs: 0 });
    expect(driver.echoes.filter(({ atUs }) => atUs === driver.nowUs)).toEqual([]);
    expect(driver.session.echoActive).toBe(false);
  });

  test('§6.8.6: the Final bit MUST terminate a Poll Sequence that is being transmitted', () => {
    const driver = new SessionDriver().bring(Up);
    driver.change({ desiredMinTxIntervalUs: 60 * MS });
    driver.advance(50 * MS);
    expect(driver.session.polling).toBe(true);
    driver.receive(Up, { final: true });
    expect(driver.session.polling).toBe(false);
  });

  test('§6.8.6: in AdminDown the packet is discarded: no change of state, no answer', () => {
    const driver = new SessionDriver().bring(AdminDown);
    for (const state of [AdminDown, Down, Init, Up]) {
      driver.receive(state, { poll: true });
    }
    expect(driver.session.localState).toBe(AdminDown);
    expect(driver.sent).toEqual([]);
  });

  test.each([
    ['AdminDown in Init', Init, AdminDown],
    ['AdminDown in Up', Up, AdminDown],
    ['Down in Up', Up, Down],
  ] as const)('§6.8.6: %s sets Down and the diagnostic 3', (_, local, received) => {
    const driver = new SessionDriver().bring(local);
    driver.receive(received);
    expect(driver.session.localState).toBe(Down);
    expect(driver.session.localDiagnostic).toBe(3);
  });

  test('§6.8.6: AdminDown in Down does not touch the diagnostic', () => {
    const driver = new SessionDriver();
    driver.receive(AdminDown);
    expect(driver.session.localDiagnostic).toBe(0);
  });

  test('§6.8.6: Demand mode on the remote system: periodic transmission MUST cease', () => {
    const driver = new SessionDriver().bring(Up);
    driver.receive(Up, { demand: true });
    driver.sent.length = 0;
    driver.advance(140 * MS);
    expect(driver.sent).toEqual([]);
  });

  test.each([
    ['the bit is clear', Up, Up, false],
    ['this system is not Up', Init, Down, true],
    ['the remote system is not Up', Up, Init, true],
  ] as const)(
    '§6.8.6: Demand mode not active, as %s: packets MUST be sent periodically',
    (_, local, remote, demand) => {
      const driver = new SessionDriver({}, { detectMult: 100 }).bring(local);
      driver.receive(remote, { demand });
      driver.sent.length = 0;
      driver.advance(2 * SECOND);
      expect(driver.sent.length).toBeGreaterThan(1);
    },
  );

  test.each([
    ['Down', Down, Up],
    ['Init', Init, Down],
    ['Up', Up, Up],
  ] as const)('§6.8.6: a Poll is answered with Poll clear and Final set: %s', (_, local, remote) => {
    const driver = new SessionDriver().bring(local);
    driver.receive(remote, { poll: true });
    expect(driver.sent).toMatchObject([{ final: true, poll: false, state: local }]);
  });
});

test('§6.8.6: the discriminator of the session is the one that packets carry', () => {
  const driver = new SessionDriver();
  driver.advance(0);
  expect(driver.sent[0]?.myDiscriminator).toBe(LOCAL);
});
