import * as fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { createDecodedControlPacket, decodeControlPacket } from '../../../src/bfd/packet/control-packet.js';
import type { DesiredSession } from '../../../src/bfd/engine/session-model.js';
import { hostAddress } from '../../../src/net/host-address.js';
import { repeatableRandom, VirtualLink, virtualSession, type Packet } from './virtual-hosts.js';

const SECOND = 1_000_000;
const toRight = virtualSession('10.0.0.2');
const toLeft = virtualSession('10.0.0.1');

describe('sessions of an engine', () => {
  let link: VirtualLink;

  beforeEach(() => {
    link = new VirtualLink(repeatableRandom(1));
  });

  function bringUp(): void {
    link.left.engine.set([toRight], link.nowUs);
    link.right.engine.set([toLeft], link.nowUs);
    link.run(4 * SECOND);
    expect(link.left.report(toRight.key)).toMatchObject({ localState: 'up', remoteState: 'up' });
  }

  function sentBy(host: VirtualLink['left']): Packet[] {
    return link.packets.filter((packet) => packet.from === host);
  }

  test('come Up with the negotiated intervals', () => {
    link.left.engine.set([{ ...toRight, desiredMinTxIntervalUs: 30_000 }], link.nowUs);
    link.right.engine.set([{ ...toLeft, requiredMinRxIntervalUs: 80_000, detectMult: 5 }], link.nowUs);
    link.run(5 * SECOND);

    expect(link.left.report(toRight.key)).toMatchObject({
      localState: 'up',
      negotiatedTxIntervalUs: 80_000,
      negotiatedRxIntervalUs: 50_000,
      detectionTimeUs: 250_000,
      remoteMultiplier: 5,
      upCount: 1,
      downCount: 0,
      sourcePort: 50_000,
      destinationPort: 3784,
    });
    expect(link.left.events.map(({ from, to }) => `${from} ${to}`)).toEqual(['down init', 'init up']);
  });

  test('send at 75 to 100 % of the interval, the lateness of the timer included', () => {
    bringUp();
    const from = link.packets.length;
    link.run(20 * SECOND);

    const times = link.packets
      .slice(from)
      .filter((packet) => packet.from === link.left)
      .map((p) => p.sentUs);
    const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    expect(gaps.length).toBeGreaterThan(380);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(37_500);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(50_000);
    expect(Math.max(...gaps) - Math.min(...gaps)).toBeGreaterThan(8000);
  });

  test('with a detection multiplier of one send at no more than 90 % of the interval', () => {
    link.left.engine.set([{ ...toRight, detectMult: 1 }], link.nowUs);
    link.right.engine.set([toLeft], link.nowUs);
    link.run(4 * SECOND);
    const from = link.packets.length;
    link.run(10 * SECOND);

    const times = link.packets
      .slice(from)
      .filter((packet) => packet.from === link.left)
      .map((p) => p.sentUs);
    const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    expect(Math.max(...gaps)).toBeLessThanOrEqual(45_000);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(37_500);
  });

  test('go Down when the peer falls silent, within a tick after the detection time and never before', () => {
    bringUp();
    link.latencyUs = ({ from }) => (from === link.right ? null : 100);
    const lastSentUs = sentBy(link.right).at(-1)?.sentUs ?? 0;
    link.run(SECOND);

    const down = link.left.events.find(({ to }) => to === 'down');
    const silentUs = (down?.timeMs ?? 0) * 1000 - (lastSentUs + 100);
    expect(down).toMatchObject({ from: 'up', localDiagnostic: 1 });
    expect(silentUs).toBeGreaterThanOrEqual(150_000);
    expect(silentUs).toBeLessThanOrEqual(151_000);
  });

  test('are not declared silent while packets may wait to be read', () => {
    bringUp();
    // The host stands still for two seconds; the peer goes on sending, and its packets wait.
    link.latencyUs = ({ from }) => (from === link.left ? null : 100);
    const stoodStillUs = link.nowUs;
    link.run(140_000, [link.left]);
    link.latencyUs = () => 100;
    link.run(1_860_000, [link.left]);

    // First timers run, and only then packets are read: what a kernel queue that is not empty looks like.
    link.left.engine.handleTimers(link.nowUs, stoodStillUs);
    expect(link.left.report(toRight.key).localState).toBe('up');
    // The peer, which heard nothing, has gone Down; that is what the packets say.
    link.run(10_000);
    const downs = link.left.events.filter(({ to }) => to === 'down');
    expect(downs.map(({ localDiagnostic }) => localDiagnostic)).toEqual([3]);
  });

  test('are not looked at with every tick while reading is behind', () => {
    bringUp();
    const readUntilUs = link.nowUs;
    link.run(400_000, [link.left]);
    link.left.engine.handleTimers(link.nowUs, readUntilUs);

    const nextUs = link.left.engine.nextDeadlineUs() ?? Infinity;

    expect(nextUs - link.nowUs).toBeGreaterThan(10_000);
    expect(nextUs - link.nowUs).toBeLessThan(21_000);
  });

  test('go on after a pause that the peer did not notice', () => {
    bringUp();
    link.run(60_000, [link.left]);
    link.run(2 * SECOND);

    expect(link.left.report(toRight.key)).toMatchObject({ localState: 'up', downCount: 0 });
    expect(link.right.report(toLeft.key)).toMatchObject({ localState: 'up', downCount: 0 });
  });

  test('change their values in place, without a flap', () => {
    bringUp();
    const { localDiscriminator, sourcePort } = link.left.report(toRight.key);

    link.left.engine.set([{ ...toRight, desiredMinTxIntervalUs: 20_000, detectMult: 7 }], link.nowUs);
    link.right.engine.set([{ ...toLeft, requiredMinRxIntervalUs: 20_000 }], link.nowUs);
    link.run(2 * SECOND);

    expect(link.left.report(toRight.key)).toMatchObject({
      localState: 'up',
      localDiscriminator,
      sourcePort,
      upCount: 1,
      negotiatedTxIntervalUs: 20_000,
    });
    expect(link.right.report(toLeft.key)).toMatchObject({ detectionTimeUs: 140_000, downCount: 0 });
  });

  test('are made anew when their endpoints change', () => {
    bringUp();
    const before = link.left.report(toRight.key);
    link.left.setAddress('10.0.0.9', true);

    expect(link.left.engine.set([{ ...toRight, source: '10.0.0.9' }], link.nowUs)).toEqual([]);
    link.right.engine.set([{ ...toLeft, destination: '10.0.0.9' }], link.nowUs);
    link.run(5 * SECOND);

    const after = link.left.report(toRight.key);
    expect(after).toMatchObject({ localState: 'up', upCount: 1 });
    expect(after.localDiscriminator).not.toBe(before.localDiscriminator);
    expect(sentBy(link.left).at(-1)?.path.source.text).toBe('10.0.0.9');
    expect(link.left.openPorts.size).toBe(1);
  });
});

