import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DataTree } from '../../../src/config/yang/data-tree.js';
import type { YangContext } from '../../../src/config/yang/yang-context.js';
import { documentOf, type Garden, gardenModule, gardens } from '../../support/garden.js';
import { contextOf, expectOk } from './binding-context.js';

function explicit(tree: DataTree): string {
  return tree.print({ format: 'xml', defaults: 'explicit', emptyContainers: true });
}

function all(tree: DataTree): string {
  return tree.print({ format: 'json', defaults: 'all', emptyContainers: true });
}

describe('the difference of two trees', () => {
  let context: YangContext;
  beforeAll(async () => {
    ({ context } = await contextOf(gardenModule));
  });
  afterAll(() => {
    context.dispose();
  });
  const grow = (from: Garden): DataTree =>
    expectOk(context.parse(documentOf(from), { format: 'xml', validate: true, configOnly: true }));
  test.each([false, true])('makes the one into the other (defaults counted: %s)', (defaults) => {
    fc.assert(
      fc.property(gardens, gardens, (from, to) => {
        using before = grow(from);
        using after = grow(to);
        using diff = before.diff(after, { defaults });
        before.applyDiff(diff);
        expectOk(before.validate({ configOnly: true }));
        // Without defaults it does not say whether a value that is the default was written.
        const seen = (tree: DataTree): string => all(tree) + (defaults ? explicit(tree) : '');
        expect(seen(before)).toBe(seen(after));
      }),
      { numRuns: 300 },
    );
  });

  test('is nothing exactly when they are the same', () => {
    fc.assert(
      fc.property(gardens, gardens, (from, to) => {
        using one = grow(from);
        using other = grow(to);
        using diff = one.diff(other, { defaults: true });
        expect(diff.isEmpty()).toBe(explicit(one) === explicit(other) && all(one) === all(other));
      }),
      { numRuns: 200 },
    );
  });

  test('leaves no tree behind', () => {
    expect(context.liveTrees).toBe(0);
  });
});

describe('a printed tree', () => {
  let context: YangContext;
  beforeAll(async () => {
    ({ context } = await contextOf(gardenModule));
  });
  afterAll(() => {
    context.dispose();
  });

  test.each(['xml', 'json'] as const)('is read back as it was, in %s', (format) => {
    fc.assert(
      fc.property(gardens, (from) => {
        using tree = expectOk(context.parse(documentOf(from), { format: 'xml', validate: false }));
        const text = tree.print({ format, defaults: 'explicit', emptyContainers: true });
        using again = expectOk(context.parse(text, { format, validate: false }));
        expect(again.print({ format, defaults: 'explicit', emptyContainers: true })).toBe(text);
        using ordered = expectOk(context.parse(text, { format, validate: false, ordered: true }));
        expect(ordered.print({ format, defaults: 'explicit', emptyContainers: true })).toBe(text);
      }),
      { numRuns: 100 },
    );
  });
});
