import { describe, expect, test } from 'vitest';
import { addressOf, virtualSession } from '../engine/virtual-hosts.js';
import { ipSh } from '../../../src/bfd/types/ip-sh.js';
import { Down, Init, SECOND, Up } from '../session/session-driver.js';
import { PeeredHost } from './peered-host.js';

const V4 = virtualSession('10.0.0.2');
const V6 = virtualSession('2001:db8::2');
const V6_ADDRESSES = ['2001:db8::1'];
const V6_ARRIVAL = { source: '2001:db8::2', destination: '2001:db8::1' };

/** A host whose one interface is a point-to-point link. */
function pointToPoint(): PeeredHost {
  const peer = new PeeredHost([]);
  peer.host.interfaces.apply({
    type: 'link',
    index: 2,
    name: 'eth0',
    up: true,
    pointToPoint: true,
    running: true,
  });
  peer.host.engine.interfacesChanged(peer.host.interfaces, peer.link.nowUs);
  peer.host.engine.set([V4], peer.link.nowUs);
  return peer;
}

describe('RFC 5881 §2, §3: sessions', () => {
  test('§2: a separate session MUST be established for each protocol', () => {
    const peer = new PeeredHost([V4, V6], V6_ADDRESSES);
    peer.receive({ state: Down }, V6_ARRIVAL);
    expect(peer.host.report(V6.key).localState).toBe('init');
    expect(peer.host.report(V4.key).localState).toBe('down');
    peer.receive({ state: Down });
    expect(peer.host.report(V4.key).localState).toBe('init');
    const families = new Set(peer.sent.map(({ path }) => path.destination.family));
    expect(families).toEqual(new Set(['ipv4', 'ipv6']));
  });

  test('§2: each session MUST traverse a separate path: a second with the same neighbour is refused', () => {
    const peer = new PeeredHost([V4]);
    const second = { ...V4, key: 'ip-sh/eth0/twin' };
    expect(peer.host.engine.set([second], peer.link.nowUs)).toMatchObject([{ key: second.key }]);
    peer.link.run(SECOND);
    expect(new Set(peer.sent.map(({ bytes }) => Buffer.from(bytes).readUInt32BE(4))).size).toBe(1);
  });

  test('§3: an active system sends the initial packets with a Your Discriminator of zero', () => {
    const peer = new PeeredHost([V4]);
    peer.link.run(3 * SECOND);
    expect(peer.sent.length).toBeGreaterThanOrEqual(3);
    expect(peer.sent.every(({ bytes }) => Buffer.from(bytes).readUInt32BE(8) === 0)).toBe(true);
  });

  test('§3: a packet with Your Discriminator zero MUST be associated with the session of system, interface and protocol', () => {
    const other = virtualSession('10.0.0.3');
    const peer = new PeeredHost([V4, other]);
    expect(peer.receive({ state: Down }, { source: '10.0.0.3' })).toEqual([]);
    expect(peer.host.report(other.key).localState).toBe('init');
    expect(peer.host.report(V4.key).localState).toBe('down');
    expect(peer.receive({ state: Down }, { interfaceIndex: 3 })).toEqual(['no-matching-session']);
    expect(peer.host.report(V4.key).localState).toBe('down');
  });

  test('§3: the session is bound to its interface', () => {
    const peer = new PeeredHost([V4]);
    const yourDiscriminator = peer.discriminator(V4.key);
    expect(peer.receive({ state: Down, yourDiscriminator }, { interfaceIndex: 3 })).toEqual(['no-session']);
    expect(peer.receive({ state: Down, yourDiscriminator })).toEqual([]);
    expect(peer.sent.every(({ path }) => path.interface?.name === 'eth0')).toBe(true);
  });
});

describe('RFC 5881 §4: encapsulation', () => {
  test('§4: control packets MUST be sent to UDP port 3784', () => {
    const peer = new PeeredHost([V4, V6], V6_ADDRESSES);
    peer.link.run(2 * SECOND);
    expect(new Set(peer.sent.map(({ path }) => path.destinationPort))).toEqual(new Set([3784]));
  });

  test('§4: the source port MUST be in the range 49152 through 65535', () => {
    expect(ipSh.sourcePorts).toEqual({ min: 49152, max: 65535 });
  });

  test('§4: the same source port MUST be used for all packets of a session', () => {
    const peer = new PeeredHost([V4]);
    const yourDiscriminator = peer.discriminator(V4.key);
    peer.link.run(2 * SECOND);
    peer.receive({ state: Down, yourDiscriminator });
    peer.receive({ state: Init, yourDiscriminator });
    peer.receive({ state: Up, yourDiscriminator, poll: true });
    peer.link.run(2 * SECOND);
    peer.host.engine.set([{ ...V4, adminDown: true, detectMult: 5 }], peer.link.nowUs);
    peer.link.run(2 * SECOND);
    expect(peer.sent.length).toBeGreaterThan(6);
    expect(new Set(peer.sent.map(({ sourcePort }) => sourcePort)).size).toBe(1);
  });

  test('§4: the source port is unique among the sessions', () => {
    const peer = new PeeredHost([V4, virtualSession('10.0.0.3'), V6], V6_ADDRESSES);
    peer.link.run(SECOND);
    expect(new Set(peer.sent.map(({ sourcePort }) => sourcePort)).size).toBe(3);
  });

  test('§4: the mechanisms of RFC 5880 MUST be used to demultiplex, not the source port', () => {
    const peer = new PeeredHost([V4]);
    const bytes = Buffer.from([
      0x20, 0x40, 3, 24, 0, 0, 0x20, 1, 0, 0, 0, 0, 0, 0xf, 0x42, 0x40, 0, 0, 0, 1, 0, 0, 0, 0,
    ]);
    bytes.writeUInt32BE(peer.discriminator(V4.key), 8);
    const path = {
      interface: null,
      source: addressOf('10.0.0.2'),
      destination: addressOf('10.0.0.1'),
      destinationPort: 3784,
    };
    peer.host.receive({ path, sourcePort: 1, bytes: Uint8Array.from(bytes) });
    expect(peer.host.report(V4.key).localState).toBe('init');
  });
});