describe('sessions that are removed', () => {
  let link: VirtualLink;

  beforeEach(() => {
    link = new VirtualLink(repeatableRandom(7));
    link.left.engine.set([toRight], link.nowUs);
    link.right.engine.set([toLeft], link.nowUs);
    link.run(4 * SECOND);
  });

  test('say AdminDown for at least a detection time, and then nothing', () => {
    const from = link.packets.length;
    const removedUs = link.nowUs;
    link.left.engine.remove([toRight.key], removedUs);
    expect(link.left.engine.keys()).toEqual([]);
    expect(link.left.engine.report(toRight.key)).toBeNull();

    link.run(SECOND);
    expect(link.right.report(toLeft.key)).toMatchObject({ localState: 'down', localDiagnostic: 3 });
    link.run(9 * SECOND);

    const farewell = link.packets.slice(from).filter((packet) => packet.from === link.left);
    const states = farewell.map(({ bytes }) => (bytes[1] ?? 0) >> 6);
    expect(new Set(states)).toEqual(new Set([0]));
    expect(farewell[0]?.sentUs).toBe(removedUs);
    expect((farewell.at(-1)?.sentUs ?? 0) - removedUs).toBeGreaterThan(2 * SECOND);
    expect((farewell.at(-1)?.sentUs ?? 0) - removedUs).toBeLessThanOrEqual(3 * SECOND);
    expect(link.left.openPorts.size).toBe(0);
    expect(link.left.engine.nextDeadlineUs()).toBeNull();
  });

  test('are not told of any more, and leave the peer’s packets to nobody', () => {
    const events = link.left.events.length;
    link.left.engine.remove([toRight.key], link.nowUs);
    link.run(10 * SECOND);

    expect(link.left.events.length).toBe(events);
    expect(link.left.engine.discards().get('no-matching-session')).toBeGreaterThan(0);
  });

  test('do not hinder a successor with the same key', () => {
    link.left.engine.remove([toRight.key], link.nowUs);
    link.run(20_000);
    link.left.engine.set([toRight], link.nowUs);
    link.run(4 * SECOND);

    expect(link.left.report(toRight.key)).toMatchObject({ localState: 'up', upCount: 1, downCount: 0 });
    link.run(10 * SECOND);
    expect(link.right.report(toLeft.key)).toMatchObject({ localState: 'up', upCount: 2, downCount: 1 });
    expect(link.left.openPorts.size).toBe(1);
  });

  test('vanish at once when they never had a peer', () => {
    const toNobody = virtualSession('10.0.0.99');
    link.left.engine.set([toNobody], link.nowUs);
    link.run(2 * SECOND);
    link.left.engine.remove([toNobody.key], link.nowUs);

    expect(link.left.openPorts.size).toBe(1);
  });

  test('all say AdminDown when the engine ends, as often as asked', () => {
    const from = link.packets.length;
    link.left.engine.shutDown(link.nowUs);
    link.left.engine.repeatShutDown();

    const states = link.packets.slice(from).map(({ bytes }) => (bytes[1] ?? 0) >> 6);
    expect(states).toEqual([0, 0]);
  });
});

