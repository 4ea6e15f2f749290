import { afterAll, describe, expect, test } from 'vitest';
import { printSelection } from '../../../src/config/datastore/filter/print-selection.js';
import { Selection } from '../../../src/config/datastore/filter/selection.js';
import { selectSubtree } from '../../../src/config/datastore/filter/subtree-filter.js';
import { selectXpath } from '../../../src/config/datastore/filter/xpath-filter.js';
import { disposeToyContext, toyContext } from '../../support/toy-context.js';
import { xmlElement } from '../../support/xml-element.js';

const context = toyContext();
const ship = (name: string, kind: string, deck: number, extra = ''): string =>
  `<ship><name>${name}</name><kind>h:${kind}</kind><full-name>${name} of the sea</full-name><crew><deck>${deck}</deck></crew>${extra}</ship>`;
const data = `
<harbour xmlns="urn:example:harbour" xmlns:h="urn:example:harbour">
  <ships>
    ${ship('anna', 'tug', 1)}
    ${ship('bella', 'ferry', 2, '<crew xmlns="urn:example:harbour-extra"><deck>9</deck></crew><flag xmlns="urn:example:harbour-extra">blue</flag>')}
    ${ship('clara', 'tug', 3)}
  </ships>
  <piers>
    <pier><number>2</number><berth>a</berth><berth>b</berth><address>2001:DB8::2</address></pier>
    <pier><number>1</number><berth>a</berth></pier>
    <pier h:source="chart"><number>3</number><berth>c</berth></pier>
  </piers>
  <weather>
    <wind>5</wind>
    <reading><hour>1</hour><pressure>1000</pressure></reading>
    <reading><hour>2</hour><pressure>1010</pressure></reading>
    <reading><hour>2</hour><pressure>1010</pressure></reading>
  </weather>
</harbour>
<motto xmlns="urn:example:toy">m</motto>`;
const parsed = context.parse(data, { format: 'xml', validate: true });
if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
const tree = parsed.value;
afterAll(() => {
  tree.free();
  disposeToyContext(context);
});

/** Ignores how namespaces are declared, and those of which elements. */
const bare = (xml: string): string => xml.replaceAll(/ [\w-]+(?::\w+)?="[^"]*"/g, '').replaceAll('h:', '');

/** What a filter chooses; `filter` is the inside of `<filter>`, or the whole element. */
function subtree(filter: string): string {
  const element = filter.startsWith('<filter')
    ? filter
    : `<filter xmlns="urn:ietf:params:xml:ns:netconf:base:1.0" type="subtree">${filter}</filter>`;
  const selection = selectSubtree(tree, xmlElement(element));
  if (!selection.ok) throw new Error('refused');
  return bare(printSelection(tree, selection.value));
}

/** The same of what is inside the container `harbour`. */
function inHarbour(filter: string): string {
  const inside = `<harbour xmlns="urn:example:harbour" xmlns:h="urn:example:harbour">${filter}</harbour>`;
  return subtree(inside).replace(/^<harbour>(.*)<\/harbour>$/s, '$1');
}

const anna = bare(ship('anna', 'tug', 1));
const bella = bare(ship('bella', 'ferry', 2, '<crew><deck>9</deck></crew><flag>blue</flag>'));
const clara = bare(ship('clara', 'tug', 3));
const pier = {
  two: '<pier><number>2</number><berth>a</berth><berth>b</berth><address>2001:db8::2</address></pier>',
  one: '<pier><number>1</number><berth>a</berth></pier>',
  three: '<pier><number>3</number><berth>c</berth></pier>',
};

