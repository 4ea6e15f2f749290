import { describe, expect, it } from 'vitest';
import { NamespaceScope } from '../../../src/lib/xml/namespace-scope.js';

describe('a namespace scope', () => {
  const outer = new NamespaceScope(
    new Map([
      ['', 'urn:d'],
      ['p', 'urn:p'],
    ]),
  );
  const inner = new NamespaceScope(
    new Map([
      ['p', 'urn:p2'],
      ['q', 'urn:q'],
    ]),
    outer,
  );

  it('finds what is declared inside before what is declared outside', () => {
    expect(['', 'p', 'q', 'r'].map((prefix) => inner.get(prefix))).toEqual([
      'urn:d',
      'urn:p2',
      'urn:q',
      undefined,
    ]);
    expect(inner.has('q')).toBe(true);
    expect(outer.has('q')).toBe(false);
  });

  it('lists every prefix once', () => {
    expect(Object.fromEntries(inner)).toEqual({ '': 'urn:d', p: 'urn:p2', q: 'urn:q' });
    expect([...inner.keys()].toSorted()).toEqual(['', 'p', 'q']);
    expect([...inner.values()].toSorted()).toEqual(['urn:d', 'urn:p2', 'urn:q']);
    expect(inner.size).toBe(3);
    const seen: string[] = [];
    inner.forEach((uri, prefix) => seen.push(`${prefix}=${uri}`));
    expect(seen.toSorted()).toEqual(['=urn:d', 'p=urn:p2', 'q=urn:q']);
  });

  it('does not list a default namespace that was taken away', () => {
    const without = new NamespaceScope(new Map([['', '']]), inner);
    expect(without.get('')).toBeUndefined();
    expect([...without.keys()].toSorted()).toEqual(['p', 'q']);
  });
});
