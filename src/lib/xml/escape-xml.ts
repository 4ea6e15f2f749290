const SPECIAL_IN_TEXT = /[&<>\r]|[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;
const SPECIAL_IN_ATTRIBUTE = /[&<>"\t\n\r]|[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;
const ALL_IN_TEXT = new RegExp(SPECIAL_IN_TEXT, 'gu');
const ALL_IN_ATTRIBUTE = new RegExp(SPECIAL_IN_ATTRIBUTE, 'gu');

/**
 * `text` as character data (XML 1.0 §2.4). Characters that no XML document may hold (§2.2: most
 * control characters, lone surrogates) become U+FFFD.
 */
export function escapeXmlText(text: string): string {
  return SPECIAL_IN_TEXT.test(text) ? text.replace(ALL_IN_TEXT, reference) : text;
}

/**
 * `value` as an attribute value in double quotes. White space other than the space is written as a
 * character reference, so that a reader's normalization (XML 1.0 §3.3.3) gives the same value back.
 */
export function escapeXmlAttribute(value: string): string {
  return SPECIAL_IN_ATTRIBUTE.test(value) ? value.replace(ALL_IN_ATTRIBUTE, reference) : value;
}

const REFERENCES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
};

function reference(character: string): string {
  return REFERENCES[character] ?? '\ufffd';
}
