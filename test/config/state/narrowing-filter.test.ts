import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Filter } from '../../../src/config/config-service.js';
import { narrowingFilter } from '../../../src/config/state/narrowing-filter.js';
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

const xpath = (select: string): Filter => ({
  type: 'xpath',
  select,
  namespaces: new Map([['g', 'urn:garden']]),
});

/** What is left of a garden when what the path cannot select is left out. */
function left(xml: string, select: string): string {
  const filter = narrowingFilter(xpath(select));
  if (filter === undefined) throw new Error(`${select} is no plain path`);
  return pruneXml(garden, xml, filter);
}

const conditions = fc.constantFrom(
  '',
  '',
  "[g:name='a']",
  '[ name = "b" ]',
  "[plant='rose']",
  "[g:number='1' and g:seed='a']",
  "[on='true'][pressure='3']",
);
const step = fc
  .tuple(
    fc.constantFrom('g:', 'g:', ''),
    fc.constantFrom(
      'bed',
      'name',
      'plant',
      'tool',
      'row',
      'seed',
      'shed',
      'roof',
      'colour',
      'tap',
      'on',
      'path',
    ),
    conditions,
  )
  .map(([prefix, name, condition]) => `/${prefix}${name}${condition}`);
const path = fc.array(step, { maxLength: 3 }).map((steps) => `/g:garden${steps.join('')}`);
const paths = fc.oneof(
  path,
  fc.constant('/g:owner'),
  fc.array(path, { minLength: 2, maxLength: 3 }).map((several) => several.join(' | ')),
);

describe('an XPath filter of plain paths', () => {
  it('selects the same of what the subtree filter for it leaves', () => {
    fc.assert(
      fc.property(gardens, paths, (one, select) => {
        const xml = printed(garden, documentOf(one));
        expect(selected(garden, left(xml, select), xpath(select))).toBe(selected(garden, xml, xpath(select)));
      }),
      { numRuns: 1000 },
    );
  });

  it('leaves out other branches', () => {
    const xml = printed(
      garden,
      '<garden xmlns="urn:garden"><size>8</size><bed><name>a</name><plant>rose</plant><tool>b</tool></bed></garden>',
    );
    expect(left(xml, "/g:garden/g:bed[g:name='a']/g:plant")).toBe(
      '<garden xmlns="urn:garden"><bed><name>a</name><plant>rose</plant></bed></garden>',
    );
    expect(left(xml, '/g:garden/g:size|/g:owner')).toBe('<garden xmlns="urn:garden"><size>8</size></garden>');
  });
});

describe('a filter that can select anything', () => {
  it.each([
    '//g:bed',
    '/',
    '/*',
    '/g:garden//g:name',
    '/g:garden/g:bed[1]',
    '/g:garden/g:bed[last()]',
    '/g:garden/g:bed/..',
    '/g:garden/g:bed/text()',
    '/g:garden/child::g:bed',
    "/g:garden/g:bed[g:name='a' or g:name='b']",
    "/g:garden/g:bed[g:name!='a']",
    "/g:garden/g:bed[g:plant='']",
    '/g:garden/g:bed[g:name=../g:path]',
    '/g:garden | //g:bed',
    'g:garden',
    '/g:garden/',
    '',
  ])('is not narrowed: %s', (select) => {
    expect(narrowingFilter(xpath(select))).toBeUndefined();
  });

  it('is that of none, too', () => {
    expect(narrowingFilter(undefined)).toBeUndefined();
  });
});

describe('a subtree filter', () => {
  it('stands for itself', () => {
    const element = xmlElement('<filter><garden xmlns="urn:garden"/></filter>');
    expect(narrowingFilter({ type: 'subtree', element })).toBe(element);
  });
});

describe('a path of a hundred thousand steps', () => {
  it('is read', () => {
    const select = '/g:garden'.repeat(100_000);
    const filter = narrowingFilter(xpath(select));
    expect(filter?.children[0]?.local).toBe('garden');
  });
});
