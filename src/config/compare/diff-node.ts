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

/** Whether a diff is read as what it does, or as what undoes that. */
export type Direction = 'forwards' | 'backwards';

/** A node of a diff, read. */
export interface DiffNode {
  /** As it stands in the diff, whichever way that is read. */
  readonly operation: DiffOperation;
  readonly change: Change;
  /** The value that it has, or would have had, once the change is made; '' where nothing changes. */
  readonly value: string;
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
  direction: Direction = 'forwards',
): DiffNode {
  const { operation, original, wasDefault, behind } = annotationsOf(node, inherited);
  const isReplaced = operation === 'replace' && isSingleValue(node);
  const { isDefault } = node;
  if (direction === 'forwards') {
    const defaultness = { before: wasDefault, after: isDefault };
    const change = changeOf(node, operation, defaultness, original, defaults);
    return { operation, change, value: change === SAME ? '' : node.value, behind };
  }
  const undone = OPPOSITES[operation];
  const present = isReplaced ? node.value : '';
  const change = changeOf(node, undone, { before: isDefault, after: wasDefault }, present, defaults);
  return { operation, change, value: change === SAME ? '' : isReplaced ? original : node.value, behind };
}

/** Whether a value is there by default. */
interface Defaultness {
  readonly before: boolean;
  readonly after: boolean;
}

const OPPOSITES: Readonly<Record<DiffOperation, DiffOperation>> = {
  create: 'delete',
  delete: 'create',
  replace: 'replace',
  none: 'none',
};

function annotationsOf(
  node: DataNode,
  inherited: DiffOperation,
): Pick<DiffNode, 'operation' | 'behind'> & { readonly original: string; readonly wasDefault: boolean } {
  const place = node.kind === 'list' ? 'key' : 'value';
  let operation = inherited;
  let wasDefault = false;
  let original = '';
  let behind: string | undefined;
  for (const { moduleName, name, value } of node.metadata()) {
    if (moduleName !== 'yang') continue;
    if (name === 'operation') operation = OPERATIONS.find((known) => known === value) ?? inherited;
    else if (name === 'orig-default') wasDefault = value === 'true';
    else if (name === 'orig-value') original = value;
    else if (name === place) behind = value;
  }
  return { operation, original, wasDefault, behind };
}

function isSingleValue({ kind }: DataNode): boolean {
  return kind === 'leaf' || kind === 'anydata' || kind === 'anyxml';
}

/** @param before the value before, of one that is replaced */
function changeOf(
  node: DataNode,
  operation: DiffOperation,
  isDefault: Defaultness,
  before: string,
  defaults: 'ignored' | 'counted',
): Change {
  if (defaults === 'counted') return plainChange(node, operation, before);
  const isSingle = isSingleValue(node);
  // A leaf that is there by default is, to a client, not there.
  switch (operation) {
    case 'create':
    case 'delete':
      return node.isDefault ? SAME : { type: operation };
    case 'replace':
      if (!isSingle) return { type: 'move' };
      if (isDefault.before) return isDefault.after ? SAME : { type: 'create' };
      return isDefault.after ? { type: 'delete' } : { type: 'change', before };
    case 'none':
    default:
      if (!isSingle && node.kind !== 'leaf-list') return SAME;
      if (node.isKey || isDefault.before === isDefault.after) return SAME;
      return { type: isDefault.before ? 'create' : 'delete' };
  }
}

function plainChange(node: DataNode, operation: DiffOperation, before: string): Change {
  if (operation === 'none') return SAME;
  if (operation !== 'replace') return { type: operation };
  return isSingleValue(node) ? { type: 'change', before } : { type: 'move' };
}
