import { invalidValue, type RpcError } from '../errors/rpc-error.js';
import type { DataNode } from '../yang/data-node.js';
import type { DataTree } from '../yang/data-tree.js';
import { DEFAULT_ATTRIBUTE } from '../yang/default-attribute.js';
import { at, nameOf } from './edit/edit-attributes.js';
import { stripMetadata } from './edit/strip-attributes.js';

/**
 * Whether input says of a value that it is there by default, with the attribute `default` of RFC 6243
 * §4.5.2. Nothing else makes a default of a node that was read without validation.
 */
export function isTaggedDefault(node: DataNode): boolean {
  return isTerminal(node) && node.isDefault;
}

/**
 * What is wrong with the attributes `default` in input: the value has to be the default that the schema
 * gives (RFC 6243 §4.5.2: invalid-value). Those that say false mean nothing and are taken away.
 */
export function settleDefaultTags(tree: DataTree): RpcError[] {
  return errorsIn(tree.roots());
}

/** Takes the values that are tagged as defaults out of a configuration: they are there without being set. */
export function dropTaggedDefaults(tree: DataTree): void {
  drop(tree.roots());
}

function errorsIn(nodes: Iterable<DataNode>): RpcError[] {
  return [...nodes].flatMap((node) => {
    if (isWronglyTagged(node)) {
      const message = `${nameOf(node)} is tagged as a default, but does not have the default value of the schema.`;
      return [invalidValue(message, at(node))];
    }
    if (node.kind !== 'opaque') stripMetadata(node, tagNames);
    return errorsIn(node.children());
  });
}

const tagNames: ReadonlySet<string> = new Set(['default']);

function isWronglyTagged(node: DataNode): boolean {
  if (node.kind === 'opaque') {
    return node
      .metadata()
      .some(
        ({ namespace, name, value }) =>
          namespace === DEFAULT_ATTRIBUTE && name === 'default' && ['true', '1'].includes(value),
      );
  }
  // A container that exists for its content counts as a default as long as it has none.
  if (!node.isDefault || (node.kind === 'container' && !node.isPresence)) return false;
  return !isTerminal(node) || !node.schema().defaults.includes(node.value);
}

function isTerminal(node: DataNode): boolean {
  return node.kind === 'leaf' || node.kind === 'leaf-list';
}

function drop(nodes: Iterable<DataNode>): void {
  for (const node of nodes) {
    if (isTaggedDefault(node)) node.remove();
    else drop(node.children());
  }
}
