import { describe, expect, test } from 'vitest';
import { ipv4Text, readEndpoints, resolvePath } from '../../../src/bfd/engine/session-path.js';
import { InterfaceTable } from '../../../src/net/interface-table.js';
import { virtualSession } from './virtual-hosts.js';

function hostWith(...addresses: readonly (readonly [string, number, string?])[]): InterfaceTable {
  const table = new InterfaceTable();
  table.apply({ type: 'link', index: 4, name: 'eth0', up: true, pointToPoint: false });
  for (const [local, prefixLength, peer] of addresses) {
    const address = { local: number(local), peer: number(peer ?? local), prefixLength };
    table.apply({ type: 'address', index: 4, address });
  }
  return table;
}

function number(text: string): number {
  return text.split('.').reduce((value, part) => value * 256 + Number(part), 0);
}

function sourceTowards(destination: string, host: InterfaceTable, source: string | null = null): string {
  const endpoints = readEndpoints(virtualSession(destination, { source }));
  if (!endpoints.ok) return endpoints.error;
  const resolved = resolvePath(endpoints.value, host);
  return resolved.ok ? ipv4Text(resolved.value.path.source) : resolved.error;
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

  test('with a prefix of length zero every peer is in the network', () => {
    expect(sourceTowards('203.0.113.1', hostWith(['10.0.0.1', 0]))).toBe('10.0.0.1');
  });
});
