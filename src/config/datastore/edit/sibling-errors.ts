import { badElement, type RpcError } from '../../errors/rpc-error.js';
import type { DataNode } from '../../yang/data-node.js';
import { isStructural } from '../node-existence.js';
import { choiceBranches } from './choice-cases.js';
import { at, readEditAttributes, type Operation } from './edit-attributes.js';

/**
 * What is wrong with sibling nodes of an edit taken together, by the node it is told of: a leaf or
 * container that stands there twice, and data for several cases of a choice (RFC 7950 §8.3.1).
 */
export function siblingErrors(nodes: readonly DataNode[], inherited: Operation): Map<DataNode, RpcError> {
  const found = new Map<DataNode, RpcError>();
  if (nodes.length < 2) return found;
  const single = new Set<string | number>();
  const caseOf = new Map<number, number>();
  for (const node of nodes) {
    const identity = singleIdentity(node);
    if (identity !== undefined && single.has(identity)) {
      found.set(node, badElement(node.name, `There is more than one <${node.name}>.`, at(node)));
    }
    if (identity !== undefined) single.add(identity);
    const branches = choiceBranches(node);
    if (branches.length === 0 || !asksForPresence(node, inherited)) continue;
    for (const branch of branches) {
      const chosen = caseOf.get(branch.choice) ?? branch.case;
      caseOf.set(branch.choice, chosen);
      if (chosen === branch.case) continue;
      const message = `There is data for more than one case of the choice "${branch.choiceName}".`;
      found.set(node, badElement(node.name, message, at(node)));
    }
  }
  return found;
}

/**
 * The nodes of an edit in the order to apply them: removals in a choice come first, since setting a node of
 * another case would take away what is to be deleted.
 */
export function removalsFirst(nodes: readonly DataNode[]): readonly DataNode[] {
  const removals = nodes.filter(isRemoval);
  return removals.length === 0 ? nodes : [...removals, ...nodes.filter((node) => !isRemoval(node))];
}

function isRemoval(node: DataNode): boolean {
  return choiceBranches(node).length > 0 && !asksForPresence(node, 'merge');
}

/** What a node that can stand there but once is known by; undefined for entries of lists and leaf-lists. */
function singleIdentity(node: DataNode): string | number | undefined {
  if (node.kind === 'opaque') return `${node.moduleName}:${node.name}`;
  const { kind, pointer } = node.schema();
  return kind === 'list' || kind === 'leaf-list' ? undefined : pointer;
}

function asksForPresence(node: DataNode, inherited: Operation): boolean {
  const attributes = readEditAttributes(node, inherited);
  const operation = attributes.ok ? (attributes.value.operation ?? inherited) : inherited;
  if (operation === 'none' && isStructural(node)) {
    return [...node.children()].some((child) => asksForPresence(child, operation));
  }
  return operation === 'merge' || operation === 'replace' || operation === 'create';
}
