import { describe, expect, it } from 'vitest';
import { matchAnyNamespace } from '../../../src/config/datastore/filter/unprefixed-names.js';

/** `{name}` stands for an element of that name in any namespace. */
const expand = (text: string): string => text.replaceAll(/\{([^}]+)\}/gu, `*[local-name()='$1']`);

describe('names without a prefix', () => {
  it.each([
    ['/interfaces', '/{interfaces}'],
    ['//session', '//{session}'],
    ['interfaces/interface', '{interfaces}/{interface}'],
    ['/interfaces/interface[name="eth0"][2]', '/{interfaces}/{interface}[{name}="eth0"][2]'],
    ['/child::a/descendant-or-self::node()/b', '/child::{a}/descendant-or-self::node()/{b}'],
    ["//a[contains(b,'c d')]", "//{a}[contains({b},'c d')]"],
    ['//a | //b', '//{a} | //{b}'],
    ['//a[b and c or d]', '//{a}[{b} and {c} or {d}]'],
    ['//a[b mod 2 = 1]', '//{a}[{b} mod 2 = 1]'],
    ['//and[or and div div mod]', '//{and}[{or} and {div} div {mod}]'],
    ['//a[. * b > 3]', '//{a}[. * {b} > 3]'],
    ['//a[* * *]', '//{a}[* * *]'],
    ['//a-b.c_d[e -f]', '//{a-b.c_d}[{e} -{f}]'],
    ['//a[derived-from-or-self(../type, "if:x")]', '//{a}[derived-from-or-self(../{type}, "if:x")]'],
  ])('%s', (select, expected) => {
    expect(matchAnyNamespace(select)).toBe(expand(expected));
  });
});

describe('all the rest stays', () => {
  it.each([
    '/',
    '.',
    '/if:interfaces/if:interface[if:name = "eth0"]',
    '//b:*',
    '//*[2]',
    '/*/@ncwd:default',
    '//if:a[@default = "true"]',
    '//if:a[attribute::x]',
    '//if:a[$name]',
    "//if:a[. = 'and or name']",
    'count(//if:a)',
    '//if:a/text()',
    '3.14 + 1',
    '',
  ])('%s', (select) => {
    expect(matchAnyNamespace(select)).toBe(select);
  });
});
