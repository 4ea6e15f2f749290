import { describe, expect, it } from 'vitest';
import { LoginSlots } from '../../../src/netconf/ssh/login-slots.js';

describe('login slots', () => {
  it('make the oldest connection go when they are full', () => {
    const slots = new LoginSlots<string>(2);
    expect([slots.add('a'), slots.add('b'), slots.add('c'), slots.add('d')]).toEqual([
      undefined,
      undefined,
      'a',
      'b',
    ]);
    expect(slots.size).toBe(2);
  });

  it('are free again when a connection has logged in or is gone', () => {
    const slots = new LoginSlots<string>(2);
    slots.add('a');
    slots.add('b');
    slots.delete('a');
    expect(slots.add('c')).toBeUndefined();
    expect(slots.add('d')).toBe('b');
  });
});
