import type { XmlElement } from '../../../lib/xml/xml-element.js';
import type { DataNode } from '../../yang/data-node.js';
import { copyWithParents } from '../copy-with-parents.js';
import { contentWithModuleName } from './filter-element.js';

/**
 * Content matches of one filter (RFC 6241 §6.2.5). Values are compared in canonical form, so that
 * `2001:DB8::1` finds `2001:db8::1`, and a name of an identity by its module, not its prefix.
 */
export class ContentMatch {
  /** The filter's values in the forms that the types of the nodes give them, made once for each type of node. */
  readonly #canonical = new Map<XmlElement, Map<number, string>>();

  /** Whether `node` is a leaf or leaf-list entry with the value that `filter` has. */
  holds(filter: XmlElement, node: DataNode): boolean {
    if (node.kind !== 'leaf' && node.kind !== 'leaf-list') return false;
    const { value } = node;
    if (value === filter.text.trim()) return true;
    if (value === contentWithModuleName(filter, node.tree.context)) return true;
    return value === this.#canonicalText(filter, node);
  }

  #canonicalText(filter: XmlElement, node: DataNode): string {
    const { pointer } = node.schema();
    const known = this.#canonical.get(filter) ?? new Map<number, string>();
    this.#canonical.set(filter, known);
    const text = known.get(pointer) ?? canonicalText(filter, node);
    known.set(pointer, text);
    return text;
  }
}

/** Tries the value as a qualified name, and as it stands; a value of no such form matches nothing else. */
function canonicalText(filter: XmlElement, node: DataNode): string {
  const text = filter.text.trim();
  const copy = copyWithParents(node, { deep: false });
  using tree = copy.tree;
  for (const value of [contentWithModuleName(filter, tree.context), text]) {
    if (value !== undefined && copy.node.setValue(value).ok) return copy.node.value;
  }
  return text;
}
