import { describe, expect, test } from 'vitest';
import { FIRST_SOURCE_PORT, LAST_SOURCE_PORT, SourcePorts } from '../../src/net/source-ports.js';

describe('source ports', () => {
  test('all of 49152 to 65535 are handed out, each once, and then none', () => {
    const ports = new SourcePorts(() => 0xffff_ffff);
    const taken = new Set<number | null>();
    for (let port = FIRST_SOURCE_PORT; port <= LAST_SOURCE_PORT; port += 1) {
      taken.add(ports.take());
    }

    expect(taken.size).toBe(16384);
    expect(Math.min(...[...taken].map(Number))).toBe(49152);
    expect(Math.max(...[...taken].map(Number))).toBe(65535);
    expect(ports.take()).toBeNull();
  });

  test('a released port can be taken again', () => {
    const ports = new SourcePorts(() => 5);
    const taken = [ports.take(), ports.take()];
    expect(taken).toEqual([49157, 65535]);

    ports.release(49157);

    const others = Array.from({ length: 16383 }, () => ports.take());
    expect(others).toContain(49157);
    expect(others).not.toContain(65535);
    expect(ports.take()).toBeNull();
  });
});
