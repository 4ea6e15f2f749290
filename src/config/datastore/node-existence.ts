import type { DataNode } from '../yang/data-node.js';

/**
 * Whether a node counts as existing data in the explicit basic mode (RFC 6243 §2.3): a default that
 * libyang filled in does not, and a non-presence container does when something inside does.
 */
export function existsExplicitly(node: DataNode): boolean {
  if (node.kind !== 'container' || node.isPresence) return !node.isDefault;
  for (const child of node.children()) if (existsExplicitly(child)) return true;
  return false;
}

/** True for a container that exists only for what it contains (RFC 7950 §7.5.1). */
export function isStructural(node: DataNode): boolean {
  return node.kind === 'container' && !node.isPresence;
}
