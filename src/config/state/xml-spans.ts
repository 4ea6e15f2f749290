/** An element in a text, by positions in it. */
export interface XmlSpan {
  readonly name: string;
  /** The default namespace inside of it. */
  readonly namespace: string;
  readonly start: number;
  /** Behind the name in the opening tag. */
  readonly nameEnd: number;
  readonly contentStart: number;
  readonly contentEnd: number;
  readonly end: number;
}

/** A piece of XML, and the default namespace that is in force there. */
export interface XmlPiece {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly namespace: string;
}

/**
 * The elements side by side in XML that the agent has made itself, be it printed by libyang or by
 * xml-text.ts: without white space between elements, comments, CDATA sections, prefixed names of elements,
 * and `>` in attributes. It is read without being taken apart any further.
 */
export function xmlSpans({ text, start, end, namespace }: XmlPiece): readonly XmlSpan[] {
  const spans: XmlSpan[] = [];
  for (let at = start; at < end;) {
    const span = spanAt(text, at, namespace);
    spans.push(span);
    at = span.end;
  }
  return spans;
}

/** The inside of an element. */
export function contentOf(text: string, { contentStart, contentEnd, namespace }: XmlSpan): XmlPiece {
  return { text, start: contentStart, end: contentEnd, namespace };
}

function spanAt(text: string, start: number, inherited: string): XmlSpan {
  const tagEnd = text.indexOf('>', start);
  if (text[start] !== '<' || tagEnd === -1) throw new Error('this is no XML of the agent');
  const isEmpty = text[tagEnd - 1] === '/';
  const tag = text.slice(start + 1, isEmpty ? tagEnd - 1 : tagEnd);
  const space = tag.indexOf(' ');
  const name = space === -1 ? tag : tag.slice(0, space);
  const namespace = (space === -1 ? undefined : defaultNamespace(tag)) ?? inherited;
  const nameEnd = start + 1 + name.length;
  const contentStart = tagEnd + 1;
  const contentEnd = isEmpty ? contentStart : closingTag(text, contentStart);
  const end = isEmpty ? contentStart : contentEnd + name.length + '</>'.length;
  return { name, namespace, start, nameEnd, contentStart, contentEnd, end };
}

function defaultNamespace(attributes: string): string | undefined {
  const declaration = ' xmlns="';
  const at = attributes.indexOf(declaration);
  if (at === -1) return undefined;
  const start = at + declaration.length;
  return attributes.slice(start, attributes.indexOf('"', start));
}

/** Where the closing tag of the element begins whose content begins at `start`. */
function closingTag(text: string, start: number): number {
  let depth = 1;
  let at = start;
  for (;;) {
    const tag = text.indexOf('<', at);
    if (tag === -1) throw new Error('this is no XML of the agent');
    const tagEnd = text.indexOf('>', tag);
    if (text[tag + 1] === '/') {
      depth -= 1;
      if (depth === 0) return tag;
    } else if (text[tagEnd - 1] !== '/') depth += 1;
    at = tagEnd + 1;
  }
}
