import type { DataNode } from '../yang/data-node.js';

/** The operations of libyang's diffs; a node without one has that of its parent. */
export type DiffOperation = 'create' | 'delete' | 'replace' | 'none';

/** What happens to a node, seen from a client that knows only what somebody has set. */
export type Change =
  | { readonly type: 'create' | 'delete' | 'same' }
  /** A leaf that is there before and after. */
  | { readonly type: 'change'; readonly before: string }
  /** An entry of a user-ordered list that is there before and after. */
  | { readonly type: 'move' };

/** A node of a diff, read. */
export interface DiffNode {
  readonly operation: DiffOperation;
  readonly change: Change;
  /** Of an entry of a user-ordered list that is created or moved: the entry before it as predicates or value, '' for none. */
  readonly behind: string | undefined;
}

const OPERATIONS: readonly DiffOperation[] = ['create', 'delete', 'replace', 'none'];
const SAME: Change = { type: 'same' };

/**
 * Reads a node of a diff that lies in one with the operation `inherited`.
 *
 * @param defaults whether what is there by default counts like what somebody has set
 */
export function readDiffNode(
  node: DataNode,
  inherited: DiffOperation,
  defaults: 'ignored' | 'counted' = 'ignored',
): DiffNode {
  const place = node.kind === 'list' ? 'key' : 'value';
  let operation = inherited;
  let wasDefault = false;
  let before = '';
  let behind: string | undefined;
  for (const { moduleName, name, value } of node.metadata()) {
    if (moduleName !== 'yang') continue;
    if (name === 'operation') operation = OPERATIONS.find((known) => known === value) ?? inherited;
    else if (name === 'orig-default') wasDefault = value === 'true';
    else if (name === 'orig-value') before = value;
    else if (name === place) behind = value;
  }
  const change =
    defaults === 'counted'
      ? plainChange(node, operation, before)
      : changeOf(node, operation, wasDefault, before);
  return { operation, change, behind };
}

function plainChange(node: DataNode, operation: DiffOperation, before: string): Change {
  if (operation === 'none') return SAME;
  if (operation !== 'replace') return { type: operation };
  return isSingleValue(node) ? { type: 'change', before } : { type: 'move' };
}

function isSingleValue({ kind }: DataNode): boolean {
  return kind === 'leaf' || kind === 'anydata' || kind === 'anyxml';
}

/** A leaf that is there by default is, to a client, not there. */
function changeOf(node: DataNode, operation: DiffOperation, wasDefault: boolean, before: string): Change {
  const isSingle = isSingleValue(node);
  switch (operation) {
    case 'create':
    case 'delete':
      return node.isDefault ? SAME : { type: operation };
    case 'replace':
      if (!isSingle) return { type: 'move' };
      if (wasDefault) return node.isDefault ? SAME : { type: 'create' };
      return node.isDefault ? { type: 'delete' } : { type: 'change', before };
    case 'none':
    default:
      if (!isSingle && node.kind !== 'leaf-list') return SAME;
      if (node.isKey || wasDefault === node.isDefault) return SAME;
      return { type: wasDefault ? 'create' : 'delete' };
  }
}