describe('sessions without a path', () => {
  let link: VirtualLink;

  beforeEach(() => {
    link = new VirtualLink(repeatableRandom(9));
    link.right.engine.set([toLeft], link.nowUs);
  });

  test('wait for their interface, and say so', () => {
    link.left.engine.set([{ ...toRight, interface: 'eth7' }], link.nowUs);
    link.run(SECOND);

    expect(link.left.report(toRight.key)).toMatchObject({
      localState: 'down',
      localDiagnostic: 5,
      obstacle: 'interface eth7 does not exist',
      sourcePort: null,
      sentPackets: 0,
      failedSends: 0,
    });
  });

  test('go Down with Path Down when the interface goes down, and Up again when it is back', () => {
    link.left.engine.set([toRight], link.nowUs);
    link.run(4 * SECOND);
    link.left.setLink(false);

    expect(link.left.report(toRight.key)).toMatchObject({
      localState: 'down',
      localDiagnostic: 5,
      obstacle: 'interface eth0 is down',
    });
    expect(link.left.events.at(-1)).toMatchObject({
      from: 'up',
      to: 'down',
      localDiagnostic: 5,
      sourceAddress: '10.0.0.1',
      report: { sourcePort: null },
    });
    expect(link.left.openPorts.size).toBe(0);

    link.run(SECOND);
    link.left.setLink(true);
    link.run(4 * SECOND);
    expect(link.left.report(toRight.key)).toMatchObject({ localState: 'up', obstacle: null, downCount: 1 });
  });

  test('go Down when their address is taken away', () => {
    link.left.engine.set([{ ...toRight, source: '10.0.0.1' }], link.nowUs);
    link.run(4 * SECOND);
    link.left.setAddress(link.left.address, false);

    expect(link.left.report(toRight.key)).toMatchObject({
      localState: 'down',
      localDiagnostic: 5,
      obstacle: 'no interface has the address 10.0.0.1',
    });
  });

  test('keep their source address when the interface gets another one', () => {
    link.left.engine.set([toRight], link.nowUs);
    link.run(4 * SECOND);
    link.left.setAddress('10.0.0.5', true);
    link.run(SECOND);

    expect(link.left.report(toRight.key)).toMatchObject({ localState: 'up', upCount: 1, downCount: 0 });
  });

  test('try again when a way out could not be opened', () => {
    link.left.refusal = { type: 'path', reason: 'not now' };
    expect(link.left.engine.set([toRight], link.nowUs)).toEqual([]);
    expect(link.left.report(toRight.key).obstacle).toBe('not now');

    link.left.refusal = null;
    link.run(5 * SECOND);
    expect(link.left.report(toRight.key).localState).toBe('up');
  });
});

