import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { patchEdits } from '../../../src/config/compare/patch-edits.js';
import { applyEdit } from '../../../src/config/datastore/edit/apply-edit.js';
import { joinedSource } from '../../../src/config/modules.js';
import type { DataTree } from '../../../src/config/yang/data-tree.js';
import { moduleSourceOf } from '../../../src/config/yang/module-source.js';
import { readYangDirectories } from '../../../src/config/yang/yang-directory.io.js';
import type { YangContext } from '../../../src/config/yang/yang-context.js';
import { documentOf, gardenModule, gardens } from '../../support/garden.js';
import { editConfigOf, type PatchSchema } from '../../support/patch-edit-config.js';
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

const schema: PatchSchema = {
  namespaceOf: (module) => context.moduleByName(module)?.namespace ?? '',
  keysOf: (path) => context.schema(path)?.keys ?? [],
};

function grow(inside: string, complete = true): DataTree {
  const tree = expectOk(context.parse(inside, { format: 'xml', validate: false, configOnly: true }));
  if (complete) tree.addDefaults();
  return tree;
}

function explicit(tree: DataTree): string {
  return tree.print({ format: 'xml', defaults: 'explicit' });
}

function edits(from: string, to: string, defaults: 'ignored' | 'counted' = 'ignored') {
  using before = grow(from);
  using after = grow(to);
  return patchEdits({ tree: before }, { tree: after }, defaults);
}

const garden = (inside: string): string => `<garden xmlns="urn:garden">${inside}</garden>`;

const bed = (name: string): string => garden(`<bed><name>${name}</name></bed>`);
const paths = (...names: string[]): string => garden(names.map((name) => `<path>${name}</path>`).join(''));

describe('a difference as YANG patch', () => {
  it('makes the one into the other', () => {
    fc.assert(
      fc.property(gardens, gardens, (from, to) => {
        using before = grow(documentOf(from));
        using after = grow(documentOf(to));
        using changed = grow(documentOf(from), false);
        for (const one of patchEdits({ tree: before }, { tree: after }, 'ignored')) {
          expect(applyEdit(changed, edit(editConfigOf(one, schema)))).toEqual({ ok: true, value: undefined });
        }
        for (const tree of [changed, after]) expectOk(tree.validate({ configOnly: true }));
        expect(explicit(changed)).toBe(explicit(after));
      }),
      { numRuns: 400 },
    );
  });

  it.each(['ignored', 'counted'] as const)(
    'is empty exactly when nothing differs (defaults: %s)',
    (defaults) => {
      const text = (tree: DataTree): string =>
        tree.print({ format: 'xml', defaults: defaults === 'counted' ? 'all' : 'explicit' });
      fc.assert(
        fc.property(gardens, gardens, (from, to) => {
          using before = grow(documentOf(from));
          using after = grow(documentOf(to));
          const patch = patchEdits({ tree: before }, { tree: after }, defaults);
          expect(patch.length === 0).toBe(text(before) === text(after));
        }),
        { numRuns: 300 },
      );
    },
  );

  it('shows the values before and after', () => {
    expect(edits(garden('<size>3</size>'), garden('<size>4</size>'))).toEqual([
      {
        operation: 'replace',
        target: '/garden:garden/size',
        value: '<size xmlns="urn:garden">4</size>',
        sourceValue: '<size xmlns="urn:garden">3</size>',
      },
    ]);
    expect(edits(garden('<bed><name>a</name><plant>rose</plant></bed>'), '')).toEqual([
      {
        operation: 'delete',
        target: '/garden:garden/bed=a',
        sourceValue: '<bed xmlns="urn:garden"><name>a</name><plant>rose</plant></bed>',
      },
    ]);
  });

  it('encodes keys as URIs have them', () => {
    const [only] = edits('', bed("a/b, 'c' é=%"));
    expect(only?.target).toBe('/garden:garden/bed=a%2Fb%2C%20%27c%27%20%C3%A9%3D%25');
  });

  it('names the place of what comes or moves in an order of the user', () => {
    expect(edits(paths('p', 'q'), paths('q', 'p'))).toEqual([
      { operation: 'move', target: '/garden:garden/path=q', where: 'first' },
    ]);
    expect(edits(paths('p'), paths('p', 'r'))).toMatchObject([
      {
        operation: 'insert',
        target: '/garden:garden/path=r',
        where: 'after',
        point: '/garden:garden/path=p',
      },
    ]);
  });

  it('lets one case of a choice go before the other comes', () => {
    expect(
      edits(garden('<well>deep</well>'), garden('<tap><on>true</on></tap>')).map(
        ({ operation, target }) => `${operation} ${target}`,
      ),
    ).toEqual(['delete /garden:garden/well', 'create /garden:garden/tap/on']);
  });

  it('counts defaults like values that somebody has set, where that is asked for', () => {
    expect(edits(garden('<size>9</size>'), '', 'counted')).toEqual([]);
    expect(edits(garden('<size>9</size>'), '', 'ignored')).toMatchObject([
      { operation: 'delete', target: '/garden:garden/size' },
    ]);
  });
});
