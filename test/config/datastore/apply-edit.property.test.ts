import * as fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { applyEdit } from '../../../src/config/datastore/edit/apply-edit.js';
import { disposeToyContext, toyContext, toyText, toyTree, toyXml } from '../../support/toy-context.js';
import {
  applyToModel,
  dataText,
  editText,
  schema,
  type Item,
  type Operation,
  type Schema,
} from './edit-model.js';

const context = toyContext();
afterAll(() => disposeToyContext(context));

const operations: readonly Operation[] = ['merge', 'replace', 'create', 'delete', 'remove'];
const values = (of: Schema): readonly string[] =>
  of.kind === 'step' || of.name === 'size' ? ['1', '2', '7'] : ['a', 'b', 'c'];

/** Items of these schema nodes, in their order; entries of a list differ in their values. */
function items(of: readonly Schema[], edit: boolean): fc.Arbitrary<readonly Item[]> {
  return fc.tuple(...of.map((one) => instances(one, edit))).map((found) => found.flat());
}

function instances(of: Schema, edit: boolean): fc.Arbitrary<readonly Item[]> {
  const several = ['leaf-list', 'step', 'list'].includes(of.kind);
  const one = fc.record({
    schema: fc.constant(of),
    value: fc.constantFrom(...values(of)),
    children: items(of.children ?? [], edit),
  });
  const attributed = edit
    ? fc.tuple(one, attributes(of)).map(([item, own]) => withAttributes(item, own))
    : one;
  const list = fc.uniqueArray(attributed, { maxLength: several ? 3 : 1, selector: ({ value }) => value });
  return of.kind === 'step'
    ? list
    : list.map((entries) => entries.toSorted((a, b) => a.value.localeCompare(b.value)));
}

type Attributes = Pick<Item, 'operation' | 'insert'>;

function attributes(of: Schema): fc.Arbitrary<Attributes> {
  const operation = fc.option(fc.constantFrom(...operations), { freq: 2, nil: undefined });
  const insert = fc.record({
    where: fc.constantFrom('first', 'last', 'before', 'after'),
    value: fc.constantFrom('1', '2', '7'),
  });
  const position = of.kind === 'step' ? fc.option(insert, { nil: undefined }) : fc.constant(undefined);
  return fc.tuple(operation, position).map(([own, where]) => ({
    ...(own === undefined ? {} : { operation: own }),
    ...(where === undefined ? {} : { insert: where }),
  }));
}

/** Leaves out what no client can ask for: presence inside what is removed, a position for it. */
function withAttributes(item: Item, own: Attributes): Item {
  const removes = own.operation === 'delete' || own.operation === 'remove';
  if (!removes) return { ...item, ...own };
  return { ...item, operation: own.operation, children: item.children.map((child) => bare(child)) };
}

function bare({ schema: of, value, children }: Item): Item {
  return { schema: of, value, children: children.map((child) => bare(child)) };
}

/** An edit without positions where they inherit `none`, which is refused before anything else is looked at. */
function applicable(edit: readonly Item[], operation: Operation): readonly Item[] {
  return operation === 'none'
    ? edit.map((item) => (item.operation === undefined ? bareOfPosition(item) : item))
    : edit;
}

function bareOfPosition({ schema: of, value, children, operation }: Item): Item {
  return { schema: of, value, children, ...(operation === undefined ? {} : { operation }) };
}

/** Data as a configuration can have it: one case of each choice. */
function consistent(data: readonly Item[]): readonly Item[] {
  return applyToModel(data, [], 'merge', true).data;
}

const given = {
  data: items(schema, false).map(consistent),
  edit: items(schema, true),
  operation: fc.constantFrom<'merge' | 'replace' | 'none'>('merge', 'replace', 'none'),
  errorOption: fc.constantFrom<'rollback-on-error' | 'continue-on-error'>(
    'rollback-on-error',
    'continue-on-error',
  ),
};

test('an edit does what the model does, and one that is rolled back nothing at all', () => {
  let rolledBack = 0;
  const property = fc.property(fc.record(given), ({ data, edit: wanted, operation, errorOption }) => {
    const edit = applicable(wanted, operation);
    using target = toyTree(context, dataText(data));
    const before = target.print({ format: 'xml', defaults: 'all-tagged' });
    const options = { defaultOperation: operation, testOption: 'set', errorOption } as const;
    const outcome = applyEdit(target, { xml: toyXml(editText(edit)), ...options });
    const errors = outcome.ok ? [] : outcome.error.map(({ tag }) => tag);
    const expected = applyToModel(edit, data, operation, errorOption === 'continue-on-error');
    expect({ errors, after: toyText(target) }).toEqual({
      errors: expected.errors,
      after: dataText(expected.data),
    });
    const nothing = !outcome.ok && errorOption === 'rollback-on-error';
    if (nothing) rolledBack += 1;
    const after = target.print({ format: 'xml', defaults: 'all-tagged' });
    expect(nothing ? after : before).toBe(before);
  });
  fc.assert(property, { numRuns: 600 });
  expect(rolledBack).toBeGreaterThan(30);
});
