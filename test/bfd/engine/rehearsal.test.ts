import { describe, expect, it } from 'vitest';
import { nodeDigest } from '../../../src/bfd/auth/node-digest.io.js';
import { rehearsal } from '../../../src/bfd/engine/rehearsal.js';
import type { DesiredSession, StateChangeEvent } from '../../../src/bfd/engine/session-model.js';
import { repeatableRandom } from './virtual-hosts.js';

const asWanted = (session: DesiredSession): DesiredSession => session;

function eventsOf(lives: number): StateChangeEvent[] {
  const events: StateChangeEvent[] = [];
  const random = repeatableRandom(1);
  const parts = { digest: nodeDigest, random, lostPackets: () => 0, asItComes: asWanted };
  const turns = rehearsal({ ...parts, onEvent: (event) => events.push(event) }, lives);
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
});
