import { existsExplicitly, isStructural } from '../datastore/node-existence.js';
import type { DataNode } from '../yang/data-node.js';
import type { DataTree } from '../yang/data-tree.js';

/** Where configuration in the operational datastore comes from: identities of ietf-origin (RFC 8342 §5.3.4). */
export type Origin = 'intended' | 'system' | 'default';

/** The origins of configuration nodes, by the address of the node. */
export type Origins = ReadonlyMap<number, Origin>;

/**
 * The origin of every configuration node of operational data: `intended` for what is in running, `default`
 * for values that nobody set, `system` for all else, which is what state providers add.
 */
export function originsOf(operational: DataTree, running: DataTree): Origins {
  const origins = new Map<number, Origin>();
  const visit = (nodes: Iterable<DataNode>, isInRunning: boolean, parent: DataNode | undefined): void => {
    for (const node of nodes) {
      if (!node.isConfig) continue;
      const twin = isInRunning ? running.findSibling(parent, node) : undefined;
      origins.set(node.pointer, originOf(node, twin));
      visit(node.children(), twin !== undefined, twin);
    }
  };
  visit(operational.roots(), true, undefined);
  return origins;
}

/** Writes the origins on the nodes, where they are not those of the parent (RFC 8342 §5.3.4). */
export function annotateOrigins(tree: DataTree, origins: Origins): void {
  const visit = (nodes: Iterable<DataNode>, inherited: Origin | undefined): void => {
    for (const node of nodes) {
      const origin = origins.get(node.pointer);
      if (origin === undefined) continue;
      // The keys are of the entry's origin.
      if (origin !== inherited && !node.isKey)
        node.addMetadata('ietf-origin:origin', `ietf-origin:${origin}`);
      visit(node.children(), origin);
    }
  };
  visit(tree.roots(), undefined);
}

function originOf(node: DataNode, twin: DataNode | undefined): Origin {
  if (twin !== undefined && existsExplicitly(twin)) return 'intended';
  return node.isDefault && (twin !== undefined || !isStructural(node)) ? 'default' : 'system';
}
