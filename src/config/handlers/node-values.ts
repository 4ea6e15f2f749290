import { errorPathOf } from '../errors/error-path.js';
import { invalidValue, type ErrorPath, type RpcError } from '../errors/rpc-error.js';
import type { DataNode } from '../yang/data-node.js';

/** Value of a child leaf; undefined when it is not there. */
export function leafValue(node: DataNode, name: string): string | undefined {
  return node.child(name)?.value;
}

/** Value of a child leaf that a valid configuration has (a key, mandatory, or with a default). */
export function requiredValue(node: DataNode, name: string): string {
  const value = leafValue(node, name);
  if (value === undefined) throw new Error(`${node.path()} has no ${name} after validation`);
  return value;
}

/** The same for a boolean leaf. */
export function requiredBoolean(node: DataNode, name: string): boolean {
  return requiredValue(node, name) === 'true';
}

/** The same for a leaf with an integer of at most 32 bits. */
export function requiredNumber(node: DataNode, name: string): number {
  return Number(requiredValue(node, name));
}

/** The path of a node (of one of its child leaves, where `leaf` names one that is there) for an error. */
export function pathTo(node: DataNode, leaf?: string): { readonly path: ErrorPath } {
  return { path: errorPathOf((leaf === undefined ? undefined : node.child(leaf)) ?? node) };
}

/** The error of an entry whose leaf (or that itself, where there is no such leaf) cannot be taken. */
export function refusedLeaf(entry: DataNode, leaf: string, message: string): RpcError {
  return invalidValue(message, { type: 'application', ...pathTo(entry, leaf) });
}
