import { err, ok } from '../../lib/result.js';
import { escapeXmlAttribute, escapeXmlText } from '../../lib/xml/escape-xml.js';
import type { XmlElement } from '../../lib/xml/xml-element.js';
import type { Outcome } from '../config-service.js';
import {
  badElement,
  missingElement,
  unknownElement,
  unknownNamespace,
  type RpcError,
} from '../errors/rpc-error.js';
import { rpcErrorFromYang } from '../errors/yang-errors.js';
import type { DataNode } from '../yang/data-node.js';
import type { DataTree } from '../yang/data-tree.js';
import type { SchemaNode } from '../yang/schema-node.js';
import type { YangContext } from '../yang/yang-context.js';

/** Which action is asked for, and on which node. */
export interface ActionTarget {
  /** The nodes on the way to the action, with the keys of list entries. The caller frees it. */
  readonly tree: DataTree;
  /** From the top to the node that the action is invoked on. */
  readonly nodes: readonly DataNode[];
  readonly schema: SchemaNode;
  /** The element of the action itself, with its input. */
  readonly element: XmlElement;
}

interface Step {
  readonly element: XmlElement;
  readonly schema: SchemaNode;
}

/**
 * Finds the action in the content of `<action>`: all containers and list entries from the top of the data,
 * the entries with their keys, around the element of the action (RFC 7950 §7.15.2).
 */
export function readActionTarget(context: YangContext, around: XmlElement): Outcome<ActionTarget> {
  const way: Step[] = [];
  let inside = around;
  for (;;) {
    const next = onlyInner(inside, way.at(-1)?.schema);
    if (!next.ok) return next;
    const schema = schemaOf(context, way.at(-1)?.schema, next.value);
    if (!schema.ok) return schema;
    const step = { element: next.value, schema: schema.value };
    if (step.schema.kind === 'action') return targetAt(context, way, step);
    if (step.schema.kind !== 'container' && step.schema.kind !== 'list') {
      return err([badElement(step.element.local, `<${step.element.local}> is no node that has actions.`)]);
    }
    const missing = step.schema.keys.filter(
      (key) => !step.element.children.some(({ local }) => local === key),
    );
    if (missing.length > 0) return err(missing.map((key) => missingKey(key, step.element.local)));
    const repeated = repeatedKey(step);
    if (repeated !== undefined) {
      return err([badElement(repeated.local, `<${repeated.local}> must be there only once.`)]);
    }
    way.push(step);
    inside = step.element;
  }
}

/** The one element inside that is no key. */
function onlyInner(around: XmlElement, schema: SchemaNode | undefined): Outcome<XmlElement> {
  const [inner, second] = around.children.filter((child) => !isKey(schema, child));
  if (inner === undefined) {
    return err([
      missingElement(around.local, `<${around.local}> must hold the action, or what is around it.`),
    ]);
  }
  if (second !== undefined) {
    return err([badElement(second.local, 'One action can be invoked at a time, on one node.')]);
  }
  return ok(inner);
}

function schemaOf(
  context: YangContext,
  parent: SchemaNode | undefined,
  { local, namespace }: XmlElement,
): Outcome<SchemaNode> {
  const module = context.moduleByNamespace(namespace);
  if (module === undefined) return err([unknownNamespace(local, namespace)]);
  const siblings = parent === undefined ? context.schemaRoots(module.name) : parent.children;
  const found = siblings.find(({ name, moduleName, kind }) => {
    return name === local && moduleName === module.name && kind !== 'rpc' && kind !== 'notification';
  });
  return found === undefined ? err([unknownElement(local)]) : ok(found);
}

function targetAt(context: YangContext, way: readonly Step[], action: Step): Outcome<ActionTarget> {
  const xml = way.reduceRight((inside, { element, schema }) => {
    const keys = element.children.filter((child) => isKey(schema, child));
    return markup(
      element,
      `${keys.map((key) => markup(key, escapeXmlText(key.text.trim()))).join('')}${inside}`,
    );
  }, '');
  const parsed = context.parse(xml, { format: 'xml', validate: false });
  // What follows the first is a consequence of it.
  if (!parsed.ok) return err(parsed.error.slice(0, 1).map((error) => rpcErrorFromYang(error, context)));
  const tree = parsed.value;
  const nodes: DataNode[] = [];
  let level: readonly DataNode[] = tree.roots();
  for (let at = 0; at < way.length; at += 1) {
    const node = level.find(({ isKey: key }) => !key);
    if (node === undefined) break;
    nodes.push(node);
    level = [...node.children()];
  }
  return ok({ tree, nodes, schema: action.schema, element: action.element });
}

/** An element without its attributes, for which operations have no use, and with the prefixes of its value. */
function markup({ local, namespace, scope }: XmlElement, content: string): string {
  const prefixes = [...scope]
    .filter(([prefix]) => prefix !== '' && prefix !== 'xml')
    .map(([prefix, uri]) => ` xmlns:${prefix}="${escapeXmlAttribute(uri)}"`);
  return `<${local} xmlns="${escapeXmlAttribute(namespace)}"${prefixes.join('')}>${content}</${local}>`;
}

function isKey(schema: SchemaNode | undefined, { local, namespace }: XmlElement): boolean {
  return schema?.namespace === namespace && schema.keys.includes(local);
}

function repeatedKey({ element, schema }: Step): XmlElement | undefined {
  const keys = element.children.filter((child) => isKey(schema, child));
  return keys.find(({ local }, at) => keys.findIndex((other) => other.local === local) < at);
}

function missingKey(key: string, list: string): RpcError {
  return missingElement(key, `<${list}> must have the key <${key}>, to say which entry is meant.`);
}
