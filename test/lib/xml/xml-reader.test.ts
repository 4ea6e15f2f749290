import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { XmlElement } from '../../../src/lib/xml/xml-element.js';
import { XmlReader, type XmlFault } from '../../../src/lib/xml/xml-reader.js';
import { DEFAULT_XML_LIMITS, type XmlLimits } from '../../../src/lib/xml/xml-limits.js';
import { ok, type Result } from '../../../src/lib/result.js';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Reads one document that arrives in `pieces`. */
function readPieces(reader: XmlReader, pieces: readonly Uint8Array[]): Result<XmlElement, XmlFault> {
  for (const piece of pieces) {
    const fault = reader.write(piece);
    if (fault !== undefined) return { ok: false, error: fault };
  }
  return reader.end();
}

function read(
  document: string | Uint8Array,
  payloads: readonly string[] = [],
  limits: Partial<XmlLimits> = {},
): Result<XmlElement, XmlFault> {
  const reader = new XmlReader(payloads, { ...DEFAULT_XML_LIMITS, ...limits });
  return readPieces(reader, [typeof document === 'string' ? encode(document) : document]);
}

function root(document: string, payloads: readonly string[] = []): XmlElement {
  const result = read(document, payloads);
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

describe('a well-formed document', () => {
  it('becomes elements with names, namespaces, attributes other than declarations, and text', () => {
    const element = root(
      '<?xml version="1.0" encoding="utf-8"?><!-- c --><a:r xmlns:a="urn:a" xmlns="urn:d" a:x="1" y="&lt;&#x41;">' +
        't1<b> <![CDATA[<&]]>é</b>t2</a:r><!-- d -->\n',
    );
    expect(element).toMatchObject({ prefix: 'a', local: 'r', namespace: 'urn:a', text: 't1t2' });
    expect(element.attributes).toEqual([
      { name: 'a:x', prefix: 'a', local: 'x', namespace: 'urn:a', value: '1' },
      { name: 'y', prefix: '', local: 'y', namespace: '', value: '<A' },
    ]);
    expect(element.children).toHaveLength(1);
    expect(element.children[0]).toMatchObject({ local: 'b', namespace: 'urn:d', text: ' <&é', children: [] });
    expect(Object.fromEntries(element.children[0]!.scope)).toEqual({ '': 'urn:d', a: 'urn:a' });
  });

  it('may begin with a byte order mark', () => {
    expect(root('\ufeff<a/>').local).toBe('a');
  });

  it('normalizes line ends', () => {
    expect(root('<a>1\r\n2\r3</a>').text).toBe('1\n2\n3');
  });

  it('takes a default namespace away again', () => {
    const inner = root('<a xmlns="urn:a"><b xmlns=""/></a>').children[0]!;
    expect(inner.namespace).toBe('');
    expect(inner.scope.has('')).toBe(false);
  });

  it('can be followed by another one in the same reader', () => {
    const reader = new XmlReader();
    expect(readPieces(reader, [encode('<a>1</a>')])).toMatchObject({
      ok: true,
      value: { local: 'a', text: '1' },
    });
    expect(readPieces(reader, [encode('<b>2</b>')])).toMatchObject({
      ok: true,
      value: { local: 'b', text: '2' },
    });
  });
});

const MALFORMED: readonly (readonly [what: string, document: string | Uint8Array])[] = [
  ['nothing', ''],
  ['white space only', ' \n'],
  ['text only', 'hello'],
  ['a comment only', '<!-- a -->'],
  ['an XML declaration only', '<?xml version="1.0"?>'],
  ['an element that is not closed', '<a><b></b>'],
  ['a start tag that is cut off', '<a'],
  ['an attribute that is cut off', '<a b="'],
  ['an end tag that is cut off', '<a></a'],
  ['mismatched tags', '<a></b>'],
  ['overlapping tags', '<a><b></a></b>'],
  ['an end tag too many', '<a></a></a>'],
  ['an end tag first', '</a>'],
  ['two roots', '<a/><b/>'],
  ['text after the root', '<a/>x'],
  ['text before the root', 'x<a/>'],
  ['a CDATA section after the root', '<a/><![CDATA[x]]>'],
  ['a reference after the root', '<a/>&amp;'],
  ['an empty name', '<></>'],
  ['a name with a digit first', '<1a/>'],
  ['a space before a name', '< a/>'],
  ['a name with two colons', '<a:b:c xmlns:a="urn:a"/>'],
  ['a name with an empty prefix', '<:a/>'],
  ['a name with an empty local part', '<a: xmlns:a="urn:a"/>'],
  ['a duplicate attribute', '<a b="1" b="2"/>'],
  ['attributes that are the same but for the prefix', '<a xmlns:p="urn:p" xmlns:q="urn:p" p:b="1" q:b="2"/>'],
  ['an attribute without quotes', '<a b=1/>'],
  ['an attribute without a value', '<a b/>'],
  ['attributes without space between them', '<a b="1"c="2"/>'],
  ['a "<" in an attribute', '<a b="<"/>'],
  ['an attribute in an end tag', '<a></a b="1">'],
  ['an undeclared prefix of an element', '<p:a/>'],
  ['an undeclared prefix of an attribute', '<a p:b="1"/>'],
  ['a prefix used after its scope', '<a><b xmlns:p="urn:p"/><p:c/></a>'],
  ['a prefix that is undeclared again', '<a xmlns:p="urn:p"><b xmlns:p=""/></a>'],
  ['the prefix xmlns declared', '<a xmlns:xmlns="urn:x"/>'],
  ['the prefix xml bound to something else', '<a xmlns:xml="urn:x"/>'],
  ['an element with the prefix xmlns', '<xmlns:a/>'],
  ['an undefined entity', '<a>&nbsp;</a>'],
  ['an undefined entity in an attribute', '<a b="&nbsp;"/>'],
  ['an "&" alone', '<a>a & b</a>'],
  ['a reference without a semicolon', '<a>&amp</a>'],
  ['an empty reference', '<a>&;</a>'],
  ['a reference to a character that XML forbids', '<a>&#0;</a>'],
  ['a reference to a surrogate', '<a>&#xD800;</a>'],
  ['a reference beyond Unicode', '<a>&#x110000;</a>'],
  ['a reference with a wrong digit', '<a>&#12a;</a>'],
  ['a control character', '<a>\u0001</a>'],
  ['a NUL', '<a>\0</a>'],
  ['U+FFFF', '<a>\uffff</a>'],
  ['"]]>" in text', '<a>]]></a>'],
  ['"--" in a comment', '<a><!-- a -- b --></a>'],
  ['a comment that is not closed', '<a><!-- </a>'],
  ['a CDATA section that is not closed', '<a><![CDATA[ </a>'],
  ['an unknown markup declaration', '<a><!FOO></a>'],
  ['an XML declaration that is not first', ' <?xml version="1.0"?><a/>'],
  ['an XML declaration inside', '<a><?xml version="1.0"?></a>'],
  ['an XML declaration without a version', '<?xml encoding="UTF-8"?><a/>'],
  ['an XML declaration that is cut off', '<?xml version="1.0"'],
  ['another version of XML', '<?xml version="2.0"?><a/>'],
  ['another encoding', '<?xml version="1.0" encoding="ISO-8859-1"?><a/>'],
  ['a processing instruction', '<?foo bar?><a/>'],
  ['a processing instruction inside', '<a><?foo bar?></a>'],
  ['a processing instruction at the end', '<a/><?foo?>'],
  ['a document type declaration', '<!DOCTYPE a><a/>'],
  ['a document type declaration with a subset', '<!DOCTYPE a [<!ELEMENT a ANY>]><a/>'],
  ['an external entity', '<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><a>&e;</a>'],
  [
    'an entity bomb',
    '<!DOCTYPE a [<!ENTITY x "ha"><!ENTITY y "&x;&x;&x;"><!ENTITY z "&y;&y;&y;">]><a>&z;</a>',
  ],
  ['a document type declaration that is not closed', '<!DOCTYPE a [<a/>'],
  ['a byte that is not UTF-8', Uint8Array.of(0x3c, 0x61, 0x3e, 0xff, 0x3c, 0x2f, 0x61, 0x3e)],
  ['an overlong encoding', Uint8Array.of(0x3c, 0x61, 0x3e, 0xc0, 0xbc, 0x3c, 0x2f, 0x61, 0x3e)],
  ['an encoded surrogate', Uint8Array.of(0x3c, 0x61, 0x3e, 0xed, 0xa0, 0x80, 0x3c, 0x2f, 0x61, 0x3e)],
  ['a character that is cut off', Uint8Array.of(0x3c, 0x61, 0x2f, 0x3e, 0xc3)],
  ['UTF-16', Uint8Array.of(0xff, 0xfe, 0x3c, 0x00, 0x61, 0x00, 0x2f, 0x00, 0x3e, 0x00)],
];

describe('a malformed document', () => {
  it.each(MALFORMED)('is refused: %s', (_what, document) => {
    expect(read(document)).toMatchObject({ ok: false, error: { kind: 'malformed' } });
  });

  it.each(MALFORMED)('is refused inside a payload too: %s', (_what, document) => {
    // What is malformed only as a whole document may be right inside another one.
    const content = typeof document === 'string' ? encode(document) : document;
    const inside = Buffer.concat([encode('<r><c>'), content, encode('</c></r>')]);
    expect(read(inside, ['{}c']).ok).toBe(read(inside).ok);
  });

  it('leaves the reader ready for the next document', () => {
    const reader = new XmlReader();
    for (const [, document] of MALFORMED) {
      readPieces(reader, [typeof document === 'string' ? encode(document) : document]);
      expect(readPieces(reader, [encode('<next/>')])).toMatchObject({ ok: true, value: { local: 'next' } });
    }
  });

  it('tells its root if that was read', () => {
    expect(read('<rpc message-id="7"><a></b></rpc>')).toMatchObject({
      ok: false,
      error: { root: { local: 'rpc', attributes: [{ name: 'message-id', value: '7' }], children: [] } },
    });
    const cut = read('<rpc message-id="7"');
    expect(cut.ok ? undefined : cut.error).not.toHaveProperty('root');
  });
});

const nested = (depth: number): string => '<a>'.repeat(depth) + '</a>'.repeat(depth);
const attributes = (count: number): string =>
  `<a ${Array.from({ length: count }, (_, index) => `b${index}="1"`).join(' ')}/>`;

describe('limits', () => {
  it('allow 128 levels and not one more, in a payload too', () => {
    expect(read(nested(128)).ok).toBe(true);
    expect(read(nested(129))).toMatchObject({ ok: false, error: { kind: 'limit' } });
    expect(read(`<r>${nested(127)}</r>`, ['{}a']).ok).toBe(true);
    expect(read(`<r>${nested(128)}</r>`, ['{}a'])).toMatchObject({ ok: false, error: { kind: 'limit' } });
  });

  it('allow 64 attributes and not one more, in a payload too', () => {
    expect(read(attributes(64)).ok).toBe(true);
    expect(read(attributes(65))).toMatchObject({ ok: false, error: { kind: 'limit' } });
    expect(read(`<r><c>${attributes(64)}</c></r>`, ['{}c']).ok).toBe(true);
    expect(read(`<r><c>${attributes(65)}</c></r>`, ['{}c'])).toMatchObject({
      ok: false,
      error: { kind: 'limit' },
    });
  });

  it('stop a start tag with endless attributes before it ends', () => {
    const reader = new XmlReader();
    expect(reader.write(encode(attributes(65).slice(0, -2) + ' '))).toMatchObject({ kind: 'limit' });
  });

  it('bound the elements outside payloads', () => {
    const many = '<b/>'.repeat(10);
    expect(read(`<r>${many}</r>`, [], { maxElements: 11 }).ok).toBe(true);
    expect(read(`<r>${many}</r>`, [], { maxElements: 10 })).toMatchObject({
      ok: false,
      error: { kind: 'limit' },
    });
    expect(read(`<r><c>${many}</c></r>`, ['{}c'], { maxElements: 2 }).ok).toBe(true);
  });

  it('bound what is added to payloads', () => {
    const document = `<r xmlns:p="urn:p"><c>${'<b/>'.repeat(10)}</c></r>`;
    expect(read(document, ['{}c'], { maxPayloadAdditions: 160 }).ok).toBe(true);
    expect(read(document, ['{}c'], { maxPayloadAdditions: 159 })).toMatchObject({
      ok: false,
      error: { kind: 'limit' },
    });
  });
});

const payloadOf = (document: string, path = '{urn:n}e/{urn:n}config'): string | undefined => {
  let element: XmlElement | undefined = root(document, [path]);
  for (const step of path.split('/{')) {
    const local = step.slice(step.indexOf('}') + 1);
    element = element?.children.find((child) => child.local === local);
  }
  expect(element?.children).toEqual([]);
  return element?.payload;
};

describe('a payload', () => {
  it('is the text of the element, unchanged', () => {
    const inner =
      "\n <a xmlns='urn:a' b = '1'\t>&#x41;<![CDATA[<b>]]><!-- c\n --><b/>é😀</a >\n<c xmlns=\"urn:c\"/> ";
    expect(payloadOf(`<r xmlns="urn:n"><e><t/><config>${inner}</config></e></r>`)).toBe(inner);
  });

  it('may be the root itself', () => {
    expect(root('<config xmlns="urn:n"><a>1</a></config>', ['']).payload).toBe('<a xmlns="urn:n">1</a>');
  });

  it('has line feeds for all line ends', () => {
    expect(payloadOf('<r xmlns="urn:n"><e><config>\r\n<a xmlns="">1\r2</a>\n</config></e></r>')).toBe(
      '\n<a xmlns="">1\n2</a>\n',
    );
  });

  it('gets the namespaces that are declared outside it', () => {
    const document =
      '<n:r xmlns:n="urn:n" xmlns:p="urn:&quot;p&amp;"><n:e><n:config xmlns:q="urn:q">' +
      '<a xmlns="urn:a"><b>p:x</b></a ><q:c xmlns:q="urn:other"/><d\n/></n:config></n:e></n:r>';
    expect(payloadOf(document)).toBe(
      '<a xmlns="urn:a" xmlns:n="urn:n" xmlns:p="urn:&quot;p&amp;" xmlns:q="urn:q"><b>p:x</b></a >' +
        '<q:c xmlns:q="urn:other" xmlns:n="urn:n" xmlns:p="urn:&quot;p&amp;"/>' +
        '<d\n xmlns:n="urn:n" xmlns:p="urn:&quot;p&amp;" xmlns:q="urn:q"/>',
    );
  });

  it('inherits a default namespace unless that is taken away', () => {
    expect(payloadOf('<r xmlns="urn:n"><e><config><a/></config></e></r>')).toBe('<a xmlns="urn:n"/>');
    expect(payloadOf('<r xmlns="urn:n"><e><config><a xmlns=""/></config></e></r>')).toBe('<a xmlns=""/>');
    expect(
      payloadOf('<n:r xmlns="urn:d" xmlns:n="urn:n"><n:e xmlns=""><n:config><a/></n:config></n:e></n:r>'),
    ).toBe('<a xmlns:n="urn:n"/>');
  });

  it('gets the namespace that XML itself binds, where its prefix occurs', () => {
    expect(payloadOf('<r xmlns="urn:n"><e><config><a><b xml:lang="en"/></a></config></e></r>')).toBe(
      '<a xmlns="urn:n" xmlns:xml="http://www.w3.org/XML/1998/namespace"><b xml:lang="en"/></a>',
    );
    const own = '<a xmlns="" xmlns:xml="http://www.w3.org/XML/1998/namespace" xml:space="preserve"/>';
    expect(payloadOf(`<r xmlns="urn:n"><e><config>${own}</config></e></r>`)).toBe(own);
  });

  it('is empty for an empty element', () => {
    expect(payloadOf('<r xmlns="urn:n"><e><config/></e></r>')).toBe('');
    expect(payloadOf('<r xmlns="urn:n"><e><config></config ></e></r>')).toBe('');
  });

  it('is taken only where its path says', () => {
    const element = root('<r><config><a/></config><e><x><config><a/></config></x></e></r>', ['{}e/{}config']);
    expect(JSON.stringify(element)).not.toContain('payload');
  });

  it('may hold an element of its own name', () => {
    expect(payloadOf('<r xmlns="urn:n"><e><config><config xmlns="urn:x"/></config></e></r>')).toBe(
      '<config xmlns="urn:x"/>',
    );
  });
});

describe('pieces', () => {
  const document = encode(
    '\ufeff<?xml version="1.0"?>\r\n<r xmlns="urn:n" xmlns:p="urn:p" id="é😀">\r<e a="1"><t>x&amp;y]]&gt;</t>' +
      '<config>\r\n<a>é😀<![CDATA[]]]]>\r</a>\r\n<p:b\r/></config></e><s>\r\n</s></r>\r\n',
  );
  const paths = ['{urn:n}e/{urn:n}config'];

  it('may be cut anywhere', () => {
    const whole = readPieces(new XmlReader(paths), [document]);
    expect(whole.ok).toBe(true);
    const reader = new XmlReader(paths);
    fc.assert(
      fc.property(fc.array(fc.nat(document.length), { maxLength: 12 }), (cuts) => {
        const ends = [...cuts.toSorted((one, other) => one - other), document.length];
        const pieces = ends.map((end, index) => document.subarray(index === 0 ? 0 : ends[index - 1]!, end));
        expect(readPieces(reader, pieces)).toEqual(whole);
      }),
      { numRuns: 300 },
    );
  });

  it('may be single bytes', () => {
    const pieces = Array.from(document, (byte) => Uint8Array.of(byte));
    expect(readPieces(new XmlReader(paths), pieces)).toEqual(readPieces(new XmlReader(paths), [document]));
  });
});

describe('random documents', () => {
  const name = fc.constantFrom('a', 'b', 'config', 'p:c', 'q:d');
  const text = fc
    .string({ unit: 'grapheme', maxLength: 12 })
    .map((value) => value.replaceAll(/[^\t\n\u0020-\ud7ff\ue000-\ufffd]|[&<>]/g, ' '));
  const { element } = fc.letrec<{ element: string }>((tie) => ({
    element: fc
      .tuple(name, fc.array(fc.oneof({ maxDepth: 4 }, text, tie('element')), { maxLength: 4 }))
      .map(([tag, content]) => `<${tag}>${content.join('')}</${tag}>`),
  }));

  it('give payloads that stand alone and mean the same', () => {
    const strip = (node: XmlElement): unknown => [
      node.local,
      node.namespace,
      node.text,
      node.children.map(strip),
    ];
    fc.assert(
      fc.property(fc.array(element, { maxLength: 3 }), (siblings) => {
        const document = `<r xmlns="urn:d" xmlns:p="urn:p" xmlns:q="urn:q"><config>${siblings.join('')}</config></r>`;
        const { payload } = root(document, ['{urn:d}config']).children[0]!;
        const alone = root(`<x>${payload}</x>`);
        expect(alone.children.map(strip)).toEqual(root(document).children[0]!.children.map(strip));
      }),
    );
  });

  it('never make it throw, whatever bytes they are', () => {
    const reader = new XmlReader(['{}a']);
    const piece = fc.oneof(
      fc.uint8Array({ maxLength: 8 }),
      fc
        .constantFrom(
          '<a>',
          '</a>',
          '<a',
          '/>',
          '<!',
          '[CDATA[',
          ']]>',
          '&',
          '#x',
          ';',
          '<?',
          '?>',
          '"',
          '=',
          'xmlns:',
        )
        .map(encode),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
        const result = readPieces(reader, pieces);
        expect(typeof result.ok).toBe('boolean');
        expect(readPieces(reader, [encode('<a/>')])).toEqual(ok(expect.objectContaining({ local: 'a' })));
      }),
      { numRuns: 500 },
    );
  });
});

