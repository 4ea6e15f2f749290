import { describe, expect, it } from 'vitest';
import { nodeDigest } from '../../../src/bfd/auth/node-digest.io.js';
import { rehearsal } from '../../../src/bfd/engine/rehearsal.js';
import type { DesiredSession, StateChangeEvent } from '../../../src/bfd/engine/session-model.js';
import { MemoryWire } from './memory-wire.js';
import { repeatableRandom } from './virtual-hosts.js';

const createRandom = (): (() => number) => repeatableRandom(1);
const asWanted = (session: DesiredSession): DesiredSession => session;

function begin(wire: MemoryWire, lives: number, events: StateChangeEvent[]): Generator {
  const parts = { wire, digest: nodeDigest, createRandom, lostPackets: () => 0, asItComes: asWanted };
  return rehearsal({ ...parts, onEvent: (event) => events.push(event) }, lives);
}

function eventsOf(lives: number, wire = new MemoryWire()): StateChangeEvent[] {
  const events: StateChangeEvent[] = [];
  const turns = begin(wire, lives, events);
  while (turns.next().done !== true);
  return events;
}

describe('rehearsal', () => {
  it('lets every session come Up and fall in each life', () => {
    const events = eventsOf(3);
    const keys = new Set(events.map(({ key }) => key));
    expect(keys.size).toBeGreaterThan(10);
    for (const key of keys) {
      const own = events.filter((event) => event.key === key);
      expect(own.filter(({ to }) => to === 'up')).toHaveLength(3);
      expect(own.filter(({ from, to }) => from === 'up' && to === 'down')).toHaveLength(3);
    }
  });

  it('lets them fall by silence, with a record that says so', () => {
    const falls = eventsOf(1).filter(({ from }) => from === 'up');
    expect(falls.map(({ report }) => report.downRecord?.verdict)).toContain('peer-silent');
  });

  it('leaves nothing open', () => {
    const wire = new MemoryWire();
    expect(eventsOf(2, wire)).not.toHaveLength(0);
    expect(wire.open).toBe(0);
  });

  it.each([1, 20, 100, 300])('leaves nothing open when it is broken off after %i turns', (count) => {
    const wire = new MemoryWire();
    const turns = begin(wire, 2, []);
    for (let turn = 0; turn < count; turn += 1) turns.next();
    expect(wire.open).toBeGreaterThan(0);
    turns.return(undefined);
    expect(wire.open).toBe(0);
  });
});
