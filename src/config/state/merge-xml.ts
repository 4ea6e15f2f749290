import type { SchemaNode } from '../yang/schema-node.js';
import type { YangContext } from '../yang/yang-context.js';
import { SpanSchemas } from './span-schemas.js';
import { contentOf, xmlSpans, type XmlPiece, type XmlSpan } from './xml-spans.js';

/**
 * Merges data in XML, siblings from the top of the tree, as merging the trees does: what `addition` has
 * is added to `base`, list entries by their keys, and its leafs win. Both are XML of the agent (see
 * xml-spans.ts). For large data this costs a small part of what the trees cost, in time and in memory.
 */
export function mergeXml(context: YangContext, base: string, addition: string): string {
  return new XmlMerge(context).merge(
    undefined,
    { text: base, start: 0, end: base.length, namespace: '' },
    { text: addition, start: 0, end: addition.length, namespace: '' },
  );
}

class XmlMerge {
  readonly #schemas: SpanSchemas;

  constructor(context: YangContext) {
    this.#schemas = new SpanSchemas(context);
  }

  /** @param parent of the siblings; undefined at the top */
  merge(parent: SchemaNode | undefined, base: XmlPiece, addition: XmlPiece): string {
    const added = this.#byIdentity(parent, addition);
    let merged = '';
    let copied = base.start;
    for (const span of xmlSpans(base)) {
      const schema = this.#schemas.of(parent, span);
      const id = identityOf(base.text, span, schema);
      const match = id === undefined ? undefined : added.get(id);
      if (id === undefined || match === undefined) continue;
      added.delete(id);
      merged += base.text.slice(copied, span.start);
      merged += this.#mergeOne(schema, [base.text, span], [addition.text, match]);
      copied = span.end;
    }
    merged += base.text.slice(copied, base.end);
    for (const span of added.values()) merged += addition.text.slice(span.start, span.end);
    return merged;
  }

  #mergeOne(
    schema: SchemaNode | undefined,
    [text, span]: readonly [string, XmlSpan],
    [addedText, added]: readonly [string, XmlSpan],
  ): string {
    const isInner = schema?.kind === 'container' || schema?.kind === 'list';
    if (!isInner) return addedText.slice(added.start, added.end);
    const tagEnd = text[span.contentStart - 2] === '/' ? span.contentStart - 2 : span.contentStart - 1;
    const content = this.merge(schema, contentOf(text, span), contentOf(addedText, added));
    return `${text.slice(span.start, tagEnd)}>${content}</${span.name}>`;
  }

  /** The elements by what tells instances apart; those that nothing tells apart have an identity of their own. */
  #byIdentity(parent: SchemaNode | undefined, piece: XmlPiece): Map<string, XmlSpan> {
    const spans = new Map<string, XmlSpan>();
    for (const span of xmlSpans(piece)) {
      const id = identityOf(piece.text, span, this.#schemas.of(parent, span));
      spans.set(id ?? `${spans.size}`, span);
    }
    return spans;
  }
}

/** What tells an instance from its siblings; undefined where nothing does. */
function identityOf(text: string, span: XmlSpan, schema: SchemaNode | undefined): string | undefined {
  const name = `${span.namespace} ${span.name}`;
  if (schema?.kind === 'leaf-list') return `${name} ${valueOf(text, span)}`;
  if (schema?.kind !== 'list') return name;
  const count = schema.keys.length;
  if (count === 0) return undefined;
  // Keys come first, in the order of the schema (RFC 7950 §7.8.5).
  const keys: string[] = [];
  let { contentStart: start } = span;
  while (keys.length < count && start < span.contentEnd) {
    const [key] = xmlSpans({ text, start, end: start + 1, namespace: span.namespace });
    if (key === undefined) break;
    keys.push(valueOf(text, key));
    start = key.end;
  }
  return `${name} ${JSON.stringify(keys)}`;
}

/** The value of a leaf, with the namespace instead of the prefix where it declares one. */
function valueOf(text: string, { nameEnd, contentStart, contentEnd }: XmlSpan): string {
  const value = unescaped(text.slice(contentStart, contentEnd));
  const colon = value.indexOf(':');
  if (colon === -1) return value;
  const declaration = ` xmlns:${value.slice(0, colon)}="`;
  const at = text.slice(nameEnd, contentStart).indexOf(declaration);
  if (at === -1) return value;
  const start = nameEnd + at + declaration.length;
  return `{${text.slice(start, text.indexOf('"', start))}}${value.slice(colon + 1)}`;
}

function unescaped(text: string): string {
  if (!text.includes('&')) return text;
  return text.replaceAll(/&(lt|gt|quot|apos|amp);/gu, (_, name: string) => CHARACTERS[name] ?? '');
}

const CHARACTERS: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };
