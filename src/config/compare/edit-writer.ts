import { flatText } from '../../lib/flat-text.js';
import { escapeXmlAttribute, escapeXmlText } from '../../lib/xml/escape-xml.js';
import type { DataNode } from '../yang/data-node.js';
import type { DataTree } from '../yang/data-tree.js';
import type { ChoiceBranch } from '../yang/schema-node.js';
import { readDiffNode, type Change, type DiffNode, type DiffOperation, type Direction } from './diff-node.js';
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
  return new EditWriter('forwards').write(diff);
}

/**
 * The same for what undoes the diff. Undefined when the diff does not tell it all: where entries in an order
 * of the user's were. Then the opposite diff does.
 */
export function writeUndo(diff: DataTree): string | undefined {
  const writer = new EditWriter('backwards');
  const text = writer.write(diff);
  return writer.lacksPositions ? undefined : text;
}

class EditWriter {
  readonly #direction: Direction;
  /** Whether there was something whose place is not known. */
  lacksPositions = false;

  constructor(direction: Direction) {
    this.#direction = direction;
  }

  write(diff: DataTree): string {
    return flatText(this.#siblings(diff.roots(), 'none', ''));
  }

  #read(node: DataNode, inherited: DiffOperation): DiffNode {
    return readDiffNode(node, inherited, 'ignored', this.#direction);
  }

  /** `parentNamespace` is the namespace that is in force around the node; '' at the top. */
  #node(node: DataNode, inherited: DiffOperation, parentNamespace: string): string {
    const read = this.#read(node, inherited);
    const { change, operation } = read;
    if (node.kind === 'container' && !node.isPresence) {
      const inside = this.#children(node, operation);
      return inside === '' ? '' : element(node, parentNamespace, '', inside);
    }
    this.#notePlace(node, change);
    switch (change.type) {
      case 'create':
        return element(node, parentNamespace, attributes('create', node, read), content(node, read.value));
      case 'delete':
        return element(node, parentNamespace, attributes('delete', node), keysOrValue(node));
      case 'change':
        return element(node, parentNamespace, attributes('replace', node), content(node, read.value));
      case 'move': {
        const inside = keysOrValue(node) + this.#children(node, 'none');
        return element(node, parentNamespace, attributes('merge', node, read), inside);
      }
      case 'same':
      default:
        return this.#parent(node, operation, parentNamespace);
    }
  }

  /** A node that stays and in which something may differ. */
  #parent(node: DataNode, operation: DiffOperation, parentNamespace: string): string {
    if (node.kind !== 'list' && node.kind !== 'container') return '';
    const inside = this.#children(node, operation);
    return inside === '' ? '' : element(node, parentNamespace, '', keysOrValue(node) + inside);
  }

  #children(node: DataNode, operation: DiffOperation): string {
    const children: DataNode[] = [];
    for (const child of node.children()) if (!child.isKey) children.push(child);
    return this.#siblings(children, operation, node.namespace);
  }

  #siblings(nodes: readonly DataNode[], operation: DiffOperation, parentNamespace: string): string {
    const superseding: ChoiceBranch[] = [];
    for (const node of nodes) {
      const choices = choicesOf(node);
      if (choices.length > 0 && this.#sets(node, operation)) superseding.push(...choices);
    }
    let text = '';
    for (const node of nodes) {
      if (!isSuperseded(node, superseding)) text += this.#node(node, operation, parentNamespace);
    }
    return text;
  }

  /**
   * Whether anything comes or changes here. Then what the other cases of a choice had goes by itself (RFC
   * 7950 §7.9), and must not be named: an edit may hold one case of a choice only.
   */
  #sets(node: DataNode, inherited: DiffOperation): boolean {
    const { operation, change } = this.#read(node, inherited);
    if (node.kind !== 'container' || node.isPresence) {
      if (change.type !== 'same') return change.type !== 'delete';
    }
    return [...node.children()].some((child) => !child.isKey && this.#sets(child, operation));
  }

  #notePlace(node: DataNode, { type }: Change): void {
    const needsPlace = node.isUserOrdered && (type === 'create' || type === 'move');
    if (needsPlace && this.#direction === 'backwards') this.lacksPositions = true;
  }
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

/** All of a node that is created or replaced, without what is there by default; `value` is that of a single one. */
function content(node: DataNode, value: string): string {
  if (node.kind === 'anydata' || node.kind === 'anyxml') return value;
  if (node.kind !== 'container' && node.kind !== 'list') return escapeXmlText(value);
  const printed = node.contentXml();
  if (printed !== undefined) return printed;
  let text = '';
  for (const child of node.children()) {
    if (!child.isDefault) text += element(child, node.namespace, '', content(child, child.value));
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
  // What is inside may be another value than the node's.
  const declared = isTerm && !attributesText.includes(' xmlns:') ? prefixDeclarations(node, inside) : '';
  const start = `<${name}${own}${top}${declared}${attributesText}`;
  return inside === '' ? `${start}/>` : `${start}>${inside}</${name}>`;
}
