import type { DataNode } from '../../yang/data-node.js';
import type { ChoiceBranch } from '../../yang/schema-node.js';
import type { Place } from './place.js';

/** The choices between a node and its parent in the data, the innermost first; none for most nodes. */
export function choiceBranches(node: DataNode): readonly ChoiceBranch[] {
  return node.kind === 'opaque' ? [] : node.schema().choices;
}

/**
 * The nodes of `place` that cannot stay when `edit` is set there: those of other cases of the same
 * choices (RFC 7950 §7.9), and the filled-in default values of the same leaf-list.
 */
export function supersededNodes(edit: DataNode, place: Place): readonly DataNode[] {
  const branches = choiceBranches(edit);
  if (branches.length === 0 && edit.kind !== 'leaf-list') return [];
  if (branches.length === 0 && edit.schema().defaults.length === 0) return [];
  return place.children().filter((node) => isOtherCase(node, branches) || isDefaultOf(node, edit));
}

function isOtherCase(node: DataNode, branches: readonly ChoiceBranch[]): boolean {
  const own = branches.length === 0 ? [] : choiceBranches(node);
  return own.some((one) => branches.some((other) => one.choice === other.choice && one.case !== other.case));
}

function isDefaultOf(node: DataNode, edit: DataNode): boolean {
  return (
    edit.kind === 'leaf-list' &&
    node.isDefault &&
    node.name === edit.name &&
    node.moduleName === edit.moduleName &&
    node.value !== edit.value
  );
}
