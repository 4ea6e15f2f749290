import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Filter } from '../../../src/config/config-service.js';
import { pruneXml } from '../../../src/config/state/prune-xml.js';
import type { YangContext } from '../../../src/config/yang/yang-context.js';
import { documentOf, gardenModule, gardens } from '../../support/garden.js';
import { xmlElement } from '../../support/xml-element.js';
import { contextOf } from '../yang/binding-context.js';
import { printed, selected } from './data-text.js';

let garden: YangContext;
beforeAll(async () => {
  ({ context: garden } = await contextOf(gardenModule));
});

const subtree = (filter: string): Filter => ({ type: 'subtree', element: xmlElement(filter) });

const pruned = (xml: string, filter: string): string => pruneXml(garden, xml, xmlElement(filter));

const siblings = (...children: readonly fc.Arbitrary<string>[]): fc.Arbitrary<string> =>
  fc.array(fc.oneof(...children), { maxLength: 3 }).map((elements) => elements.join(''));
const within = (name: string, ...children: readonly fc.Arbitrary<string>[]): fc.Arbitrary<string> =>
  siblings(...children).map((inside) => (inside === '' ? `<${name}/>` : `<${name}>${inside}</${name}>`));
const leaf = (name: string, ...values: readonly string[]): fc.Arbitrary<string> =>
  fc
    .constantFrom('', ...values)
    .map((value) => (value === '' ? `<${name}/>` : `<${name}>${value}</${name}>`));
const row = within('row', leaf('number', '1', '2'), leaf('seed', 'a'));
const bed = within('bed', leaf('name', 'a', 'b'), leaf('plant', 'rose'), leaf('tool', 'a', 'c'), row);
const shed = within('shed', leaf('colour', 'red'), fc.constant('<roof/>'));
const tap = within('tap', leaf('pressure', '3'), leaf('on', 'true'));
const inGarden = [leaf('size', '8'), shed, bed, leaf('path', 'a', 'b'), leaf('well', 'deep'), tap];
const gardenFilter = siblings(...inGarden, fc.constant('<weed/>')).map((inside) =>
  inside === '' ? '<garden xmlns="urn:garden"/>' : `<garden xmlns="urn:garden">${inside}</garden>`,
);
/** Filters of all kinds. */
const filters = siblings(
  gardenFilter,
  leaf('owner', 'a').map((filter) => filter.replace('<owner', '<owner xmlns="urn:garden"')),
).map((inside) => `<filter>${inside}</filter>`);

describe('what a subtree filter cannot select is left out of XML', () => {
  it('and the filter selects the same of what is left', () => {
    fc.assert(
      fc.property(gardens, filters, (one, filter) => {
        const xml = printed(garden, documentOf(one));
        const left = pruned(xml, filter);
        expect(left.length).toBeLessThanOrEqual(xml.length);
        expect(selected(garden, left, subtree(filter))).toBe(selected(garden, xml, subtree(filter)));
      }),
      { numRuns: 1000 },
    );
  });

  it('but the keys of entries stay', () => {
    const xml = printed(
      garden,
      '<garden xmlns="urn:garden"><size>8</size><bed><name>a</name><plant>rose</plant><tool>b</tool></bed></garden>',
    );
    expect(pruned(xml, '<filter><garden><bed><plant/></bed></garden></filter>')).toBe(
      '<garden xmlns="urn:garden"><bed><name>a</name><plant>rose</plant></bed></garden>',
    );
  });

  it('also where its namespace is another', () => {
    const xml = printed(garden, '<garden xmlns="urn:garden"><size>8</size></garden>');
    expect(pruned(xml, '<filter><garden xmlns="urn:other"/></filter>')).toBe('');
  });
});