describe('the examples of RFC 6241 §6.4, told of a harbour', () => {
  test('6.4.1 no filter: everything, in order', () => {
    const all = bare(printSelection(tree, 'all'));
    expect(all).toContain(`<ships>${anna}${bella}${clara}</ships>`);
    expect(all).toContain(`<piers>${pier.two}${pier.one}${pier.three}</piers>`);
    expect(all).toContain('<motto>m</motto>');
  });
  test('6.4.2 an empty filter: nothing', () => {
    expect(subtree('')).toBe('');
  });
  test('6.4.3 a whole container', () => {
    expect(inHarbour('<ships/>')).toBe(`<ships>${anna}${bella}${clara}</ships>`);
    expect(inHarbour('<ships><ship/></ships>')).toBe(`<ships>${anna}${bella}${clara}</ships>`);
  });
  test('6.4.4 one leaf of every entry', () => {
    expect(inHarbour('<ships><ship><name/></ship></ships>')).toBe(
      '<ships><ship><name>anna</name></ship><ship><name>bella</name></ship><ship><name>clara</name></ship></ships>',
    );
  });
  test('6.4.5 one entry by its key', () => {
    expect(inHarbour('<ships><ship><name>bella</name></ship></ships>')).toBe(`<ships>${bella}</ships>`);
  });
  test('6.4.6 some leafs of one entry', () => {
    expect(inHarbour('<ships><ship><name>anna</name><kind/><crew><deck/></crew></ship></ships>')).toBe(
      '<ships><ship><name>anna</name><kind>tug</kind><crew><deck>1</deck></crew></ship></ships>',
    );
  });
  test('6.4.7 several subtrees of the same list', () => {
    const filter = `
      <ships>
        <ship><name>anna</name><crew/></ship>
        <ship><name>bella</name><full-name/></ship>
        <ship><name>clara</name><kind>h:tug</kind><crew><deck/></crew></ship>
      </ships>`;
    expect(inHarbour(filter)).toBe(
      '<ships><ship><name>anna</name><crew><deck>1</deck></crew></ship>' +
        '<ship><name>bella</name><full-name>bella of the sea</full-name></ship>' +
        '<ship><name>clara</name><kind>tug</kind><crew><deck>3</deck></crew></ship></ships>',
    );
  });
  test('6.4.8 an entry by an attribute', () => {
    expect(inHarbour('<piers><pier h:source="chart"/></piers>')).toBe(`<piers>${pier.three}</piers>`);
    expect(inHarbour('<piers><pier h:source="chart"><berth/></pier></piers>')).toBe(
      `<piers>${pier.three}</piers>`,
    );
    expect(inHarbour('<piers><pier h:source="rumour"/></piers>')).toBe('');
    expect(inHarbour('<piers><pier h:other="chart"/></piers>')).toBe('');
  });
});

const crewOfBella = (namespace: string): string =>
  inHarbour(`<ships><ship><name>bella</name><crew xmlns="${namespace}"/></ship></ships>`);

describe('namespaces', () => {
  test('an element of another namespace matches nothing', () => {
    expect(subtree('<harbour xmlns="urn:example:other"/>')).toBe('');
    expect(subtree('<harbour xmlns="urn:example:harbour"><x:ships xmlns:x="urn:x"/></harbour>')).toBe('');
  });
  test('an element that inherits the namespace of NETCONF matches any', () => {
    expect(subtree('<motto/>')).toBe('<motto>m</motto>');
    expect(subtree('<harbour><weather><wind/></weather></harbour>')).toBe(
      '<harbour><weather><wind>5</wind></weather></harbour>',
    );
  });
  test.each(['ietf-netconf-nmda', 'ietf-nmda-compare'])('so does one that inherits that of %s', (module) => {
    const namespace = `urn:ietf:params:xml:ns:yang:${module}`;
    expect(subtree(`<filter xmlns="${namespace}"><motto/></filter>`)).toBe('<motto>m</motto>');
  });
  test('an element without a namespace matches any', () => {
    expect(subtree('<filter type="subtree"><motto/></filter>')).toBe('<motto>m</motto>');
  });
  test('nodes of the same name are told apart by their namespaces', () => {
    expect(crewOfBella('urn:example:harbour')).toBe(
      '<ships><ship><name>bella</name><crew><deck>2</deck></crew></ship></ships>',
    );
    expect(crewOfBella('urn:example:harbour-extra')).toBe(
      '<ships><ship><name>bella</name><crew><deck>9</deck></crew></ship></ships>',
    );
    expect(crewOfBella('')).toContain('<crew><deck>2</deck></crew><crew><deck>9</deck></crew>');
  });
});

