import { describe, expect, it } from 'vitest';
import { LoginSlots } from '../../../src/netconf/ssh/login-slots.js';

describe('login slots', () => {
  it('make the oldest connection go when they are full', () => {
    const slots = new LoginSlots<string>(() => 2);
    expect([slots.add('a'), slots.add('b'), slots.add('c'), slots.add('d')]).toEqual([[], [], ['a'], ['b']]);
    expect(slots.size).toBe(2);
  });

  it('are free again when a connection has logged in or is gone', () => {
    const slots = new LoginSlots<string>(() => 2);
    slots.add('a');
    slots.add('b');
    slots.delete('a');
    expect(slots.add('c')).toEqual([]);
    expect(slots.add('d')).toEqual(['b']);
  });

  it('make as many go as a lower limit asks for', () => {
    let limit = 4;
    const slots = new LoginSlots<string>(() => limit);
    for (const name of ['a', 'b', 'c', 'd']) slots.add(name);
    limit = 2;
    expect(slots.add('e')).toEqual(['a', 'b', 'c']);
    expect(slots.size).toBe(2);
  });
});
