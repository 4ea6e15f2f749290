import type { SchemaNode } from '../yang/schema-node.js';
import type { YangContext } from '../yang/yang-context.js';
import type { XmlSpan } from './xml-spans.js';

/** Finds the schema of elements in a text. */
export class SpanSchemas {
  readonly #context: YangContext;
  readonly #roots = new Map<string, SchemaNode | undefined>();

  constructor(context: YangContext) {
    this.#context = context;
  }

  /** @param parent schema of what the element is in; undefined at the top */
  of(parent: SchemaNode | undefined, { name, namespace }: XmlSpan): SchemaNode | undefined {
    if (parent !== undefined) return parent.named(name).find((child) => child.namespace === namespace);
    const key = `${namespace} ${name}`;
    if (!this.#roots.has(key)) {
      const module = this.#context.moduleByNamespace(namespace)?.name;
      const roots = module === undefined ? [] : this.#context.schemaRoots(module);
      this.#roots.set(
        key,
        roots.find((root) => root.name === name),
      );
    }
    return this.#roots.get(key);
  }
}