describe('content match', () => {
  test.each([
    [
      'white space around the value',
      '<ships><ship><name>\n  anna\n</name></ship></ships>',
      `<ships>${anna}</ships>`,
    ],
    ['identity by prefix', '<ships><ship><kind>h:ferry</kind></ship></ships>', `<ships>${bella}</ships>`],
    [
      'identity by another prefix',
      '<ships><ship><kind xmlns:q="urn:example:harbour">q:ferry</kind></ship></ships>',
      `<ships>${bella}</ships>`,
    ],
    ['identity without prefix', '<ships><ship><kind>ferry</kind></ship></ships>', `<ships>${bella}</ships>`],
    [
      'value that is not canonical',
      '<piers><pier><address>2001:0db8:0::2</address></pier></piers>',
      `<piers>${pier.two}</piers>`,
    ],
    ['number with zeros', '<piers><pier><number>03</number></pier></piers>', `<piers>${pier.three}</piers>`],
    ['value of no such type', '<piers><pier><number>many</number></pier></piers>', ''],
    ['no such entry', '<ships><ship><name>dora</name></ship></ships>', ''],
    [
      'two matches are both needed',
      '<ships><ship><kind>h:tug</kind><name>clara</name></ship></ships>',
      `<ships>${clara}</ships>`,
    ],
    [
      'two matches that exclude each other',
      '<ships><ship><kind>h:ferry</kind><name>clara</name></ship></ships>',
      '',
    ],
    ['two values of one leaf', '<ships><ship><name>anna</name><name>clara</name></ship></ships>', ''],
    [
      'one entry of a leaf-list',
      '<piers><pier><berth>b</berth></pier></piers>',
      `<piers>${pier.two}</piers>`,
    ],
    [
      'two entries of a leaf-list',
      '<piers><pier><berth>a</berth><berth>b</berth></pier></piers>',
      `<piers>${pier.two}</piers>`,
    ],
    [
      'matched leaf-list entries only, beside a selection',
      '<piers><pier><berth>a</berth><number/></pier></piers>',
      '<piers><pier><number>2</number><berth>a</berth></pier><pier><number>1</number><berth>a</berth></pier></piers>',
    ],
    [
      'keys come along',
      '<ships><ship><full-name>anna of the sea</full-name><crew/></ship></ships>',
      '<ships><ship><name>anna</name><full-name>anna of the sea</full-name><crew><deck>1</deck></crew></ship></ships>',
    ],
    [
      'match in a nested container',
      '<ships><ship><crew><deck>3</deck></crew></ship></ships>',
      '<ships><ship><name>clara</name><crew><deck>3</deck></crew></ship></ships>',
    ],
    [
      'match on a leaf that is absent',
      '<ships><ship><flag xmlns="urn:example:harbour-extra">blue</flag><name/></ship></ships>',
      '<ships><ship><name>bella</name><flag>blue</flag></ship></ships>',
    ],
    ['match on a container', '<ships>anna</ships>', ''],
  ])('%s', (_name, filter, expected) => {
    expect(inHarbour(filter)).toBe(expected);
  });
});

describe('selection and containment', () => {
  test('an entry without anything that was asked for is left out', () => {
    expect(inHarbour('<ships><ship><flag xmlns="urn:example:harbour-extra"/></ship></ships>')).toBe(
      '<ships><ship><name>bella</name><flag>blue</flag></ship></ships>',
    );
  });
  test('several trees', () => {
    const filter =
      '<harbour xmlns="urn:example:harbour"><weather><wind/></weather></harbour><motto xmlns="urn:example:toy"/>';
    expect(subtree(filter)).toBe('<harbour><weather><wind>5</wind></weather></harbour><motto>m</motto>');
  });
  test('overlapping filters add up', () => {
    expect(
      inHarbour('<ships><ship><name>anna</name><kind/></ship><ship><name>anna</name></ship></ships>'),
    ).toBe(`<ships>${anna}</ships>`);
    expect(inHarbour('<ships/><ships><ship><name>anna</name></ship></ships>')).toBe(
      `<ships>${anna}${bella}${clara}</ships>`,
    );
  });
  test('user-ordered entries keep their order whatever the order of the filter', () => {
    const filter =
      '<piers><pier><number>3</number></pier><pier><number>1</number></pier><pier><number>2</number></pier></piers>';
    expect(inHarbour(filter)).toBe(`<piers>${pier.two}${pier.one}${pier.three}</piers>`);
  });
  test('state data without keys', () => {
    expect(inHarbour('<weather><reading><pressure>1010</pressure></reading></weather>')).toBe(
      '<weather><reading><hour>2</hour><pressure>1010</pressure></reading><reading><hour>2</hour><pressure>1010</pressure></reading></weather>',
    );
    expect(inHarbour('<weather><reading><hour/></reading></weather>')).toBe(
      '<weather><reading><hour>1</hour></reading><reading><hour>2</hour></reading><reading><hour>2</hour></reading></weather>',
    );
  });
  test('children of a leaf match nothing', () => {
    expect(inHarbour('<ships><ship><name><first/></name></ship></ships>')).toBe('');
  });
  test('a default that nobody set is not printed', () => {
    expect(inHarbour('<ships><ship><name>anna</name><crew><engine/></crew></ship></ships>')).not.toContain(
      'engine',
    );
  });
});

