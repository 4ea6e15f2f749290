import { beforeEach, describe, expect, test } from 'vitest';
import type { DesiredIpMhSession } from '../../../src/bfd/engine/session-model.js';
import { repeatableRandom, VirtualLink, virtualSession } from './virtual-hosts.js';
import { ipMhSession } from '../../support/desired-sessions.js';

const SECOND = 1_000_000;

function multihop(
  source: string,
  destination: string,
  change: Partial<DesiredIpMhSession> = {},
): DesiredIpMhSession {
  return ipMhSession(source, destination, { requiredTtl: 250, ...change });
}

describe.each([
  ['IPv4', '10.0.0.1', '10.0.0.2'],
  ['IPv6', '2001:db8::1', '2001:db8::2'],
])('sessions over several hops, %s', (_name, leftAddress, rightAddress) => {
  const toRight = multihop(leftAddress, rightAddress);
  const toLeft = multihop(rightAddress, leftAddress);
  let link: VirtualLink;

  beforeEach(() => {
    link = new VirtualLink(repeatableRandom(11));
    link.left.setAddress(leftAddress, true);
    link.right.setAddress(rightAddress, true);
    link.left.engine.set([toRight], link.nowUs);
    link.right.engine.set([toLeft], link.nowUs);
    link.run(4 * SECOND);
  });

  test('come Up by port 4784, with no interface of their own', () => {
    expect(link.left.report(toRight.key)).toMatchObject({ localState: 'up', destinationPort: 4784 });
    expect(link.packets.at(-1)?.path).toMatchObject({ interface: null, destinationPort: 4784 });
  });

  test('go Down with Path Down when the source address goes, and Up when it is back', () => {
    link.left.setAddress(leftAddress, false);
    expect(link.left.report(toRight.key)).toMatchObject({
      localState: 'down',
      localDiagnostic: 5,
      obstacle: `no interface has the address ${leftAddress}`,
    });

    link.left.setAddress(leftAddress, true);
    link.run(4 * SECOND);
    expect(link.left.report(toRight.key)).toMatchObject({ localState: 'up', obstacle: null });
  });

  test('take packets from the TTL that is required on, and count the others', () => {
    const packet = link.packets.findLast(({ from }) => from === link.right);
    if (packet === undefined) throw new Error('a packet of the right host');
    const before = link.left.report(toRight.key);

    link.left.receive(packet, 250, 77);
    link.left.receive(packet, 249, 77);

    const after = link.left.report(toRight.key);
    expect(after.receivedPackets - before.receivedPackets).toBe(2);
    expect(after.invalidPackets - before.invalidPackets).toBe(1);
    expect(link.left.engine.discards().get('ttl')).toBe(1);
  });

  test('change the TTLs without a flap, and send with the new one', () => {
    const { sourcePort } = link.left.report(toRight.key);
    link.left.engine.set([{ ...toRight, transmitTtl: 64, requiredTtl: 1 }], link.nowUs);
    link.right.engine.set([{ ...toLeft, requiredTtl: 64 }], link.nowUs);
    link.run(SECOND);

    expect(link.packets.findLast(({ from }) => from === link.left)?.ttl).toBe(64);
    expect(link.left.report(toRight.key)).toMatchObject({ localState: 'up', downCount: 0, sourcePort });
    expect(link.right.report(toLeft.key)).toMatchObject({ localState: 'up', downCount: 0 });
  });

  test('hear nothing that comes to the port of single-hop sessions', () => {
    const packet = link.packets.findLast(({ from }) => from === link.right);
    if (packet === undefined) throw new Error('a packet of the right host');
    const before = link.left.report(toRight.key);

    link.left.receive({ ...packet, path: { ...packet.path, destinationPort: 3784 } });

    expect(link.left.report(toRight.key)).toEqual(before);
    expect(link.left.engine.discards().get('no-session')).toBe(1);
  });

  test('live beside one over a single hop between the same hosts', () => {
    const direct = virtualSession(rightAddress);
    link.left.engine.set([direct], link.nowUs);
    link.right.engine.set([virtualSession(leftAddress)], link.nowUs);
    link.run(4 * SECOND);

    expect(link.left.report(direct.key)).toMatchObject({ localState: 'up', destinationPort: 3784 });
    expect(link.left.report(toRight.key)).toMatchObject({ localState: 'up', upCount: 1 });
  });
});

describe('a session over several hops is refused', () => {
  test.each([
    ['with a link-local address', 'fe80::1', 'fe80::2', 'is a link-local address'],
    ['between two families', '10.0.0.1', '2001:db8::2', 'are not of one address family'],
    ['to an unspecified address', '::1', '::', ':: is not a unicast address'],
    ['to an IPv4 address in IPv6', '::1', '::ffff:10.0.0.2', 'is not a unicast address'],
  ])('%s', (_name, source, destination, reason) => {
    const link = new VirtualLink(repeatableRandom(3));

    const refused = link.left.engine.set([multihop(source, destination)], link.nowUs);

    expect(refused[0]?.reason).toContain(reason);
    expect(link.left.engine.keys()).toEqual([]);
  });

  test('when another one has its two addresses', () => {
    const link = new VirtualLink(repeatableRandom(3));
    const first = multihop('10.0.0.1', '10.0.0.2');
    link.left.engine.set([first], link.nowUs);

    const refused = link.left.engine.set([{ ...first, key: 'other' }], link.nowUs);

    expect(refused).toEqual([
      { key: 'other', reason: `session ${first.key} has this neighbour from 10.0.0.1` },
    ]);
  });
});

test('a session over one hop hears its link-local IPv6 neighbour on its own interface alone', () => {
  const link = new VirtualLink(repeatableRandom(5));
  const toRight = virtualSession('fe80::2');
  link.left.setAddress('fe80::1', true, 64);
  link.right.setAddress('fe80::2', true, 64);
  link.left.engine.set([toRight], link.nowUs);
  link.right.engine.set([virtualSession('fe80::1')], link.nowUs);
  link.run(4 * SECOND);
  const packet = link.packets.findLast(({ from }) => from === link.right);
  if (packet === undefined) throw new Error('a packet of the right host');

  link.left.receive(packet, 255, 9);

  expect(link.left.report(toRight.key).localState).toBe('up');
  expect(link.left.engine.discards().get('no-session')).toBe(1);
});