describe('sessions that are refused', () => {
  test.each([
    ['a multicast peer', { destination: '224.0.0.1' }, '224.0.0.1 is not a unicast address'],
    ['an IPv6 multicast peer', { destination: 'ff02::1' }, 'ff02::1 is not a unicast address'],
    ['a peer that is no address', { destination: '010.0.0.2' }, '010.0.0.2 is not a unicast address'],
    ['a source of the other family', { source: '2001:db8::1' }, '10.0.0.2 are not of one address family'],
    ['a second session with one neighbour', { key: 'other' }, `session ${toRight.key} has this neighbour`],
  ])('%s leaves what was there untouched', (_name, change, reason) => {
    const link = new VirtualLink(repeatableRandom(3));
    link.left.engine.set([toRight], link.nowUs);
    const before = link.left.report(toRight.key);

    const refused = link.left.engine.set([{ ...toRight, ...change }], link.nowUs);

    expect(refused).toHaveLength(1);
    expect(refused[0]?.reason).toContain(reason);
    expect(link.left.engine.keys()).toEqual([toRight.key]);
    expect(link.left.report(toRight.key)).toEqual(before);
  });

  test('want of a resource is told, and the others are held', () => {
    const link = new VirtualLink(repeatableRandom(3));
    link.left.engine.set([toRight], link.nowUs);
    link.left.refusal = { type: 'resources', reason: 'no descriptors left' };

    const other = virtualSession('10.0.0.3');
    expect(link.left.engine.set([other, toRight], link.nowUs)).toEqual([
      { key: other.key, reason: 'no descriptors left' },
    ]);
    expect(link.left.engine.keys()).toEqual([toRight.key]);
  });
});

function upLink(): VirtualLink {
  const link = new VirtualLink(repeatableRandom(5));
  link.left.engine.set([toRight], link.nowUs);
  link.right.engine.set([toLeft], link.nowUs);
  link.run(4 * SECOND);
  return link;
}

function decoded(packet: { readonly bytes: Uint8Array } | undefined): { yourDiscriminator: number } | null {
  if (packet === undefined) return null;
  const result = decodeControlPacket(packet.bytes, 0, packet.bytes.length, createDecodedControlPacket());
  return result.ok ? result.value : null;
}

describe('packets that are nobody’s', () => {
  test('never answered, never a session: whatever bytes a stranger sends', () => {
    const link = upLink();
    const { path } = link.packets.find(({ from }) => from === link.right) ?? {};
    if (path === undefined) throw new Error('packets of the right host');
    const known = decoded(link.packets.findLast(({ from }) => from === link.right));
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 40 }),
        fc.integer({ min: 1, max: 2 ** 32 - 1 }),
        (noise, number) => {
          const source = hostAddress(Uint8Array.of(number >>> 24, number >>> 16, number >>> 8, number));
          const bytes = Uint8Array.from([0x20, ...noise]);
          fc.pre(
            source.text !== path.source.text &&
              decoded({ bytes })?.yourDiscriminator !== known?.yourDiscriminator,
          );
          const sent = link.packets.length;
          const before = link.left.report(toRight.key);

          link.left.receive({ bytes, path: { ...path, source }, sourcePort: 50_001 });

          expect(link.packets.length).toBe(sent);
          expect(link.left.engine.keys()).toEqual([toRight.key]);
          expect(link.left.report(toRight.key)).toEqual(before);
        },
      ),
    );
  });

  test.each([
    ['ttl', 254, {}],
    ['version', 255, { 0: 0x40 }],
    ['length-too-small', 255, { 3: 23 }],
    ['length-exceeds-payload', 255, { 3: 25 }],
    ['zero-detect-mult', 255, { 2: 0 }],
    ['multipoint', 255, { 1: 0xc1 }],
    ['zero-my-discriminator', 255, { 4: 0, 5: 0, 6: 0, 7: 0 }],
    ['zero-your-discriminator', 255, { 8: 0, 9: 0, 10: 0, 11: 0 }],
  ] as const)('%s is counted by its rule, at the session too', (reason, ttl, change) => {
    const link = upLink();
    const packet = link.packets.findLast(({ from }) => from === link.right);
    if (packet === undefined) throw new Error('a packet of the right host');
    const bytes = packet.bytes.slice();
    Object.entries(change).forEach(([offset, value]) => bytes.set([value], Number(offset)));
    const before = link.left.report(toRight.key);

    link.left.receive({ ...packet, bytes }, ttl);

    expect(link.left.engine.discards().get(reason)).toBe(1);
    expect(link.left.report(toRight.key)).toMatchObject({
      localState: 'up',
      invalidPackets: before.invalidPackets + 1,
      receivedPackets: before.receivedPackets + 1,
    });
  });

  test('a discriminator that no session has is counted', () => {
    const link = upLink();
    const packet = link.packets.findLast(({ from }) => from === link.right);
    if (packet === undefined) throw new Error('a packet of the right host');
    const bytes = packet.bytes.slice();
    bytes[8] = (bytes[8] ?? 0) ^ 1;

    link.left.receive({ ...packet, bytes });

    expect(link.left.engine.discards().get('no-session')).toBe(1);
  });
});

