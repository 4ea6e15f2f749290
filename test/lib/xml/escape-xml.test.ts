import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escapeXmlAttribute, escapeXmlText } from '../../../src/lib/xml/escape-xml.js';
import { encodeUtf8 } from '../../../src/lib/xml/utf8.js';
import { XmlReader } from '../../../src/lib/xml/xml-reader.js';

describe('escaping', () => {
  it('leaves plain text alone', () => {
    expect(escapeXmlText('a é 😀\n\t"\'')).toBe('a é 😀\n\t"\'');
    expect(escapeXmlAttribute("a é 😀'")).toBe("a é 😀'");
  });

  it('replaces markup', () => {
    expect(escapeXmlText('<a b="1">&]]>\r')).toBe('&lt;a b="1"&gt;&amp;]]&gt;&#13;');
    expect(escapeXmlAttribute('<a b="1">\n')).toBe('&lt;a b=&quot;1&quot;&gt;&#10;');
  });

  it('replaces characters that XML cannot hold', () => {
    expect(escapeXmlText('a\0b\u001bc\ud800d\uffff')).toBe('a\ufffdb\ufffdc\ufffdd\ufffd');
    expect(escapeXmlAttribute('\u0008')).toBe('\ufffd');
  });

  it('gives back what was written, for every text of XML characters', () => {
    const text = fc
      .string({ unit: 'binary', maxLength: 30 })
      .map((value) => value.replaceAll(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, ''));
    const reader = new XmlReader();
    fc.assert(
      fc.property(text, (value) => {
        reader.write(encodeUtf8(`<a b="${escapeXmlAttribute(value)}">${escapeXmlText(value)}</a>`));
        const document = reader.end();
        expect(document).toMatchObject({ ok: true, value: { text: value, attributes: [{ value }] } });
      }),
    );
  });
});
