import { ok } from '../lib/result.js';
import type { DataRequest, Outcome, WithDefaults } from './config-service.js';
import { printSelection, copySelection, printTree } from './datastore/filter/print-selection.js';
import { dropHollow } from './datastore/filter/drop-hollow.js';
import { prune } from './datastore/filter/prune.js';
import { Selection } from './datastore/filter/selection.js';
import { reportsDefaults, selectFrom } from './read-tree.js';
import { annotateOrigins, type Origins } from './state/origins.js';
import type { DataTree } from './yang/data-tree.js';

/** The handling of defaults that a request gets (RFC 6243 §3; operational tells what is in use, RFC 8342 §5.3). */
export function defaultsOf({ datastore, withDefaults }: DataRequest): WithDefaults {
  return withDefaults ?? (datastore === 'operational' ? 'report-all' : 'explicit');
}

/**
 * Answers `<get-data>` (RFC 8526 §3.1.1): what all filters together choose of `tree`, with its ancestors.
 *
 * @param tree the datastore, with its defaults where they are wanted
 * @param originsOf tells the origins of operational data, where they are asked for
 */
export function readData(
  tree: DataTree,
  request: DataRequest,
  originsOf: (data: DataTree) => Origins,
): Outcome<string> {
  const { filter, config, origins, maxDepth, withOrigin } = request;
  const mode = defaultsOf(request);
  const selection = new Selection(maxDepth);
  if (filter === undefined) for (const node of tree.roots()) selection.add(node);
  const selected = filter === undefined ? ok(selection) : selectFrom(tree, filter, maxDepth);
  if (!selected.ok) return selected;
  const isWhole = config === undefined && origins === undefined && !withOrigin;
  if (isWhole && maxDepth === undefined) return ok(printSelection(tree, selected.value, mode));
  using result = copySelection(tree, selected.value);
  const found = withOrigin || origins ? originsOf(result) : undefined;
  if (config !== undefined) prune(result, (node) => node.isConfig === config);
  if (origins !== undefined) {
    const named = (origin: string): boolean =>
      origins.names.includes(origin) || origins.names.includes('origin');
    prune(result, (node) => {
      const origin = found?.get(node.pointer);
      return origin === undefined || named(origin) !== origins.negated;
    });
  }
  if (withOrigin && found !== undefined) annotateOrigins(result, found);
  if (maxDepth !== undefined && !reportsDefaults(mode)) dropHollow(result, tree);
  // A container that was cut off has nothing inside that would show it.
  return ok(printTree(result, mode, { emptyContainers: maxDepth !== undefined }));
}
