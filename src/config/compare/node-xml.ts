import { escapeXmlAttribute, escapeXmlText } from '../../lib/xml/escape-xml.js';
import type { DataNode } from '../yang/data-node.js';
import type { Origins } from '../state/origins.js';

const ORIGIN_DECLARATION = ' xmlns:or="urn:ietf:params:xml:ns:yang:ietf-origin"';

/** How a node is written. */
export interface NodeXmlOptions {
  /** Whether what is there by default is written too. */
  readonly defaults: boolean;
  /** The origins that are told as metadata, where they are not those of the parent (RFC 8342 §5.3.4). */
  readonly origins?: Origins | undefined;
}

/** A node with all that is in it, as an element that stands alone. */
export function nodeXml(node: DataNode, options: NodeXmlOptions): string {
  return elementOf(node, options, '', undefined);
}

/** In canonical values prefixes are the names of modules (identities, paths): declares those that occur. */
export function prefixDeclarations(node: DataNode, value: string): string {
  if (!value.includes(':')) return '';
  const names = new Set(
    [...value.matchAll(/(?<![\w.-])([A-Za-z_][\w.-]*):/gu)].map(([, name]) => name ?? ''),
  );
  let text = '';
  for (const name of names) {
    const module = node.tree.context.moduleByName(name);
    if (module !== undefined) text += ` xmlns:${name}="${escapeXmlAttribute(module.namespace)}"`;
  }
  return text;
}

function elementOf(
  node: DataNode,
  options: NodeXmlOptions,
  parentNamespace: string,
  inherited: string | undefined,
): string {
  const { name, namespace } = node;
  const origin = options.origins?.get(node.pointer);
  const told = origin === undefined || origin === inherited || node.isKey ? '' : ` or:origin="or:${origin}"`;
  const isTop = parentNamespace === '';
  const start = [
    `<${name}`,
    namespace === parentNamespace ? '' : ` xmlns="${escapeXmlAttribute(namespace)}"`,
    isTop && options.origins !== undefined ? ORIGIN_DECLARATION : '',
    node.kind === 'leaf' || node.kind === 'leaf-list' ? prefixDeclarations(node, node.value) : '',
    told,
  ].join('');
  const inside = contentOf(node, options, origin ?? inherited);
  return inside === '' ? `${start}/>` : `${start}>${inside}</${name}>`;
}

function contentOf(node: DataNode, options: NodeXmlOptions, origin: string | undefined): string {
  if (node.kind === 'anydata' || node.kind === 'anyxml') return node.value;
  if (node.kind !== 'container' && node.kind !== 'list') return escapeXmlText(node.value);
  let text = '';
  for (const child of node.children()) {
    if (options.defaults || !child.isDefault) text += elementOf(child, options, node.namespace, origin);
  }
  return text;
}
