import type { DataNode } from '../yang/data-node.js';
import type { DataTree } from '../yang/data-tree.js';
import type { Origins } from '../state/origins.js';
import { readDiffNode, type DiffNode, type DiffOperation } from './diff-node.js';
import { nodeXml } from './node-xml.js';
import { resourcePath, siblingPath } from './resource-path.js';

/** An edit of a YANG patch (RFC 8072 §2.4), with the source's value (RFC 9144 §4). Values are elements that stand alone. */
export interface PatchEdit {
  readonly operation: 'create' | 'delete' | 'insert' | 'move' | 'replace';
  /** Path of the target, see resourcePath. */
  readonly target: string;
  readonly where?: 'first' | 'after';
  /** Path of the entry that the target goes behind. */
  readonly point?: string;
  readonly value?: string;
  readonly sourceValue?: string;
}

/** One side of a comparison. */
export interface ComparedTree {
  readonly tree: DataTree;
  /** Origins that are told with its values. */
  readonly origins?: Origins | undefined;
}

/**
 * What makes `target` out of `source`, as edits that are applied one after another. What one case of a
 * choice gives way to another goes before the other comes.
 *
 * @param defaults whether what is there by default counts like what somebody has set
 */
export function patchEdits(
  source: ComparedTree,
  target: ComparedTree,
  defaults: 'ignored' | 'counted',
): readonly PatchEdit[] {
  using diff = source.tree.diff(target.tree, { defaults: true });
  const walk = new PatchWalk(source, target, defaults);
  walk.siblings(diff.roots(), 'none', undefined, undefined);
  return walk.edits;
}

class PatchWalk {
  readonly edits: PatchEdit[] = [];
  readonly #source: ComparedTree;
  readonly #target: ComparedTree;
  readonly #defaults: 'ignored' | 'counted';

  constructor(source: ComparedTree, target: ComparedTree, defaults: 'ignored' | 'counted') {
    this.#source = source;
    this.#target = target;
    this.#defaults = defaults;
  }

  /**
   * @param inherited the operation of the node that they lie in
   * @param before that node in the source, if it is there; `after` in the target
   */
  siblings(
    nodes: readonly DataNode[],
    inherited: DiffOperation,
    before: DataNode | undefined,
    after: DataNode | undefined,
  ): void {
    const ofChoices = nodes.filter((node) => node.schema().choices.length > 0);
    const leaving = new Set(ofChoices.filter((node) => !this.#brings(node, inherited)));
    for (const node of leaving) this.#visit(node, inherited, before, after);
    for (const node of nodes) if (!leaving.has(node)) this.#visit(node, inherited, before, after);
  }

  #visit(
    node: DataNode,
    inherited: DiffOperation,
    before: DataNode | undefined,
    after: DataNode | undefined,
  ): void {
    const read = readDiffNode(node, inherited, this.#defaults);
    const old = this.#twin(this.#source, before, node);
    const young = this.#twin(this.#target, after, node);
    const isPlace = node.kind === 'container' && !node.isPresence;
    if (!isPlace && read.change.type !== 'same') this.edits.push(this.#editOf(node, read, old, young));
    if (isPlace || read.change.type === 'same' || read.change.type === 'move') {
      const children = [...node.children()].filter(({ isKey }) => !isKey);
      this.siblings(children, read.change.type === 'move' ? 'none' : read.operation, old, young);
    }
  }

  #editOf(
    node: DataNode,
    { change, behind }: DiffNode,
    old: DataNode | undefined,
    young: DataNode | undefined,
  ): PatchEdit {
    const target = resourcePath(node);
    const value = young && { value: this.#xml(young, this.#target) };
    const sourceValue = old && { sourceValue: this.#xml(old, this.#source) };
    switch (change.type) {
      case 'create':
        if (!node.isUserOrdered) return { operation: 'create', target, ...value };
        return { operation: 'insert', target, ...placeOf(node, behind), ...value };
      case 'move':
        return { operation: 'move', target, ...placeOf(node, behind) };
      case 'delete':
        return { operation: 'delete', target, ...sourceValue };
      case 'change':
      case 'same':
      default:
        return { operation: 'replace', target, ...value, ...sourceValue };
    }
  }

  /** Whether anything comes or changes here. */
  #brings(node: DataNode, inherited: DiffOperation): boolean {
    const { operation, change } = readDiffNode(node, inherited, this.#defaults);
    const isPlace = node.kind === 'container' && !node.isPresence;
    if (!isPlace && change.type !== 'same') return change.type !== 'delete';
    return [...node.children()].some((child) => !child.isKey && this.#brings(child, operation));
  }

  #twin({ tree }: ComparedTree, parent: DataNode | undefined, node: DataNode): DataNode | undefined {
    if (node.parent !== undefined && parent === undefined) return undefined;
    if (node.kind === 'list' || node.kind === 'leaf-list') return tree.findSibling(parent, node);
    // There is one at most, whatever its value.
    const { name, moduleName } = node;
    if (parent !== undefined) return parent.child(name, moduleName);
    return tree.roots().find((root) => root.name === name && root.moduleName === moduleName);
  }

  #xml(node: DataNode, { origins }: ComparedTree): string {
    return nodeXml(node, { defaults: this.#defaults === 'counted', origins });
  }
}

function placeOf(node: DataNode, behind: string | undefined): Pick<PatchEdit, 'where' | 'point'> {
  return behind ? { where: 'after', point: siblingPath(node, behind) } : { where: 'first' };
}
