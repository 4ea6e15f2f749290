import { afterAll, expect, test } from 'vitest';
import { parseConfig } from '../../../src/config/datastore/parse-config.js';
import { disposeToyContext, toyContext, toyText, toyXml } from '../../support/toy-context.js';

const context = toyContext();
afterAll(() => disposeToyContext(context));

/** The configuration that was read, or the tags of its errors. */
function read(inside: string, validate: boolean): string | string[] {
  const result = parseConfig(context, toyXml(inside), { validate });
  if (!result.ok) return result.error.map(({ tag }) => tag);
  using tree = result.value;
  return toyText(tree);
}

test.each([true, false])('a configuration is read (validate: %s)', (validate) => {
  const config = '<text>a</text><item><name>x</name></item>';
  expect(read(config, validate)).toBe(config);
  expect(read('/', validate)).toBe('');
  expect(read('/<top/><motto>m</motto>', validate)).toBe('/<motto>m</motto>');
});

test('whether it is valid as a whole is asked only where that is wanted', () => {
  const config = '<favourite>nobody</favourite>';
  expect(read(config, false)).toBe(config);
  expect(read(config, true)).toEqual(['data-missing']);
});

test('defaults are filled in by validation', () => {
  const result = parseConfig(context, toyXml(''), { validate: true });
  if (!result.ok) throw new Error('refused');
  using tree = result.value;
  expect(tree.find('/toy:top/size')?.isDefault).toBe(true);
});

test.each([true, false])(
  'names, types, state and keys are checked at any rate (validate: %s)',
  (validate) => {
    expect(read('<nope/><number>x</number><counters/><item/>', validate)).toEqual([
      'unknown-element',
      'invalid-value',
      'unknown-element',
      'missing-element',
    ]);
  },
);

test.each([true, false])('attributes of an edit are refused, all of them (validate: %s)', (validate) => {
  const config =
    '<text nc:operation="merge">a</text><item><name>x</name><value nc:operation="create">1</value></item>';
  expect(read(config, validate)).toEqual(['unknown-attribute', 'unknown-attribute']);
});

test('a leaf needs its value even where it is deleted', () => {
  expect(read('<number nc:operation="delete"/>', false)).toEqual(['invalid-value']);
});

test('text that looks like an attribute is text', () => {
  expect(read('<text>a:operation="x"</text>', false)).toBe('<text>a:operation="x"</text>');
});
