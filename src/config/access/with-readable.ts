import type { Filter } from '../config-service.js';
import { touches } from '../state/touched-roots.js';
import type { DataNode } from '../yang/data-node.js';
import type { DataTree } from '../yang/data-tree.js';
import type { DataAccess } from './data-access.js';
import { readableCopy } from './readable-copy.js';

/**
 * Gives the part of a tree that may be read to `use`, to be read only. A filter is to see nothing else: its
 * conditions would tell of the rest. Where all that it can touch is readable, nothing is copied.
 *
 * @param access undefined: everything may be read
 */
export function withReadable<T>(
  tree: DataTree,
  filter: Filter | undefined,
  access: DataAccess | undefined,
  use: (readable: DataTree) => T,
): T {
  if (access === undefined) return use(tree);
  const wanted = ({ namespace, name }: DataNode): boolean => touches(filter, { namespace, root: name });
  const touched = tree.roots().filter(wanted);
  if (touched.every((root) => access.coverage('read', root.schema()) === 'all')) return use(tree);
  using readable = readableCopy(tree, access, wanted);
  return use(readable);
}
