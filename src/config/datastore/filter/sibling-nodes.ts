import type { XmlElement } from '../../../lib/xml/xml-element.js';
import type { DataNode } from '../../yang/data-node.js';
import type { DataTree } from '../../yang/data-tree.js';
import type { SchemaNode } from '../../yang/schema-node.js';
import { contentWithModuleName, isContentMatch, matchesAttributes, matchesName } from './filter-element.js';

/**
 * Sibling nodes, looked up by what a filter says of them. Going through all of them is the last
 * resort: a list may have very many.
 */
export class SiblingNodes {
  readonly #tree: DataTree;
  /** Whose children they are; undefined for the top level. */
  readonly parent: DataNode | undefined;
  #all: readonly DataNode[] | undefined;

  constructor(tree: DataTree, parent: DataNode | undefined) {
    this.#tree = tree;
    this.parent = parent;
  }

  all(): readonly DataNode[] {
    this.#all ??= this.parent === undefined ? this.#tree.roots() : [...this.parent.children()];
    return this.#all;
  }

  /** The nodes of the filter element's name and attributes; of a list whose keys it gives only that entry. */
  matching(filter: XmlElement): readonly DataNode[] {
    const { parent } = this;
    if (parent !== undefined && (parent.kind === 'leaf' || parent.kind === 'leaf-list')) return [];
    const named =
      parent === undefined
        ? this.all().filter((node) => matchesName(filter, node))
        : parent
            .schema()
            .named(filter.local)
            .filter((schema) => matchesName(filter, schema))
            .flatMap((schema) => this.#instances(filter, schema, parent));
    return named.filter((node) => matchesAttributes(filter, node));
  }

  #instances(filter: XmlElement, schema: SchemaNode, parent: DataNode): readonly DataNode[] {
    const { kind, name, moduleName, pointer } = schema;
    if (kind !== 'list' && kind !== 'leaf-list') {
      const node = parent.child(name, moduleName);
      return node === undefined ? [] : [node];
    }
    const entry = kind === 'list' ? this.#entry(filter, schema, parent) : undefined;
    return entry ?? this.all().filter((node) => node.kind !== 'opaque' && node.schema().pointer === pointer);
  }

  /** The entry of a list whose keys the filter gives; undefined when it does not, or not clearly. */
  #entry(filter: XmlElement, schema: SchemaNode, parent: DataNode): readonly DataNode[] | undefined {
    const { context } = this.#tree;
    const contents = schema.keys.map((key) =>
      filter.children.find(
        (child) => isContentMatch(child) && matchesName(child, { name: key, namespace: schema.namespace }),
      ),
    );
    if (contents.length === 0 || !contents.every((content) => content !== undefined)) return undefined;
    const qualified = contents.map((content) => contentWithModuleName(content, context));
    const values = contents.map((content, index) => qualified[index] ?? content.text.trim());
    const found = this.#tree.findEntry(parent, schema, predicatesOf(schema.keys, values));
    if (!found.ok) return undefined;
    if (found.value !== undefined) return [found.value];
    // What looked like a qualified name may be just a string with a colon in it.
    return qualified.some((name) => name !== undefined) ? undefined : [];
  }
}

function predicatesOf(keys: readonly string[], values: readonly string[]): string {
  return keys
    .map((key, index) => {
      const value = values[index] ?? '';
      return value.includes("'") ? `[${key}="${value}"]` : `[${key}='${value}']`;
    })
    .join('');
}
