import { existsExplicitly, isStructural } from '../datastore/node-existence.js';
import type { DataNode } from '../yang/data-node.js';
import type { DataTree } from '../yang/data-tree.js';

/** Where configuration in the operational datastore comes from: identities of ietf-origin (RFC 8342 §5.3.4). */
export type Origin = 'intended' | 'system' | 'learned' | 'default';

/** The origins of configuration nodes, by the address of the node. */
export type Origins = ReadonlyMap<number, Origin>;

/** What the system has learned from others where it is not configured: sessions that tunnels have got. */
const LEARNED: ReadonlySet<string> = new Set([
  '/ietf-routing:routing/control-plane-protocols/control-plane-protocol/ietf-bfd:bfd' +
    '/ietf-bfd-mpls:mpls/session-groups/session-group',
]);

/**
 * The origin of every configuration node of operational data: `intended` for what is in running, `default`
 * for values that nobody set, `learned` or `system` for all else, which is what state providers add.
 */
export function originsOf(operational: DataTree, running: DataTree): Origins {
  const origins = new Map<number, Origin>();
  const visit = (nodes: Iterable<DataNode>, around: Around): void => {
    for (const node of nodes) {
      if (!node.isConfig) continue;
      const twin = around.isInRunning ? running.findSibling(around.twin, node) : undefined;
      const added = around.added === 'system' && isLearned(node) ? 'learned' : around.added;
      origins.set(node.pointer, originOf(node, twin, added));
      visit(node.children(), { isInRunning: twin !== undefined, twin, added });
    }
  };
  visit(operational.roots(), { isInRunning: true, twin: undefined, added: 'system' });
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

/** What is known of the node around. */
interface Around {
  readonly isInRunning: boolean;
  readonly twin: DataNode | undefined;
  /** The origin of what is not in running. */
  readonly added: 'system' | 'learned';
}

function isLearned(node: DataNode): boolean {
  return node.kind === 'list' && node.name === 'session-group' && LEARNED.has(node.schema().path());
}

function originOf(node: DataNode, twin: DataNode | undefined, added: Around['added']): Origin {
  if (twin !== undefined && existsExplicitly(twin)) return 'intended';
  return node.isDefault && (twin !== undefined || !isStructural(node)) ? 'default' : added;
}
