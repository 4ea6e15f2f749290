import { describe, expect, test } from 'vitest';
import { readEndpoints, resolvePath } from '../../../src/bfd/engine/session-path.js';
import { InterfaceTable } from '../../../src/net/interface-table.js';
import { addressOf, virtualSession } from './virtual-hosts.js';

function hostWith(...addresses: readonly (readonly [string, number, string?])[]): InterfaceTable {
  const table = new InterfaceTable();
  table.apply({ type: 'link', index: 4, name: 'eth0', up: true, pointToPoint: false, running: true });
  for (const [local, prefixLength, peer] of addresses) {
    const address = { local: addressOf(local), peer: addressOf(peer ?? local), prefixLength };
    table.apply({ type: 'address', index: 4, address });
  }
  return table;
}

function sourceTowards(destination: string, host: InterfaceTable, source: string | null = null): string {
  const endpoints = readEndpoints(virtualSession(destination, { source }));
  if (!endpoints.ok) return endpoints.error;
  const resolved = resolvePath(endpoints.value, host);
  return resolved.ok ? resolved.value.path.source.text : resolved.error;
}

describe('the source address of a session', () => {
  test('is that of the network that the peer is in, the longest prefix of several', () => {
    const host = hostWith(['10.0.0.1', 8], ['192.168.1.1', 24], ['10.1.2.1', 24], ['10.1.2.9', 24]);

    expect(sourceTowards('10.1.2.200', host)).toBe('10.1.2.1');
    expect(sourceTowards('10.9.9.9', host)).toBe('10.0.0.1');
    expect(sourceTowards('192.168.1.255', host)).toBe('192.168.1.1');
  });

  test('is the own end of a point-to-point address', () => {
    expect(sourceTowards('172.16.0.2', hostWith(['172.16.0.1', 32, '172.16.0.2']))).toBe('172.16.0.1');
  });

  test('is wanting, and said so, when no address is in a network with the peer', () => {
    expect(sourceTowards('203.0.113.1', hostWith(['10.0.0.1', 24]))).toBe(
      'interface eth0 has no address in a network with 203.0.113.1',
    );
  });

  test('is the configured one where there is one, if the host has it', () => {
    const host = hostWith(['10.0.0.1', 24], ['10.0.0.7', 24]);

    expect(sourceTowards('10.0.0.2', host, '10.0.0.7')).toBe('10.0.0.7');
    expect(sourceTowards('10.0.0.2', host, '10.0.0.8')).toBe('no interface has the address 10.0.0.8');
  });

  test('of an IPv6 session is one of the same kind: link-local for a link-local peer', () => {
    const host = hostWith(['10.0.0.1', 8], ['fe80::1', 64], ['2001:db8::1', 64], ['2001:db8:0:0:1::1', 80]);

    expect(sourceTowards('fe80::2', host)).toBe('fe80::1');
    expect(sourceTowards('2001:db8::2', host)).toBe('2001:db8::1');
    expect(sourceTowards('2001:db8::1:0:0:2', host)).toBe('2001:db8::1:0:0:1');
  });

  test('of an IPv6 session is the most like that of the peer, in whatever order they have come', () => {
    const own = [
      ['fe80::1', 64],
      ['fe80::d8ff:fe01:203', 64],
      ['2001:db8::a', 64],
      ['2001:db8::d8ff:fe01:203', 64],
      ['2001:db8::7777:1', 64],
    ] as const;
    for (const addresses of [own, own.toReversed()]) {
      const host = hostWith(...addresses);
      expect(sourceTowards('fe80::2', host)).toBe('fe80::1');
      expect(sourceTowards('2001:db8::b', host)).toBe('2001:db8::a');
      // Neither is more like this one than the other.
      expect(sourceTowards('2001:db8::8000:0:0:1', host)).toBe('2001:db8::a');
    }
  });

  test('stays while it will do, whatever other addresses come', () => {
    const present = addressOf('2001:db8::7777:1');
    const host = hostWith(['2001:db8::a', 64], ['2001:db8::7777:1', 64]);
    const endpoints = readEndpoints(virtualSession('2001:db8::b'));
    if (!endpoints.ok) throw new Error(endpoints.error);
    const stays = resolvePath(endpoints.value, host, present);
    expect(stays.ok && stays.value.path.source.text).toBe('2001:db8::7777:1');
    const gone = resolvePath(endpoints.value, hostWith(['2001:db8::a', 64]), present);
    expect(gone.ok && gone.value.path.source.text).toBe('2001:db8::a');
  });

  test('that is link-local must be one of the interface itself', () => {
    const host = hostWith(['fe80::1', 64]);
    host.apply({ type: 'link', index: 5, name: 'eth1', up: true, pointToPoint: false, running: true });
    const address = { local: addressOf('fe80::5'), peer: addressOf('fe80::5'), prefixLength: 64 };
    host.apply({ type: 'address', index: 5, address });

    expect(sourceTowards('fe80::2', host, 'fe80::1')).toBe('fe80::1');
    expect(sourceTowards('fe80::2', host, 'fe80::5')).toBe('no interface has the address fe80::5');
  });

  test('with a prefix of length zero every peer is in the network', () => {
    expect(sourceTowards('203.0.113.1', hostWith(['10.0.0.1', 0]))).toBe('10.0.0.1');
  });
});
