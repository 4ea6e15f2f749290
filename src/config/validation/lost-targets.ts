import type { DataNode } from '../yang/data-node.js';
import type { DataTree } from '../yang/data-tree.js';
import type { SchemaAnalysis } from './schema-analysis.js';

/**
 * Whether something in `after` may still refer to what a diff takes away, or gives another value to. False is
 * sure; true is not: then `after` has to be validated in full.
 */
export function mayLeaveReferences(diff: DataTree, after: DataTree, analysis: SchemaAnalysis): boolean {
  return diff.roots().some((node) => mayBeMissed(node, 'none', after, analysis));
}

function mayBeMissed(node: DataNode, inherited: string, after: DataTree, analysis: SchemaAnalysis): boolean {
  const operation = node.metadata().find(({ name }) => name === 'operation')?.value ?? inherited;
  const goes = operation === 'delete' || operation === 'replace';
  if (goes && analysis.isReferredTo(node.schema())) {
    if (operation === 'replace' || isReferredTo(node, after, analysis)) return true;
  }
  for (const child of node.children()) {
    // A key stands there to tell which entry is meant.
    if (child.isKey && operation !== 'delete') continue;
    if (mayBeMissed(child, operation, after, analysis)) return true;
  }
  return false;
}

/** Looks for leafs with the value of a node that goes. */
function isReferredTo(node: DataNode, after: DataTree, analysis: SchemaAnalysis): boolean {
  const referrers = analysis.referrersOf(node.schema());
  const { value } = node;
  if (referrers === undefined || (value.includes("'") && value.includes('"'))) return true;
  const quoted = value.includes("'") ? `"${value}"` : `'${value}'`;
  return referrers.some((referrer) => {
    const found = after.xpath(`${referrer.path()}[. = ${quoted}]`);
    return !found.ok || found.value.length > 0;
  });
}
