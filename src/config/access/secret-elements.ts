import type { SchemaNode } from '../yang/schema-node.js';
import type { YangContext } from '../yang/yang-context.js';
import { defaultDenyOf } from './schema-rulings.js';

/** Names of elements, as `elementName` makes them. */
export type ElementNames = ReadonlySet<string>;

/** One text for the name of an element and its namespace. */
export function elementName(namespace: string, name: string): string {
  return `{${namespace}}${name}`;
}

/** The uppermost elements of configuration that nobody may read unless a rule permits it (RFC 8341 §3.4.4). */
export function secretElements(context: YangContext): ElementNames {
  const found = new Set<string>();
  const visit = (node: SchemaNode, namespaces: ReadonlyMap<string, string>): void => {
    if (!node.isConfig) return;
    if (defaultDenyOf(node) === 'all')
      found.add(elementName(namespaces.get(node.moduleName) ?? '', node.name));
    else if (node.kind === 'container' || node.kind === 'list') {
      for (const child of node.children) visit(child, namespaces);
    }
  };
  const modules = context.modules().filter(({ implemented }) => implemented);
  const namespaces = new Map(modules.map(({ name, namespace }) => [name, namespace]));
  for (const { name } of modules) for (const root of context.schemaRoots(name)) visit(root, namespaces);
  return found;
}

/**
 * XML that the agent has written itself, without those elements. Prefixes are for attributes and values
 * alone there: elements have the default namespace.
 */
export function withoutElements(xml: string, names: ElementNames): string {
  const kept: string[] = [];
  const namespaces = [''];
  /** Elements that are open inside of one that is left out, that included; 0 where none is. */
  let depth = 0;
  for (const [token, closing, name = '', attributes = '', empty] of xml.matchAll(TOKEN)) {
    if (closing === '/') {
      if (depth === 0) kept.push(token);
      else depth -= 1;
      namespaces.pop();
    } else if (name === '') {
      if (depth === 0) kept.push(token);
    } else {
      const namespace = /\sxmlns="([^"]*)"/u.exec(attributes)?.[1] ?? namespaces.at(-1) ?? '';
      const isInside = depth > 0 || names.has(elementName(namespace, name));
      if (!isInside) kept.push(token);
      if (empty === '/') continue;
      namespaces.push(namespace);
      if (isInside) depth += 1;
    }
  }
  return kept.join('');
}

/** A start or end tag (the slash of an end, the name, the attributes, the slash of an empty element), or text. */
const TOKEN = /<(\/?)([^\s<>/]+)((?:\s+[^\s=<>/]+="[^"]*")*)\s*(\/?)>|[^<]+/gu;
