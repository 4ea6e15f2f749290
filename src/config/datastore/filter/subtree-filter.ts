import type { XmlElement } from '../../../lib/xml/xml-element.js';
import { ok } from '../../../lib/result.js';
import type { Outcome } from '../../config-service.js';
import type { DataNode } from '../../yang/data-node.js';
import type { DataTree } from '../../yang/data-tree.js';
import { ContentMatch } from './content-match.js';
import { isContentMatch } from './filter-element.js';
import { Selection } from './selection.js';
import { SiblingNodes } from './sibling-nodes.js';

/**
 * What a subtree filter chooses (RFC 6241 §6). What matches nothing chooses nothing; it is no error.
 *
 * @param filter the element `<filter>`; its children are the filter. Elements without a namespace, or
 * in that of NETCONF as an unprefixed filter inherits it, match nodes of any namespace.
 * @param maxDepth see Selection
 */
export function selectSubtree(tree: DataTree, filter: XmlElement, maxDepth?: number): Outcome<Selection> {
  const selection = new Selection(maxDepth);
  new SubtreeFilter(selection).apply(filter.children, new SiblingNodes(tree, undefined));
  return ok(selection);
}

class SubtreeFilter {
  readonly #selection: Selection;
  readonly #contentMatch = new ContentMatch();

  constructor(selection: Selection) {
    this.#selection = selection;
  }

  /**
   * Applies a filter sibling set to the sibling nodes of one instance (RFC 6241 §6.2.5): every content
   * match has to hold. Answers whether something was chosen.
   */
  apply(filters: readonly XmlElement[], siblings: SiblingNodes): boolean {
    const matched = this.#contentMatches(filters, siblings);
    if (matched === undefined) return false;
    const others = filters.filter((filter) => !isContentMatch(filter));
    const isWhole = matched.length > 0 && others.length === 0;
    if (isWhole && siblings.parent !== undefined && this.#selection.isDeep) {
      this.#selection.add(siblings.parent);
      return true;
    }
    const chosen = isWhole ? siblings.all() : matched;
    for (const node of chosen) this.#selection.add(node);
    let any = chosen.length > 0;
    for (const filter of others) {
      for (const node of siblings.matching(filter)) any = this.#choose(filter, node) || any;
    }
    return any;
  }

  /** The nodes that the content matches are about; undefined when one of them does not hold. */
  #contentMatches(filters: readonly XmlElement[], siblings: SiblingNodes): readonly DataNode[] | undefined {
    const matched: DataNode[] = [];
    for (const filter of filters) {
      if (!isContentMatch(filter)) continue;
      const hits = siblings.matching(filter).filter((node) => this.#contentMatch.holds(filter, node));
      if (hits.length === 0) return undefined;
      matched.push(...hits);
    }
    return matched;
  }

  #choose(filter: XmlElement, node: DataNode): boolean {
    if (filter.children.length > 0) return this.apply(filter.children, new SiblingNodes(node.tree, node));
    this.#selection.add(node);
    return true;
  }
}