describe('a payload with much that is plain', () => {
  const name = fc.constantFrom('a', 'b', 'a.b-c', 'p:q', 'q:b', '1x');
  const words = fc.constantFrom(
    '',
    ' ',
    'x',
    '\n',
    'é',
    '&amp;',
    '&',
    ']]>',
    '>',
    '\r\n',
    '<!-- > -->',
    '<![CDATA[>]]>',
    '𝄞',
  );
  const attribute = fc.constantFrom(
    '',
    '',
    '',
    '',
    ' k="<"',
    ' k=">"',
    ' xmlns="urn:z"',
    ' xmlns:q="urn:q"',
    ' ',
  );
  const ending = fc.constantFrom('', '', '', '', '', ' ', 'x');
  const { tree } = fc.letrec<{ tree: string }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      words,
      fc.tuple(name, attribute).map(([tag, own]) => `<${tag}${own}/>`),
      fc
        .tuple(name, attribute, fc.array(tie('tree'), { maxLength: 4 }), ending)
        .map(([tag, own, inside, wrong]) => `<${tag}${own}>${inside.join('')}</${tag}${wrong}>`),
    ),
  }));
  const documents = fc
    .tuple(fc.array(tree, { maxLength: 6 }), fc.array(fc.nat(), { maxLength: 6 }))
    .map(([parts, cuts]) => ({
      document: `<r xmlns:p="urn:p"><c>${parts.join('')}</c><d>${parts.join('')}</d></r>`,
      cuts,
    }));

  it('may be larger than what is looked at together', () => {
    const leaves = '<l>0123456789012345</l>'.repeat(400_000);
    const payload = `<a><b>${leaves}</b><b k="1">${leaves}</b></a>`;
    expect(root(`<r><c>${payload}</c></r>`, ['{}c']).children[0]?.payload).toBe(payload);
    const wrong = read(`<r><c><a><b>${leaves}</b x></a></c></r>`, ['{}c']);
    expect(wrong.ok ? '' : wrong.error.message).toContain(`1:${leaves.length + 17}: `);
  });

  it('is read as where each element is looked at, from pieces of any size', () => {
    let plain = 0;
    const property = fc.property(
      documents,
      fc.integer({ min: 2, max: 9 }),
      ({ document, cuts }, maxDepth) => {
        const bytes = encode(document);
        const ends = [...cuts.map((cut) => cut % bytes.length), bytes.length].toSorted((a, b) => a - b);
        const pieces = ends.map((to, index) => bytes.subarray(ends[index - 1] ?? 0, to));
        const limits = { ...DEFAULT_XML_LIMITS, maxDepth };
        const payload = readPieces(new XmlReader(['{}c'], limits), pieces);
        const looked = readPieces(new XmlReader([], limits), [bytes]);
        plain += payload.ok ? 1 : 0;
        const again = payload.ok
          ? read(`<c xmlns:p="urn:p">${payload.value.children[0]?.payload}</c>`)
          : payload;
        expect(payload.ok ? payload.value.children[1] : payload).toEqual(
          looked.ok ? looked.value.children[1] : looked,
        );
        expect(again.ok ? again.value.children.map(bare) : again).toEqual(
          looked.ok ? looked.value.children[0]?.children.map(bare) : looked,
        );
      },
    );
    fc.assert(property, { numRuns: 3000 });
    expect(plain).toBeGreaterThan(300);
  });
});

/** An element without what depends on where it stands. */
function bare({ local, namespace, text, children }: XmlElement): unknown {
  return { local, namespace, text, children: children.map(bare) };
}
