import { afterAll, describe, expect, test } from 'vitest';
import { parseDataPath } from '../../../src/config/errors/data-path.js';
import { errorPathFromDataPath, errorPathOf, xpathLiteral } from '../../../src/config/errors/error-path.js';
import { toyContext, toyTree } from '../../support/toy-context.js';

const context = toyContext();
afterAll(() => context.dispose());

describe('a data path', () => {
  test('is taken apart, the module inherited from step to step', () => {
    expect(parseDataPath("/toy:top/item[name='x'][code='1']/toy-extra:part[number='2']/label")).toEqual({
      steps: [
        { moduleName: 'toy', name: 'top', predicates: [] },
        {
          moduleName: 'toy',
          name: 'item',
          predicates: [
            { moduleName: undefined, name: 'name', value: 'x' },
            { moduleName: undefined, name: 'code', value: '1' },
          ],
        },
        {
          moduleName: 'toy-extra',
          name: 'part',
          predicates: [{ moduleName: undefined, name: 'number', value: '2' }],
        },
        { moduleName: 'toy-extra', name: 'label', predicates: [] },
      ],
    });
  });
  test('may have anything in a quoted value', () => {
    const predicates = parseDataPath(`/toy:entry[id="a/b']="]`)?.steps[0]?.predicates;
    expect(predicates).toEqual([{ moduleName: undefined, name: 'id', value: `a/b']=` }]);
  });
  test('may end in metadata', () => {
    expect(parseDataPath('/toy:top/text/@ietf-netconf:operation')?.attribute).toEqual({
      moduleName: 'ietf-netconf',
      name: 'operation',
    });
  });
  test.each(['toy:top', '/top', '/toy:top[', "/toy:top[a='1", '/toy:top//text', '/@a:b/c', '/toy:top[a=1]'])(
    'is not %s',
    (text) => {
      expect(parseDataPath(text)).toBeUndefined();
    },
  );
});

describe('an error path', () => {
  test.each([
    ['/toy:top/text', '/t:top/t:text'],
    ["/toy:top/item[name='x']/value", "/t:top/t:item[t:name='x']/t:value"],
    ["/toy:top/tag[.='x']", "/t:top/t:tag[.='x']"],
    ['/harbour:harbour/weather/reading[2]/hour', '/h:harbour/h:weather/h:reading[2]/h:hour'],
    ['/toy:top/text/@ietf-netconf:operation', '/t:top/t:text'],
  ])('of %s', (dataPath, text) => {
    expect(errorPathFromDataPath(dataPath, context)?.text).toBe(text);
  });
  test('tells modules of the same prefix apart', () => {
    const path = errorPathFromDataPath("/toy:top/item[name='x']/toy-extra:part[number='2']", context);
    expect(path).toEqual({
      text: "/t:top/t:item[t:name='x']/toy-extra:part[toy-extra:number='2']",
      namespaces: new Map([
        ['t', 'urn:example:toy'],
        ['toy-extra', 'urn:example:toy-extra'],
      ]),
    });
  });
  test('declares the prefixes of identities that are keys: names of modules', () => {
    const path = errorPathFromDataPath("/toy:top/item[name='toy-extra:part']/value", context);
    expect(path).toEqual({
      text: "/t:top/t:item[t:name='toy-extra:part']/t:value",
      namespaces: new Map([
        ['t', 'urn:example:toy'],
        ['toy-extra', 'urn:example:toy-extra'],
      ]),
    });
  });
  test.each(['fe80::1', 'nobody:knows', ':', 'toy:', 'a toy:b'])('declares nothing for the key %s', (key) => {
    const path = errorPathFromDataPath(`/toy:top/item[name='${key}']`, context);
    expect([...(path?.namespaces.keys() ?? [])]).toEqual(['t']);
  });
  test('of a list leaves the entry out', () => {
    const path = errorPathFromDataPath("/toy:top/few[id='3']", context, { wholeList: true });
    expect(path?.text).toBe('/t:top/t:few');
  });
  test.each(['/', '', 'nonsense'])('is none for "%s"', (dataPath) => {
    expect(errorPathFromDataPath(dataPath, context)).toBeUndefined();
  });
  test('of a node is that of its data path', () => {
    using tree = toyTree(
      context,
      `<item><name>it's</name><x:part><x:number>1</x:number></x:part></item><tag>b</tag>`,
    );
    const part = tree.find(`/toy:top/item[name="it's"]/toy-extra:part[number='1']`);
    const tag = tree.find("/toy:top/tag[.='b']");
    if (part === undefined || tag === undefined) throw new Error('nodes are missing');
    expect(errorPathOf(part)).toEqual(errorPathFromDataPath(part.path(), context));
    expect(errorPathOf(part).text).toBe(`/t:top/t:item[t:name="it's"]/toy-extra:part[toy-extra:number='1']`);
    expect(errorPathOf(tag).text).toBe("/t:top/t:tag[.='b']");
  });
});

test.each([
  ['a', "'a'"],
  ["a'b", `"a'b"`],
  ['a"b', `'a"b'`],
  [`a'b"c`, `concat('a', "'", 'b"c')`],
  ['', "''"],
])('the XPath literal of %s', (value, literal) => {
  expect(xpathLiteral(value)).toBe(literal);
});
