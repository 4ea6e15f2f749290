import { escapeXmlAttribute, escapeXmlText } from '../../lib/xml/escape-xml.js';
import type { DataNode } from '../yang/data-node.js';
import type { DataTree } from '../yang/data-tree.js';
import type { ChoiceBranch } from '../yang/schema-node.js';
import { readDiffNode, type DiffNode, type DiffOperation } from './diff-node.js';
import { prefixDeclarations } from './node-xml.js';

const NETCONF = 'urn:ietf:params:xml:ns:netconf:base:1.0';
const YANG = 'urn:ietf:params:xml:ns:yang:1';

/**
 * A diff as the content of an edit-config's `<config>` (RFC 6241 §7.2, default operation merge) that does
 * what the diff says: elements with the operations create, delete, replace and merge, and the
 * attributes of RFC 7950 §7.7.9 and §7.8.6 for entries in an order of the user's. What is there by
 * default does not count. Each element at the top stands alone; '' when nothing differs.
 */
export function writeEdit(diff: DataTree): string {
  return writeSiblings(diff.roots(), 'none', '');
}

/** `parentNamespace` is the namespace that is in force around the node; '' at the top. */
function writeNode(node: DataNode, inherited: DiffOperation, parentNamespace: string): string {
  const read = readDiffNode(node, inherited);
  if (node.kind === 'container' && !node.isPresence) {
    const inside = writeChildren(node, read.operation);
    return inside === '' ? '' : element(node, parentNamespace, '', inside);
  }
  switch (read.change.type) {
    case 'create':
      return element(node, parentNamespace, attributes('create', node, read), content(node));
    case 'delete':
      return element(node, parentNamespace, attributes('delete', node), keysOrValue(node));
    case 'change':
      return element(node, parentNamespace, attributes('replace', node), content(node));
    case 'move': {
      const inside = keysOrValue(node) + writeChildren(node, 'none');
      return element(node, parentNamespace, attributes('merge', node, read), inside);
    }
    case 'same':
    default:
      return writeParent(node, read, parentNamespace);
  }
}

/** A node that stays and in which something may differ. */
function writeParent(node: DataNode, { operation }: DiffNode, parentNamespace: string): string {
  if (node.kind !== 'list' && node.kind !== 'container') return '';
  const inside = writeChildren(node, operation);
  return inside === '' ? '' : element(node, parentNamespace, '', keysOrValue(node) + inside);
}

function writeChildren(node: DataNode, operation: DiffOperation): string {
  return writeSiblings(
    [...node.children()].filter(({ isKey }) => !isKey),
    operation,
    node.namespace,
  );
}

function writeSiblings(
  nodes: readonly DataNode[],
  operation: DiffOperation,
  parentNamespace: string,
): string {
  const superseding = nodes.flatMap((node) => {
    const choices = choicesOf(node);
    return choices.length > 0 && sets(node, operation) ? choices : [];
  });
  let text = '';
  for (const node of nodes) {
    if (!isSuperseded(node, superseding)) text += writeNode(node, operation, parentNamespace);
  }
  return text;
}

function choicesOf(node: DataNode): readonly ChoiceBranch[] {
  return node.schema().choices;
}

/** Whether a node goes because of another case of the same choice. */
function isSuperseded(node: DataNode, superseding: readonly ChoiceBranch[]): boolean {
  if (superseding.length === 0) return false;
  return choicesOf(node).some((own) =>
    superseding.some((other) => own.choice === other.choice && own.case !== other.case),
  );
}

/**
 * Whether anything comes or changes here. Then what the other cases of a choice had goes by itself (RFC
 * 7950 §7.9), and must not be named: an edit may hold one case of a choice only.
 */
function sets(node: DataNode, inherited: DiffOperation): boolean {
  const { operation, change } = readDiffNode(node, inherited);
  if (node.kind !== 'container' || node.isPresence) {
    if (change.type !== 'same') return change.type !== 'delete';
  }
  return [...node.children()].some((child) => !child.isKey && sets(child, operation));
}

/** All of a node that is created or replaced, without what is there by default. */
function content(node: DataNode): string {
  if (node.kind === 'anydata' || node.kind === 'anyxml') return node.value;
  if (node.kind !== 'container' && node.kind !== 'list') return escapeXmlText(node.value);
  let text = '';
  for (const child of node.children()) {
    if (!child.isDefault) text += element(child, node.namespace, '', content(child));
  }
  return text;
}

/** What identifies an entry; also the value of a leaf that goes, for servers that want to read one. */
function keysOrValue(node: DataNode): string {
  if (node.kind === 'leaf' || node.kind === 'leaf-list') return escapeXmlText(node.value);
  let text = '';
  if (node.kind !== 'list') return text;
  for (const child of node.children()) {
    if (!child.isKey) break;
    text += element(child, node.namespace, '', escapeXmlText(child.value));
  }
  return text;
}

function attributes(operation: string, node: DataNode, read?: DiffNode): string {
  const text = ` nc:operation="${operation}"`;
  const behind = read?.behind;
  if (behind === undefined || !node.isUserOrdered) return text;
  if (behind === '') return `${text} yang:insert="first"`;
  const name = node.kind === 'list' ? 'key' : 'value';
  return `${text} yang:insert="after" yang:${name}="${escapeXmlAttribute(behind)}"${prefixDeclarations(node, behind)}`;
}

function element(node: DataNode, parentNamespace: string, attributesText: string, inside: string): string {
  const { name, namespace } = node;
  const top = parentNamespace === '' ? ` xmlns:nc="${NETCONF}" xmlns:yang="${YANG}"` : '';
  const own = namespace === parentNamespace ? '' : ` xmlns="${escapeXmlAttribute(namespace)}"`;
  const isTerm = node.kind === 'leaf' || node.kind === 'leaf-list';
  const declared = isTerm && !attributesText.includes(' xmlns:') ? prefixDeclarations(node, node.value) : '';
  const start = `<${name}${own}${top}${declared}${attributesText}`;
  return inside === '' ? `${start}/>` : `${start}>${inside}</${name}>`;
}