describe('RFC 5881 §5: TTL and Hop Limit', () => {
  test.each([
    ['IPv4', V4],
    ['IPv6', V6],
  ] as const)('§5: packets MUST be sent with 255: %s', (_, session) => {
    const peer = new PeeredHost([session], V6_ADDRESSES);
    peer.link.run(2 * SECOND);
    expect(peer.sent.length).toBeGreaterThan(0);
    expect(peer.sent.every(({ ttl }) => ttl === 255)).toBe(true);
  });

  test.each([
    ['IPv4', V4, {}],
    ['IPv6', V6, V6_ARRIVAL],
  ] as const)('§5: packets received with another MUST be discarded: %s', (_, session, arrival) => {
    const peer = new PeeredHost([session], V6_ADDRESSES);
    const yourDiscriminator = peer.discriminator(session.key);
    for (const ttl of [0, 1, 128, 254]) {
      expect(peer.receive({ state: Down }, { ...arrival, ttl })).toEqual(['ttl']);
      expect(peer.receive({ state: Down, yourDiscriminator }, { ...arrival, ttl })).toEqual(['ttl']);
    }
    expect(peer.host.report(session.key).localState).toBe('down');
    expect(peer.receive({ state: Down }, { ...arrival, ttl: 255 })).toEqual([]);
  });

  test('§5: with authentication in use packets MUST be sent with 255 too', () => {
    const key = { keyId: 1, algorithm: 'sha1', secretHex: 'aabb' } as const;
    const always = { sendFromMs: null, sendUntilMs: null, acceptFromMs: null, acceptUntilMs: null };
    const authentication = { meticulous: true, keys: [{ ...key, ...always }] };
    const peer = new PeeredHost([{ ...V4, authentication }]);
    peer.link.run(2 * SECOND);
    expect(peer.sent.map(({ ttl, bytes }) => [ttl, bytes.length])).toContainEqual([255, 52]);
    expect(peer.sent.every(({ ttl }) => ttl === 255)).toBe(true);
  });
});

describe('RFC 5881 §6: addresses', () => {
  test('§6: control packets MUST be sent over the one hop that is protected', () => {
    const peer = new PeeredHost([V4]);
    peer.link.run(SECOND);
    expect(peer.sent.every(({ path }) => path.interface?.index === 2)).toBe(true);
  });

  test('§6: on a multiaccess network source and destination MUST be of the subnet', () => {
    const peer = new PeeredHost([V4], ['192.0.2.77']);
    peer.link.run(SECOND);
    for (const { path } of peer.sent) {
      expect([path.source.text, path.destination.text]).toEqual(['10.0.0.1', '10.0.0.2']);
    }
    const elsewhere = virtualSession('203.0.113.9');
    peer.host.engine.set([elsewhere], peer.link.nowUs);
    expect(peer.host.report(elsewhere.key).obstacle).toContain('no address in a network with');
  });

  test('§6: on a point-to-point link the initial packet MUST be accepted with any source address', () => {
    const peer = pointToPoint();
    expect(peer.receive({ state: Down }, { source: '203.0.113.9' })).toEqual([]);
    expect(peer.host.report(V4.key).localState).toBe('init');
  });

  test('§6: subsequent packets MUST be demultiplexed solely by Your Discriminator', () => {
    const peer = pointToPoint();
    const yourDiscriminator = peer.discriminator(V4.key);
    expect(peer.receive({ state: Down, yourDiscriminator }, { source: '203.0.113.9' })).toEqual([]);
    expect(peer.receive({ state: Init, yourDiscriminator }, { source: '203.0.113.10' })).toEqual([]);
    expect(peer.host.report(V4.key).localState).toBe('up');
  });

  test('§6: a changed source address MUST NOT be used as the destination; the configured one MUST', () => {
    const peer = pointToPoint();
    const yourDiscriminator = peer.discriminator(V4.key);
    peer.receive({ state: Down, yourDiscriminator }, { source: '203.0.113.9' });
    peer.receive(
      { state: Init, yourDiscriminator, poll: true, requiredMinRxIntervalUs: 50_000 },
      { source: '203.0.113.9' },
    );
    peer.link.run(SECOND);
    expect(peer.sent.length).toBeGreaterThan(2);
    expect(new Set(peer.sent.map(({ path }) => path.destination.text))).toEqual(new Set(['10.0.0.2']));
  });
});
