import type { RpcError } from '../../errors/rpc-error.js';
import type { DataNode } from '../../yang/data-node.js';

/**
 * Asked before an edit changes a node: why that is forbidden, or undefined.
 *
 * @param node the node of the target; for `create`, and where there is none, that of the edit
 * @param deep whether all that is in the node is concerned too
 */
export type WriteGuard = (
  operation: 'create' | 'update' | 'delete',
  node: DataNode,
  deep: boolean,
) => RpcError | undefined;
