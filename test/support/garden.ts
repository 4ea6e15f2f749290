import * as fc from 'fast-check';
import { yangModule } from '../config/yang/binding-context.js';

/** A module with every kind of node that a diff can meet. */
export const gardenModule = yangModule(
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
/** Its data. */
export interface Garden {
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
/** Gardens of all kinds. */
export const gardens: fc.Arbitrary<Garden> = fc.record({
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

/** A garden as XML. */
export function documentOf(garden: Garden): string {
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
