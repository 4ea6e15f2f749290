import { describe, expect, test } from 'vitest';
import { ipMh } from '../../../src/bfd/types/ip-mh.js';
import { ipSh } from '../../../src/bfd/types/ip-sh.js';
import { SESSION_TYPES } from '../../../src/bfd/types/session-types.js';

const arrival = { interface: 'eth0', pointToPoint: false, source: '192.0.2.1', destination: '192.0.2.254' };

describe('ip-sh, RFC 5881', () => {
  test('§4: UDP to port 3784 from a port of 49152 to 65535', () => {
    expect(ipSh.encapsulation).toBe('udp');
    expect(ipSh.destinationPort).toBe(3784);
    expect(ipSh.sourcePorts).toEqual({ min: 49152, max: 65535 });
  });

  test('§5: TTL 255 is sent and required', () => {
    expect(ipSh.transmitTtl).toBe(255);
    expect(ipSh.requiredTtl).toBe(255);
  });

  test('§3: a first packet belongs to the session of its interface, neighbour and protocol', () => {
    const key = ipSh.demultiplexingKey(arrival);
    expect(ipSh.demultiplexingKey({ ...arrival })).toBe(key);
    const others = [
      { ...arrival, interface: 'eth1' },
      { ...arrival, source: '192.0.2.2' },
      { ...arrival, source: '2001:db8::1' },
      { ...arrival, interface: 7 },
    ].map((other) => ipSh.demultiplexingKey(other));
    expect(new Set([key, ...others]).size).toBe(5);
  });

  test('§6: on a point-to-point link the source address does not matter, the protocol does', () => {
    const link = { ...arrival, pointToPoint: true };
    const key = ipSh.demultiplexingKey(link);
    expect(ipSh.demultiplexingKey({ ...link, source: '198.51.100.9' })).toBe(key);
    expect(ipSh.demultiplexingKey({ ...link, source: 'fe80::1' })).not.toBe(key);
    expect(ipSh.demultiplexingKey({ ...link, interface: 'ppp1' })).not.toBe(key);
  });
});

describe('ip-mh, RFC 5883', () => {
  test('§5: UDP to port 4784 from a port of 49152 to 65535', () => {
    expect(ipMh.destinationPort).toBe(4784);
    expect(ipMh.sourcePorts).toEqual({ min: 49152, max: 65535 });
  });

  test('§4.1: a first packet belongs to the session of its two addresses, by whatever interface it comes', () => {
    const key = ipMh.demultiplexingKey(arrival);
    expect(ipMh.demultiplexingKey({ ...arrival, interface: 'eth1', pointToPoint: true })).toBe(key);
    const { source, destination } = arrival;
    const others = [
      { ...arrival, source: '192.0.2.2' },
      { ...arrival, destination: '192.0.2.2' },
      { ...arrival, source: destination, destination: source },
    ].map((other) => ipMh.demultiplexingKey(other));
    expect(new Set([key, ...others]).size).toBe(4);
  });
});

test('the names of the session types are unique', () => {
  const names = SESSION_TYPES.map((type) => type.name);
  expect(names).toEqual(expect.arrayContaining(['ip-sh', 'ip-mh']));
  expect(new Set(names).size).toBe(names.length);
});
