import type { DataNode } from '../../yang/data-node.js';
import { editAttributeNames } from './edit-attributes.js';

/**
 * Takes the attributes of the edit off a node that was copied from it, and off its list keys: in a
 * configuration they mean nothing.
 */
export function stripEditAttributes(node: DataNode): void {
  strip(node);
  for (const child of node.children()) {
    if (!child.isKey) break;
    strip(child);
  }
}

function strip(node: DataNode): void {
  if (editAttributeNames(node).length > 0) stripMetadata(node, attributeNames);
}

/** Takes the metadata of the given names off a node that has a schema. */
export function stripMetadata(node: DataNode, names: ReadonlySet<string>): void {
  const { native } = node.tree.context;
  const { memory, layout } = native;
  let meta = memory.u32(node.pointer + layout.node.meta);
  while (meta !== 0) {
    const next = memory.u32(meta + layout.meta.next);
    const name = memory.text(memory.u32(meta + layout.meta.name)) ?? '';
    if (names.has(name)) native.call('lyd_free_meta_single', meta);
    meta = next;
  }
}

const attributeNames: ReadonlySet<string> = new Set(['operation', 'insert', 'key', 'value']);
