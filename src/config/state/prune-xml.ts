import type { XmlElement } from '../../lib/xml/xml-element.js';
import { isContentMatch, matchesName } from '../datastore/filter/filter-element.js';
import type { SchemaNode } from '../yang/schema-node.js';
import type { YangContext } from '../yang/yang-context.js';
import { SpanSchemas } from './span-schemas.js';
import { contentOf, xmlSpans, type XmlPiece } from './xml-spans.js';

/**
 * Leaves out of data in XML, siblings from the top of the tree, what a subtree filter (RFC 6241 §6) cannot
 * select, by names alone: the filter selects the same of what is left. Keys of list entries stay. The data
 * is XML of the agent (see xml-spans.ts). Of large data a tree of libyang would cost many times that.
 *
 * @param filter the element whose children are the filter
 */
export function pruneXml(context: YangContext, xml: string, filter: XmlElement): string {
  if (isForAll(filter)) return xml;
  const piece = { text: xml, start: 0, end: xml.length, namespace: '' };
  return new XmlPruning(context).prune(undefined, piece, filter.children);
}

class XmlPruning {
  readonly #schemas: SpanSchemas;

  constructor(context: YangContext) {
    this.#schemas = new SpanSchemas(context);
  }

  /**
   * @param parent of the siblings; undefined at the top
   * @param filters those of the siblings that are wanted
   */
  prune(parent: SchemaNode | undefined, piece: XmlPiece, filters: readonly XmlElement[]): string {
    const { text } = piece;
    let pruned = '';
    for (const span of xmlSpans(piece)) {
      const matching = filters.filter((filter) => matchesName(filter, span));
      const isKey = parent?.keys.includes(span.name) === true;
      if (matching.length === 0 && !isKey) continue;
      const schema = this.#schemas.of(parent, span);
      const isInner = schema?.kind === 'container' || schema?.kind === 'list';
      if (!isInner || matching.some(isForAll) || span.contentStart === span.contentEnd) {
        pruned += text.slice(span.start, span.end);
        continue;
      }
      const inside = matching.flatMap(({ children }) => children);
      const content = this.prune(schema, contentOf(text, span), inside);
      pruned += `${text.slice(span.start, span.contentStart)}${content}</${span.name}>`;
    }
    return pruned;
  }
}

/** Whether a filter element selects all that is inside of what it matches. */
function isForAll({ children }: XmlElement): boolean {
  return children.every(isContentMatch);
}
