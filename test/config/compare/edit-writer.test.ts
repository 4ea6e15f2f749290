import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeEdit, writeUndo } from '../../../src/config/compare/edit-writer.js';
import { writeTextDiff } from '../../../src/config/compare/text-diff.js';
import { applyEdit } from '../../../src/config/datastore/edit/apply-edit.js';
import { joinedSource } from '../../../src/config/modules.js';
import type { DataTree } from '../../../src/config/yang/data-tree.js';
import { moduleSourceOf } from '../../../src/config/yang/module-source.js';
import { readYangDirectories } from '../../../src/config/yang/yang-directory.io.js';
import type { YangContext } from '../../../src/config/yang/yang-context.js';
import { documentOf, gardenModule, gardens } from '../../support/garden.js';
import { edit } from '../../support/test-agent.js';
import { contextFrom, expectOk } from '../yang/binding-context.js';

let context: YangContext;
beforeAll(async () => {
  const folder = new URL('../../../yang/ietf', import.meta.url).pathname;
  const source = joinedSource(moduleSourceOf([gardenModule]), await readYangDirectories([folder]));
  ({ context } = await contextFrom(source, ['garden', 'ietf-netconf']));
});
afterAll(() => {
  context.dispose();
});

function grow(xml: string, validate = true): DataTree {
  return expectOk(context.parse(xml, { format: 'xml', validate, configOnly: true }));
}

function explicit(tree: DataTree): string {
  return tree.print({ format: 'xml', defaults: 'explicit' });
}

describe('a difference as edit-config', () => {
  it.each([true, false])('makes the one into the other (validated: %s)', (validated) => {
    fc.assert(
      fc.property(gardens, gardens, (from, to) => {
        using before = grow(documentOf(from), validated);
        using after = grow(documentOf(to), validated);
        using diff = before.diff(after, { defaults: true });
        const xml = writeEdit(diff);
        expect(applyEdit(before, edit(xml))).toEqual({ ok: true, value: undefined });
        expectOk(before.validate({ configOnly: true }));
        expectOk(after.validate({ configOnly: true }));
        expect(explicit(before)).toBe(explicit(after));
      }),
      { numRuns: 500 },
    );
  });

  it.each([true, false])(
    'is undone by what the same difference says backwards (validated: %s)',
    (validated) => {
      let told = 0;
      fc.assert(
        fc.property(gardens, gardens, (from, to) => {
          using before = grow(documentOf(from), validated);
          using after = grow(documentOf(to), validated);
          using diff = before.diff(after, { defaults: true });
          const undo = writeUndo(diff);
          if (undo === undefined) return;
          told += 1;
          expect(applyEdit(after, edit(undo))).toEqual({ ok: true, value: undefined });
          expectOk(before.validate({ configOnly: true }));
          expectOk(after.validate({ configOnly: true }));
          expect(explicit(after)).toBe(explicit(before));
        }),
        // Of most of these the order of entries is a part.
        { numRuns: 2000 },
      );
      expect(told).toBeGreaterThan(50);
    },
  );

  it('is empty, as text too, exactly when nothing differs that somebody has set', () => {
    fc.assert(
      fc.property(gardens, gardens, (from, to) => {
        using before = grow(documentOf(from));
        using after = grow(documentOf(to));
        using diff = before.diff(after, { defaults: true });
        const equal = explicit(before) === explicit(after);
        expect(writeEdit(diff) === '').toBe(equal);
        expect(writeTextDiff(diff) === '').toBe(equal);
      }),
      { numRuns: 300 },
    );
  });
});

describe('a difference as text', () => {
  it('names what comes, goes, changes and moves', () => {
    using before = grow(
      '<garden xmlns="urn:garden"><size>3</size><bed><name>a</name><plant>rose</plant></bed><path>p</path><path>q</path></garden>',
    );
    using after = grow(
      '<garden xmlns="urn:garden"><size>4</size><bed><name>b</name><tool>t</tool></bed><path>q</path><path>p</path></garden>',
    );
    using diff = before.diff(after, { defaults: true });
    expect(writeTextDiff(diff).trimEnd().split('\n').toSorted()).toEqual([
      '! /garden:garden/size = 3 -> 4',
      "+ /garden:garden/bed[name='b']",
      "+ /garden:garden/bed[name='b']/tool[.='t']",
      "- /garden:garden/bed[name='a']",
      "- /garden:garden/bed[name='a']/plant = rose",
      "~ /garden:garden/path[.='q'] first",
    ]);
  });
});
