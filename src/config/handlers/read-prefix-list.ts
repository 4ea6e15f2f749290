import { formatPrefix, parsePrefix } from '../../lib/ip-prefix.js';
import { err, ok, type Result } from '../../lib/result.js';
import type { DesiredPrefixListEntry } from '../../mpls/mpls-model.js';
import type { RpcError } from '../errors/rpc-error.js';
import type { DataNode } from '../yang/data-node.js';
import { leafValue, refusedLeaf, requiredNumber, requiredValue } from './node-values.js';

/** The entries of a list, at most. */
export const PREFIX_LIST_ENTRIES_MAX = 2048;

/** Reads a prefix list: its entries in their order. The schema bounds what they say of lengths. */
export function readPrefixList(
  list: DataNode,
): Result<readonly DesiredPrefixListEntry[], readonly RpcError[]> {
  const nodes = [...list.children()].filter(({ name }) => name === 'entry');
  if (nodes.length > PREFIX_LIST_ENTRIES_MAX) {
    const name = requiredValue(list, 'name');
    const message =
      `The prefix list "${name}" has ${nodes.length} entries: at most ${PREFIX_LIST_ENTRIES_MAX} can be used. ` +
      'Let an entry with less-equal stand for several.';
    return err([refusedLeaf(list, 'name', message)]);
  }
  const entries = nodes.map((node) => readEntry(node));
  return ok(entries.toSorted((left, right) => left.index - right.index));
}

function readEntry(node: DataNode): DesiredPrefixListEntry {
  return {
    index: requiredNumber(node, 'index'),
    action: requiredValue(node, 'action') === 'permit' ? 'permit' : 'deny',
    prefix: canonicalPrefix(requiredValue(node, 'prefix')),
    greaterEqual: boundOf(node, 'greater-equal'),
    lessEqual: boundOf(node, 'less-equal'),
  };
}

/** The canonical text of a prefix that the schema has let pass. */
export function canonicalPrefix(text: string): string {
  const parsed = parsePrefix(text);
  return parsed.ok ? formatPrefix(parsed.value) : text;
}

function boundOf(node: DataNode, leaf: string): number | null {
  const value = leafValue(node, leaf);
  return value === undefined ? null : Number(value);
}
