import type { XmlElement } from '../../../lib/xml/xml-element.js';
import type { DataNode } from '../../yang/data-node.js';
import type { DataTree } from '../../yang/data-tree.js';
import type { SchemaNode } from '../../yang/schema-node.js';
import { YangCallError } from '../../yang/yang-error.js';
import { contentWithModuleName, isContentMatch, matchesAttributes, matchesName } from './filter-element.js';

/**
 * Sibling nodes, looked up by what a filter says of them. Going through all of them is the last
 * resort: a list may have very many.
 */
export class SiblingNodes {
  readonly #tree: DataTree;
  readonly #parent: DataNode | undefined;
  #all: readonly DataNode[] | undefined;

  /** @param parent whose children they are; undefined for the top level */
  constructor(tree: DataTree, parent: DataNode | undefined) {
    this.#tree = tree;
    this.#parent = parent;
  }

  all(): readonly DataNode[] {
    this.#all ??= this.#parent === undefined ? this.#tree.roots() : [...this.#parent.children()];
    return this.#all;
  }

  /** The nodes of the filter element's name and attributes; of a list whose keys it gives only that entry. */
  matching(filter: XmlElement): readonly DataNode[] {
    const parent = this.#parent;
    if (parent !== undefined && (parent.kind === 'leaf' || parent.kind === 'leaf-list')) return [];
    const schemas = parent?.schema().children.filter((schema) => matchesName(filter, schema));
    const named =
      schemas === undefined
        ? this.all().filter((node) => matchesName(filter, node))
        : schemas.flatMap((schema) => this.#instances(filter, schema));
    return named.filter((node) => matchesAttributes(filter, node));
  }

  #instances(filter: XmlElement, schema: SchemaNode): readonly DataNode[] {
    const { kind, name, moduleName, pointer } = schema;
    if (kind !== 'list' && kind !== 'leaf-list') {
      const node = this.#parent?.child(name, moduleName);
      return node === undefined ? [] : [node];
    }
    const entry = kind === 'list' ? this.#entry(filter, schema) : undefined;
    return entry ?? this.all().filter((node) => node.kind !== 'opaque' && node.schema().pointer === pointer);
  }

  /** The entry of a list whose keys the filter gives; undefined when it does not, or not clearly. */
  #entry(filter: XmlElement, schema: SchemaNode): readonly DataNode[] | undefined {
    const { context } = this.#tree;
    const contents = schema.keys.map((key) =>
      filter.children.find(
        (child) => isContentMatch(child) && matchesName(child, { name: key, namespace: schema.namespace }),
      ),
    );
    if (contents.length === 0 || !contents.every((content) => content !== undefined)) return undefined;
    const qualified = contents.map((content) => contentWithModuleName(content, context));
    const values = contents.map((content, index) => qualified[index] ?? content.text.trim());
    using scratch = context.emptyTree();
    const like = this.#makeEntry(scratch, schema, values);
    const found = like === undefined ? undefined : this.#tree.findSibling(this.#parent, like);
    if (found !== undefined) return [found];
    // What looked like a qualified name may be just a string with a colon in it.
    return like === undefined || qualified.some((name) => name !== undefined) ? undefined : [];
  }

  #makeEntry(scratch: DataTree, schema: SchemaNode, values: readonly string[]): DataNode | undefined {
    const predicates = schema.keys.map((key, index) => {
      const value = values[index] ?? '';
      return value.includes("'") ? `[${key}="${value}"]` : `[${key}='${value}']`;
    });
    try {
      const list = `${this.#parent?.path() ?? ''}/${schema.moduleName}:${schema.name}`;
      return scratch.create(`${list}${predicates.join('')}`);
    } catch (error) {
      if (error instanceof YangCallError) return undefined;
      throw error;
    }
  }
}
