import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatAddressBytes } from '../../src/lib/address.js';
import { isLoopbackDestination, loopbackDestination } from '../../src/mpls/loopback-destination.js';
import {
  acceptsArrival,
  egressRules,
  INGRESS_RULES,
  oamLabelStack,
} from '../../src/mpls/lsp-encapsulation.js';
import { SessionPeer } from '../../src/mpls/session-peer.js';
import { labelledPacket } from '../support/labelled-packet.js';
import { addressBytes } from '../support/prefix.js';
import { fromHex, readVectors, toHex } from '../support/vector-folder.js';

describe('RFC 5884 §7', () => {
  test('ingress to egress: labelled, TTL 1, port 3784', () => {
    expect(INGRESS_RULES).toMatchObject({
      encapsulation: 'labelled',
      transmitTtl: 1,
      destinationPort: 3784,
    });
  });

  test('egress to ingress: routed, port 4784, or 3784 for a peer that wants it so', () => {
    expect(egressRules()).toMatchObject({ encapsulation: 'routed', transmitTtl: 255, destinationPort: 4784 });
    expect(egressRules(3784).destinationPort).toBe(3784);
  });

  test('each end receives where the other sends to', () => {
    expect(egressRules().receivePorts).toContain(INGRESS_RULES.destinationPort);
    expect(INGRESS_RULES.receivePorts).toContain(egressRules().destinationPort);
    expect(INGRESS_RULES.receivePorts).toContain(egressRules(3784).destinationPort);
  });

  test.each([
    ['ingress', INGRESS_RULES, 4784, false, true],
    ['ingress', INGRESS_RULES, 3784, false, true],
    ['ingress', INGRESS_RULES, 3784, true, true],
    ['ingress', INGRESS_RULES, 4784, true, false],
    ['ingress', INGRESS_RULES, 3503, false, false],
    ['egress', egressRules(), 3784, true, true],
    ['egress', egressRules(), 3784, false, false],
    ['egress', egressRules(), 4784, false, false],
    ['egress', egressRules(), 4784, true, false],
  ])('the %s, packets to port $2, to loopback: $3: $4', (_, rules, port, toLoopback, accepted) => {
    expect(acceptsArrival(rules, port, toLoopback)).toBe(accepted);
  });

  test('the destination is any of 127/8 or ::ffff:127.0.0.0/104', () => {
    fc.assert(
      fc.property(fc.nat({ max: 0xffff_ffff }), (random) => {
        const ipv4 = formatAddressBytes(loopbackDestination('ipv4', random));
        expect(ipv4).toMatch(/^127\./);
        expect(formatAddressBytes(loopbackDestination('ipv6', random))).toBe(`::ffff:${ipv4}`);
        expect(isLoopbackDestination(loopbackDestination('ipv4', random), 0, 4)).toBe(true);
        expect(isLoopbackDestination(loopbackDestination('ipv6', random), 0, 16)).toBe(true);
      }),
    );
  });

  test.each([
    ['127.0.0.0', true],
    ['127.255.255.255', true],
    ['126.0.0.1', false],
    ['128.0.0.1', false],
    ['::ffff:127.0.0.1', true],
    ['::ffff:128.0.0.1', false],
    ['::1', true],
    ['::2', false],
    ['::', false],
    ['1::1', false],
    ['::7f00:1', false],
    ['2001:db8::7f00:1', false],
  ])('%s is one of them: %s', (text, is) => {
    const bytes = addressBytes(text);
    expect(isLoopbackDestination(Uint8Array.of(9, ...bytes), 1, bytes.length)).toBe(is);
  });
});

describe('the stack of OAM packets', () => {
  const labels = [
    { label: 1024, trafficClass: 0, ttl: 255 },
    { label: 48120, trafficClass: 0, ttl: 255 },
  ];

  test('has the traffic class of OAM, and the TTLs of the path', () => {
    expect(oamLabelStack(labels, 6, false)).toEqual([
      { label: 1024, trafficClass: 6, ttl: 255 },
      { label: 48120, trafficClass: 6, ttl: 255 },
    ]);
  });

  test('has an inner TTL of 1 where that is asked for, and there is an inner label', () => {
    expect(oamLabelStack(labels, 0, true).map(({ ttl }) => ttl)).toEqual([255, 1]);
    expect(oamLabelStack(labels.slice(1), 0, true).map(({ ttl }) => ttl)).toEqual([255]);
    const implicit = { label: 3, trafficClass: 0, ttl: 255 };
    expect(oamLabelStack([...labels, implicit], 0, true).map(({ ttl }) => ttl)).toEqual([255, 1]);
    expect(oamLabelStack([implicit, ...labels.slice(1)], 0, true).map(({ ttl }) => ttl)).toEqual([255]);
  });
});

describe('a packet on an LSP', () => {
  const header = {
    source: addressBytes('1.1.1.1'),
    destination: addressBytes('127.0.0.1'),
    ttl: INGRESS_RULES.transmitTtl,
    trafficClass: 0xc0,
    identification: 1,
    sourcePort: 49153,
    destinationPort: INGRESS_RULES.destinationPort,
  };
  const stack = [
    { label: 1024, trafficClass: 6, ttl: 255 },
    { label: 48120, trafficClass: 6, ttl: 255 },
  ];

  test('is as the reference packets of the ingress have it', () => {
    const reference = readVectors('mpls-frames').filter(({ name }) => /bfd-ingress/.test(name));
    expect(reference).toHaveLength(3);
    for (const { bytes } of reference) {
      const packet = labelledPacket(stack, header, bytes.subarray(-24));
      expect(toHex(packet)).toBe(toHex(bytes.subarray(14)));
    }
  });

  test('without labels is plain IP', () => {
    const packet = labelledPacket([], header, fromHex('20400318'));
    expect([packet.length, packet[0]]).toEqual([32, 0x45]);
  });
});

const FIRST = Uint8Array.of(192, 0, 2, 1);
const SECOND = Uint8Array.of(192, 0, 2, 2);

describe('the peer of a session', () => {
  test('while not Up, the ingress takes packets of any source and discriminator', () => {
    const peer = new SessionPeer(null);
    expect(peer.mismatch(7, FIRST)).toBeNull();
    expect(peer.mismatch(8, SECOND)).toBeNull();
  });

  test('the egress takes the discriminator of the echo request alone, from any source', () => {
    const peer = new SessionPeer(7);
    expect(peer.mismatch(7, FIRST)).toBeNull();
    expect(peer.mismatch(7, SECOND)).toBeNull();
    expect(peer.mismatch(8, FIRST)).toBe('other-discriminator');
  });

  test.each([null, 7])('once Up, neither may change, until the session is Up no more (%s)', (known) => {
    const peer = new SessionPeer(known);
    peer.bind(7, FIRST);
    expect(peer.mismatch(7, FIRST)).toBeNull();
    expect(peer.mismatch(8, FIRST)).toBe('other-discriminator');
    expect(peer.mismatch(7, SECOND)).toBe('other-source');
    peer.release();
    expect(peer.mismatch(7, SECOND)).toBeNull();
    expect(peer.mismatch(8, SECOND)).toBe(known === null ? null : 'other-discriminator');
  });
});
