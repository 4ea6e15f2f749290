import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DataTree } from '../../../src/config/yang/data-tree.js';
import type { YangContext } from '../../../src/config/yang/yang-context.js';
import { contextOf, expectOk, yangModule } from './binding-context.js';

const gardenModule = yangModule(
  'garden',
  `container garden {
     leaf size { type uint8; default 9; }
     container shed { leaf colour { type string; default green; } container roof { presence "has one"; } }
     list bed {
       key name; leaf name { type string; }
       leaf plant { type string; default grass; }
       leaf-list tool { type string; }
       list row { key number; ordered-by user; leaf number { type uint8; } leaf seed { type string; } }
     }
     leaf-list path { type string; ordered-by user; }
     choice water { leaf well { type string; } container tap { leaf pressure { type uint8; default 3; } leaf on { type boolean; } } }
   }
   leaf-list owner { type string; ordered-by user; }`,
);

interface Bed {
  readonly name: string;
  readonly plant: string | undefined;
  readonly tools: readonly string[];
  readonly rows: readonly { readonly number: number; readonly seed: string | undefined }[];
}
interface Garden {
  readonly size: number | undefined;
  readonly colour: string | undefined;
  readonly roof: boolean;
  readonly beds: readonly Bed[];
  readonly paths: readonly string[];
  readonly water: string;
  readonly owners: readonly string[];
}

const names = fc.constantFrom('a', 'b', 'c', 'd');
const some = <T>(values: fc.Arbitrary<T>) => fc.uniqueArray(values, { maxLength: 4 });
const maybe = <T>(values: fc.Arbitrary<T>) => fc.option(values, { nil: undefined });
const beds: fc.Arbitrary<Bed> = fc.record({
  name: names,
  plant: maybe(fc.constantFrom('grass', 'rose')),
  tools: some(names),
  rows: fc.uniqueArray(fc.record({ number: fc.nat({ max: 4 }), seed: maybe(names) }), {
    maxLength: 4,
    selector: ({ number }) => number,
  }),
});
const gardens: fc.Arbitrary<Garden> = fc.record({
  size: maybe(fc.constantFrom(8, 9)),
  colour: maybe(fc.constantFrom('green', 'red')),
  roof: fc.boolean(),
  beds: fc.uniqueArray(beds, { maxLength: 4, selector: ({ name }) => name }),
  paths: some(names),
  water: fc.constantFrom(
    '',
    '<well>deep</well>',
    '<tap><on>true</on></tap>',
    '<tap><pressure>3</pressure></tap>',
  ),
  owners: some(names),
});

function element(name: string, inside: string | number | undefined): string {
  return inside === undefined ? '' : `<${name}>${inside}</${name}>`;
}

function documentOf(garden: Garden): string {
  const bed = ({ name, plant, tools, rows }: Bed): string =>
    element(
      'bed',
      element('name', name) +
        element('plant', plant) +
        tools.map((tool) => element('tool', tool)).join('') +
        rows
          .map(({ number, seed }) => element('row', element('number', number) + element('seed', seed)))
          .join(''),
    );
  const inside =
    element('size', garden.size) +
    element('shed', element('colour', garden.colour) + (garden.roof ? '<roof/>' : '')) +
    garden.beds.map(bed).join('') +
    garden.paths.map((path) => element('path', path)).join('') +
    garden.water;
  const owners = garden.owners.map((owner) => `<owner xmlns="urn:garden">${owner}</owner>`).join('');
  return `<garden xmlns="urn:garden">${inside}</garden>${owners}`;
}

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
