import type { DataTree } from '../yang/data-tree.js';
import type { Workspace } from '../workspace.js';

/**
 * Where running and candidate are compared, gives those parts of both to `use` that may differ, so that
 * the comparison costs what was changed, not what is configured. Undefined, without calling `use`: other
 * datastores are compared, or nobody knows what was changed.
 */
export function withPendingTrees<T>(
  workspace: Workspace,
  { source, target }: { readonly source: string; readonly target: string },
  use: (source: DataTree, target: DataTree) => T,
): T | undefined {
  const forwards = source === 'running' && target === 'candidate';
  const backwards = source === 'candidate' && target === 'running';
  const parts = forwards || backwards ? workspace.touchedParts() : undefined;
  if (parts === undefined) return undefined;
  using found = parts;
  return forwards ? use(found.running, found.candidate) : use(found.candidate, found.running);
}
