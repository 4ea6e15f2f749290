import { ok } from '../../lib/result.js';
import type { DatastoreComparisonRequest, Outcome } from '../config-service.js';
import { copySelection } from '../datastore/filter/print-selection.js';
import { prune } from '../datastore/filter/prune.js';
import { Selection, type SelectedNode } from '../datastore/filter/selection.js';
import { selectFrom } from '../read-tree.js';
import type { Origins } from '../state/origins.js';
import type { DataNode } from '../yang/data-node.js';
import type { DataTree } from '../yang/data-tree.js';
import { patchEdits, type PatchEdit } from './patch-edits.js';

/** What `<compare>` of RFC 9144 answers. */
export type DatastoreComparison =
  | { readonly type: 'no-matches' }
  | { readonly type: 'differences'; readonly edits: readonly PatchEdit[] };

/**
 * What makes the target out of the source (RFC 9144). A node that the filter chooses in one of them is
 * looked at in both. Between datastores of configuration what is there by default does not count; held
 * against operational, which has the values in use, it does.
 *
 * @param trees as far as they may be read; with all defaults where one of them is operational
 * @param originsOf tells the origins of operational data
 */
export function compareDatastores(
  trees: { readonly source: DataTree; readonly target: DataTree },
  request: DatastoreComparisonRequest,
  originsOf: (operational: DataTree) => Origins,
): Outcome<DatastoreComparison> {
  const scope = scopeOf(trees, request);
  if (!scope.ok) return scope;
  const { source: fromScope, target: toScope } = scope.value;
  if (request.filter !== undefined && fromScope.isEmpty && toScope.isEmpty) return ok({ type: 'no-matches' });
  using from = copySelection(trees.source, fromScope);
  using to = copySelection(trees.target, toScope);
  const involved = [request.source, request.target].filter((name) => name === 'operational');
  if (!request.all && involved.length === 1) {
    prune(request.source === 'operational' ? from : to, ({ isConfig }) => isConfig);
  }
  const side = (tree: DataTree, name: string) => ({
    tree,
    ...(request.reportOrigin && name === 'operational' && { origins: originsOf(tree) }),
  });
  const defaults = involved.length > 0 ? 'counted' : 'ignored';
  const edits = patchEdits(side(from, request.source), side(to, request.target), defaults);
  return ok({ type: 'differences', edits });
}

function scopeOf(
  { source, target }: { readonly source: DataTree; readonly target: DataTree },
  { filter }: DatastoreComparisonRequest,
): Outcome<{ readonly source: Selection; readonly target: Selection }> {
  if (filter === undefined) return ok({ source: everythingOf(source), target: everythingOf(target) });
  const inSource = selectFrom(source, filter);
  if (!inSource.ok) return inSource;
  const inTarget = selectFrom(target, filter);
  if (!inTarget.ok) return inTarget;
  const [fromSource, fromTarget] = [inSource.value.roots(), inTarget.value.roots()];
  addTwins(inSource.value, source, undefined, fromTarget);
  addTwins(inTarget.value, target, undefined, fromSource);
  return ok({ source: inSource.value, target: inTarget.value });
}

function everythingOf(tree: DataTree): Selection {
  const selection = new Selection();
  for (const root of tree.roots()) selection.add(root);
  return selection;
}

/** Chooses in `tree` what was chosen in another one. */
function addTwins(
  selection: Selection,
  tree: DataTree,
  parent: DataNode | undefined,
  chosen: readonly SelectedNode[],
): void {
  for (const { node, whole, children } of chosen) {
    const twin = tree.findSibling(parent, node);
    if (twin === undefined) continue;
    if (whole) selection.add(twin);
    else addTwins(selection, tree, twin, children);
  }
}
