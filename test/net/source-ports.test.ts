import { describe, expect, test } from 'vitest';
import { FIRST_SOURCE_PORT, LAST_SOURCE_PORT, SourcePorts } from '../../src/net/source-ports.js';
import { repeatableRandom } from '../bfd/engine/virtual-hosts.js';

const ALL = LAST_SOURCE_PORT - FIRST_SOURCE_PORT + 1;

function takeMany(ports: SourcePorts, count: number): number[] {
  return Array.from({ length: count }, () => ports.take());
}

describe('source ports', () => {
  test('all of 49152 to 65535 are handed out, each once, before one is shared', () => {
    const ports = new SourcePorts(repeatableRandom(4));
    const first = takeMany(ports, ALL);

    expect(ALL).toBe(16384);
    expect(new Set(first).size).toBe(ALL);
    expect(Math.min(...first)).toBe(49152);
    expect(Math.max(...first)).toBe(65535);
    expect(new Set(takeMany(ports, ALL)).size).toBe(ALL);
  });

  test('the ports that the fewest have come first, whoever has left', () => {
    const ports = new SourcePorts(repeatableRandom(9));
    takeMany(ports, ALL + 100);
    for (const port of [50_000, 51_000, 52_000]) {
      ports.release(port);
    }
    const uses = new Map<number, number>();
    takeMany(ports, ALL).forEach((port) => uses.set(port, (uses.get(port) ?? 0) + 1));

    expect(Math.max(...uses.values())).toBeLessThanOrEqual(2);
    expect(uses.size).toBeGreaterThanOrEqual(ALL - 100);
  });

  test('a released port can be taken again', () => {
    const ports = new SourcePorts(() => 5);
    expect([ports.take(), ports.take()]).toEqual([49157, 65535]);

    ports.release(49157);

    const others = takeMany(ports, ALL - 1);
    expect(others).toContain(49157);
    expect(others).not.toContain(65535);
  });
});
