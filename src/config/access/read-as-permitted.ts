import type { Filter, Outcome } from '../config-service.js';
import { readTree } from '../read-tree.js';
import { touches } from '../state/touched-roots.js';
import type { DataNode } from '../yang/data-node.js';
import type { DataTree } from '../yang/data-tree.js';
import type { DataAccess } from './data-access.js';
import { readableCopy } from './readable-copy.js';

/**
 * What a filter selects of what may be read, as XML siblings. The filter sees only what may be read: its
 * conditions would tell of the rest otherwise. Where all that it can touch is readable, nothing is copied.
 *
 * @param access undefined: everything may be read
 */
export function readAsPermitted(
  tree: DataTree,
  filter: Filter | undefined,
  access: DataAccess | undefined,
): Outcome<string> {
  if (access === undefined) return readTree(tree, filter);
  const wanted = ({ namespace, name }: DataNode): boolean => touches(filter, { namespace, root: name });
  const touched = tree.roots().filter(wanted);
  if (touched.every((root) => access.coverage('read', root.schema()) === 'all'))
    return readTree(tree, filter);
  using readable = readableCopy(tree, access, wanted);
  return readTree(readable, filter);
}