describe('an engine that is told something new again and again', () => {
  const peers = ['10.0.0.2', '10.0.0.3', '10.0.0.4'] as const;
  const change = fc.record({
    peer: fc.constantFrom(...peers),
    what: fc.constantFrom('set', 'admin-down', 'remove', 'faster', 'link-down', 'link-up'),
    thenUs: fc.integer({ min: 0, max: 3 * SECOND }),
  });

  test('ends as it was told last, whatever was before', () => {
    fc.assert(
      fc.property(
        fc.array(change, { maxLength: 12 }),
        fc.integer({ min: 1, max: 2 ** 31 }),
        (changes, seed) => {
          const link = new VirtualLink(repeatableRandom(seed));
          const wanted = new Map<string, DesiredSession>();
          link.right.engine.set([toLeft], link.nowUs);
          for (const { peer, what, thenUs } of changes) {
            const session = virtualSession(peer, {
              adminDown: what === 'admin-down',
              desiredMinTxIntervalUs: what === 'faster' ? 20_000 : 50_000,
            });
            if (what === 'remove') {
              wanted.delete(session.key);
              link.left.engine.remove([session.key], link.nowUs);
            } else if (what === 'link-down' || what === 'link-up') {
              link.left.setLink(what === 'link-up');
            } else {
              wanted.set(session.key, session);
              link.left.engine.set([session], link.nowUs);
            }
            link.run(thenUs);
          }
          link.left.setLink(true);
          link.run(10 * SECOND);

          expect(link.left.engine.keys().toSorted()).toEqual([...wanted.keys()].toSorted());
          expect(link.left.openPorts.size).toBe(wanted.size);
          for (const session of wanted.values()) {
            const expected = session.destination === '10.0.0.2' ? 'up' : 'down';
            expect(link.left.report(session.key).localState).toBe(
              session.adminDown ? 'admin-down' : expected,
            );
          }
          const discriminators = [...wanted.keys()].map((key) => link.left.report(key).localDiscriminator);
          expect(new Set(discriminators).size).toBe(wanted.size);
        },
      ),
      { numRuns: 60 },
    );
  });

  test('keeps a session Up over a link that loses, delays and reorders less than a detection time’s worth', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 31 }), (seed) => {
        const link = new VirtualLink(repeatableRandom(seed));
        link.left.engine.set([virtualSession('10.0.0.2', { detectMult: 10 })], link.nowUs);
        link.right.engine.set([virtualSession('10.0.0.1', { detectMult: 10 })], link.nowUs);
        const chance = repeatableRandom(seed ^ 0x5555);
        const lost = new Map([link.left, link.right].map((host) => [host, 0]));
        link.latencyUs = ({ from }) => {
          // At most five of one side in a row: with ten packets to a detection time, that is never silence.
          const before = lost.get(from) ?? 0;
          const now = before < 5 && chance() % 3 === 0 ? before + 1 : 0;
          lost.set(from, now);
          return now > 0 ? null : chance() % 30_000;
        };
        link.run(20 * SECOND);
        const flaps = link.left.report(toRight.key).downCount + link.right.report(toLeft.key).downCount;
        link.run(20 * SECOND);

        expect(link.left.report(toRight.key).localState).toBe('up');
        expect(link.right.report(toLeft.key).localState).toBe('up');
        expect(link.left.report(toRight.key).downCount + link.right.report(toLeft.key).downCount).toBe(flaps);
      }),
      { numRuns: 20 },
    );
  });
});