describe('XPath', () => {
  test.each(['/', ' . ', '/*'])('"%s" selects everything', (select) => {
    const selection = selectXpath(tree, select, new Map());
    if (!selection.ok) throw new Error('refused');
    expect(printSelection(tree, selection.value)).toBe(printSelection(tree, 'all'));
  });

  const namespaces = new Map([
    ['h', 'urn:example:harbour'],
    ['hx', 'urn:example:harbour-extra'],
    ['t', 'urn:example:toy'],
  ]);
  const xpath = (select: string): string => {
    const selection = selectXpath(tree, select, namespaces);
    if (!selection.ok) throw new Error(selection.error[0]?.message);
    return bare(printSelection(tree, selection.value));
  };

  test.each([
    ['an entry', "/h:harbour/h:ships/h:ship[h:name='anna']", `<harbour><ships>${anna}</ships></harbour>`],
    [
      'a leaf with the keys above',
      '/h:harbour/h:ships/h:ship[h:crew/h:deck=3]/h:kind',
      '<harbour><ships><ship><name>clara</name><kind>tug</kind></ship></ships></harbour>',
    ],
    [
      'a union, in order',
      '/t:motto | /h:harbour/h:weather/h:wind',
      '<harbour><weather><wind>5</wind></weather></harbour><motto>m</motto>',
    ],
    [
      'a union of user-ordered entries',
      '/h:harbour/h:piers/h:pier[h:number=1] | /h:harbour/h:piers/h:pier[h:number=2]',
      `<harbour><piers>${pier.two}${pier.one}</piers></harbour>`,
    ],
    [
      'descendants of another module',
      '//hx:flag',
      '<harbour><ships><ship><name>bella</name><flag>blue</flag></ship></ships></harbour>',
    ],
    [
      'a node and what lies in it',
      '/h:harbour/h:weather | /h:harbour/h:weather/h:wind',
      `<harbour><weather><wind>5</wind><reading><hour>1</hour><pressure>1000</pressure></reading><reading><hour>2</hour><pressure>1010</pressure></reading><reading><hour>2</hour><pressure>1010</pressure></reading></weather></harbour>`,
    ],
    [
      'a key only',
      '/h:harbour/h:ships/h:ship[last()]/h:name',
      '<harbour><ships><ship><name>clara</name></ship></ships></harbour>',
    ],
    ['nothing', "/h:harbour/h:ships/h:ship[h:name='dora']", ''],
    [
      'without prefixes, in any module',
      "/harbour/ships/ship[name='bella']//deck",
      '<harbour><ships><ship><name>bella</name><crew><deck>2</deck></crew><crew><deck>9</deck></crew></ship></ships></harbour>',
    ],
    ['without prefixes, nothing', '/dora/ships', ''],
  ])('selects %s', (_name, select, expected) => {
    expect(xpath(select)).toBe(expected);
  });

  test.each([
    ['no XPath', '/h:harbour['],
    ['a number', 'count(/h:harbour)'],
    ['a string', "'harbour'"],
    ['a boolean', '/h:harbour = 1'],
    ['an unknown prefix', '/q:harbour'],
    ['an unknown function', 'harbour()'],
    ['nothing at all', ''],
  ])('refuses %s with invalid-value and says what it was', (_name, select) => {
    const result = selectXpath(tree, select, namespaces);
    expect(result).toMatchObject({ ok: false, error: [{ tag: 'invalid-value' }] });
    expect(result.ok ? '' : result.error[0]?.message).toContain(`"${select}"`);
  });
});

test('selections of one tree add up', () => {
  const one = selectSubtree(tree, xmlElement('<filter><motto/></filter>'));
  const other = selectXpath(tree, '/h:harbour/h:weather/h:wind', new Map([['h', 'urn:example:harbour']]));
  const sum = new Selection();
  expect(sum.isEmpty).toBe(true);
  if (one.ok) sum.addAll(one.value);
  if (other.ok) sum.addAll(other.value);
  expect(bare(printSelection(tree, sum))).toBe(
    '<harbour><weather><wind>5</wind></weather></harbour><motto>m</motto>',
  );
});
