import type { RpcError } from '../../errors/rpc-error.js';
import type { DataNode } from '../../yang/data-node.js';

/** `keep`: a leaf is given the value that it has. That it has it is told by the absence of an error. */
export type GuardedOperation = 'create' | 'update' | 'delete' | 'keep';

/**
 * Asked before an edit changes a node: why that is forbidden, or undefined.
 *
 * @param node the node of the target; for `create`, and where there is none, that of the edit
 * @param deep whether all that is in the node is concerned too
 */
export type WriteGuard = (operation: GuardedOperation, node: DataNode, deep: boolean) => RpcError | undefined;
