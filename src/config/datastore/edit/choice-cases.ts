import type { DataNode } from '../../yang/data-node.js';
import type { Native } from '../../yang/native.js';
import type { SchemaNode } from '../../yang/schema-node.js';
import type { Place } from './place.js';

/** That a node lies in a case of a choice; choice and case are known by where libyang has them. */
export interface ChoiceBranch {
  readonly choice: number;
  readonly choiceName: string;
  readonly case: number;
}

/** The choices between a node and its parent in the data, the innermost first; none for most nodes. */
export function choiceBranches(node: DataNode): readonly ChoiceBranch[] {
  return node.kind === 'opaque' ? [] : branchesOf(node);
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

const known = new WeakMap<SchemaNode, readonly ChoiceBranch[]>();

function branchesOf(node: DataNode): readonly ChoiceBranch[] {
  const schema = node.schema();
  const cached = known.get(schema);
  if (cached !== undefined) return cached;
  const branches = readBranches(schema, node.tree.context.native);
  known.set(schema, branches);
  return branches;
}

/** Schema nodes look through choices and cases; the compiled schema has them between a node and its parent. */
function readBranches(schema: SchemaNode, { memory, layout }: Native): readonly ChoiceBranch[] {
  const above = (at: number): number => memory.u32(at + layout.schema.parent);
  const parent = schema.parent?.pointer ?? 0;
  const branches: ChoiceBranch[] = [];
  let at = above(schema.pointer);
  while (at !== parent && at !== 0) {
    const choice = above(at);
    const choiceName = memory.text(memory.u32(choice + layout.schema.name)) ?? '';
    branches.push({ choice, choiceName, case: at });
    at = above(choice);
  }
  return branches;
}
