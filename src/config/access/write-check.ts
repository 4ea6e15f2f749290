import { errorPathOf } from '../errors/error-path.js';
import { accessDenied, type RpcError } from '../errors/rpc-error.js';
import type { DataNode } from '../yang/data-node.js';
import type { DataTree } from '../yang/data-tree.js';
import { isStructural } from '../datastore/node-existence.js';
import type { WriteGuard } from '../datastore/edit/write-guard.js';
import type { DataAccess } from './data-access.js';

export type WriteOperation = 'create' | 'update' | 'delete';

const WRITES: readonly WriteOperation[] = ['create', 'update', 'delete'];

/** The most errors that the refusal of one commit tells. */
const ERRORS_MOST = 20;

/**
 * Why a user may not create, update or delete a node; undefined when that is allowed. Containers without
 * presence are no data of their own (RFC 7950 §7.5.1), nor are defaults: what lies inside counts.
 *
 * @param deep whether all that is in the node is concerned too; with `create` its keys always are
 */
export function writeDenial(
  access: DataAccess,
  operation: WriteOperation,
  node: DataNode,
  deep: boolean,
): RpcError | undefined {
  if (node.kind === 'opaque') return undefined;
  const schema = node.schema();
  if (access.coverage(operation, schema) === 'all') return undefined;
  if (access.isUniform(operation, schema) && access.permits(operation, node)) return undefined;
  const own = node.isDefault || isStructural(node) ? undefined : nodeDenial(access, operation, node);
  if (own !== undefined || !(deep || operation === 'create')) return own;
  for (const child of node.children()) {
    const denial = deep || child.isKey ? writeDenial(access, operation, child, deep) : undefined;
    if (denial !== undefined) return denial;
  }
  return undefined;
}

/** Asks `access` before every change of an edit. */
export function writeGuard(access: DataAccess): WriteGuard {
  return (operation, node, deep) => {
    if (operation !== 'keep') return writeDenial(access, operation, node, deep);
    return access.permits('read', node) ? undefined : writeDenial(access, 'update', node, deep);
  };
}

/** The same for all that a difference of two configurations changes (RFC 8341 §3.2.5, §3.2.7). */
export function diffDenials(access: DataAccess, diff: DataTree): readonly RpcError[] {
  const denials: RpcError[] = [];
  const visit = (node: DataNode, inherited: string): void => {
    if (denials.length >= ERRORS_MOST || node.kind === 'opaque' || isFree(access, node)) return;
    const operation = metadataOf(node, 'operation') ?? inherited;
    const denial = changeDenial(access, operation, node);
    if (denial !== undefined) denials.push(denial);
    else if (operation === 'none' || operation === 'replace') {
      for (const child of node.children()) visit(child, 'none');
    }
  };
  for (const root of diff.roots()) visit(root, 'none');
  return denials;
}

/** Why a user may not replace a configuration by another one; nothing when that is allowed. */
export function replacementDenials(
  access: DataAccess | undefined,
  before: DataTree,
  after: DataTree,
): readonly RpcError[] {
  if (access === undefined) return [];
  using diff = before.diff(after);
  return diffDenials(access, diff);
}

/** Whether a node and all in it may be written in every way: then there is nothing to look for. */
function isFree(access: DataAccess, node: DataNode): boolean {
  const schema = node.schema();
  return WRITES.every((operation) => access.coverage(operation, schema) === 'all');
}

function changeDenial(access: DataAccess, operation: string, node: DataNode): RpcError | undefined {
  if (operation === 'create' || operation === 'delete') return writeDenial(access, operation, node, true);
  if (node.kind !== 'leaf' && node.kind !== 'leaf-list') {
    return operation === 'replace' ? nodeDenial(access, 'update', node) : undefined;
  }
  const wasDefault = metadataOf(node, 'orig-default') === 'true';
  // To whoever counts no defaults as data, a value that gives way to the default is deleted.
  if (wasDefault !== node.isDefault) return nodeDenial(access, wasDefault ? 'create' : 'delete', node);
  return operation === 'replace' && !wasDefault ? nodeDenial(access, 'update', node) : undefined;
}

function nodeDenial(access: DataAccess, operation: WriteOperation, node: DataNode): RpcError | undefined {
  if (access.permits(operation, node)) return undefined;
  const path = errorPathOf(node);
  return accessDenied(`You may not ${operation} ${path.text}.`, { type: 'application', path });
}

function metadataOf(node: DataNode, name: string): string | undefined {
  return node.metadata().find((item) => item.moduleName === 'yang' && item.name === name)?.value;
}
