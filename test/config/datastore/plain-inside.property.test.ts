import * as fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { isTaggedDefault } from '../../../src/config/datastore/default-tags.js';
import { editAttributeNames } from '../../../src/config/datastore/edit/edit-attributes.js';
import { siblingErrors } from '../../../src/config/datastore/edit/sibling-errors.js';
import { parseInput } from '../../../src/config/datastore/parse-input.js';
import type { DataNode } from '../../../src/config/yang/data-node.js';
import { disposeToyContext, toyContext, toyXml } from '../../support/toy-context.js';

const context = toyContext();
afterAll(() => disposeToyContext(context));

/** What the walk through an edit looks for in each node. */
function isPlain(edit: DataNode): boolean {
  const children = [...edit.children()];
  return (
    siblingErrors(children, 'merge').size === 0 &&
    children.every(
      (child, index) =>
        child.kind !== 'opaque' &&
        !isTaggedDefault(child) &&
        editAttributeNames(child).length === 0 &&
        children.findIndex((other) => isSame(other, child)) === index &&
        isPlain(child),
    )
  );
}

function isSame(one: DataNode, other: DataNode): boolean {
  if (one.name !== other.name || one.moduleName !== other.moduleName) return false;
  if (one.kind === 'list') return JSON.stringify(one.keys()) === JSON.stringify(other.keys());
  return one.kind !== 'leaf-list' || one.value === other.value;
}

const DEFAULT = 'xmlns:wd="urn:ietf:params:xml:ns:netconf:default:1.0" wd:default="true"';
const attributes = fc.constantFrom('', '', '', '', ' nc:operation="create"', ' nc:operation="delete"');
const word = fc.constantFrom('a', 'b', 'c');
const leaf = (name: string, value: fc.Arbitrary<string>) =>
  fc.tuple(attributes, value).map(([own, text]) => `<${name}${own}>${text}</${name}>`);
const joined = (parts: fc.Arbitrary<readonly string[]>): fc.Arbitrary<string> =>
  parts.map((texts) => texts.join(''));
const element = (name: string, own: fc.Arbitrary<string>, inside: fc.Arbitrary<string>) =>
  fc.tuple(own, inside).map(([attribute, text]) => `<${name}${attribute}>${text}</${name}>`);
const some = (...kinds: fc.Arbitrary<string>[]): fc.Arbitrary<string> =>
  joined(fc.array(fc.oneof(...kinds), { maxLength: 3 }));

const anything = fc.oneof(
  leaf('text', word),
  fc.constantFrom('<size>3</size>', `<size ${DEFAULT}>7</size>`, '<size nc:operation="delete"/>'),
  leaf('tag', word),
  fc
    .tuple(fc.constantFrom('', ' yang:insert="first"'), fc.constantFrom('1', '2'))
    .map(([own, value]) => `<step${own}>${value}</step>`),
  element('plain', attributes, some(leaf('a', word), leaf('b', word))),
  element('left', attributes, some(leaf('x', word))),
  leaf('r1', word),
  leaf('d1', word),
  leaf('d2', word),
  fc
    .tuple(attributes, word, some(leaf('value', word)))
    .map(([own, name, inside]) => `<item${own}><name>${name}</name>${inside}</item>`),
);

test('what can be added as it is, is told as by looking at each node', () => {
  const told = { plain: 0, other: 0 };
  const property = fc.property(fc.array(anything, { maxLength: 6 }), (parts) => {
    const parsed = parseInput(context, toyXml(parts.join('')), { edit: true });
    if (!parsed.ok) return;
    using tree = parsed.value;
    for (const root of tree.roots()) {
      expect(root.isPlainInside).toBe(isPlain(root));
      told[root.isPlainInside ? 'plain' : 'other'] += 1;
    }
  });
  fc.assert(property, { numRuns: 2000 });
  expect(Math.min(told.plain, told.other)).toBeGreaterThan(200);
});
