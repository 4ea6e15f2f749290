import type { XmlElement } from '../../lib/xml/xml-element.js';
import type { Filter } from '../config-service.js';
import type { DataTree } from '../yang/data-tree.js';
import { mergeXml } from './merge-xml.js';
import type { StateProvider } from './state-provider.js';
import type { SchemaAnalysis } from '../validation/schema-analysis.js';
import { narrowRouting, ROUTING_MODULE, type NarrowRouting } from './narrow-routing.js';
import { narrowingFilter } from './narrowing-filter.js';
import { pinnedSessions } from './pinned-sessions.js';
import { pruneXml } from './prune-xml.js';
import { touches } from './touched-roots.js';

interface WantedTree {
  readonly filter: Filter | undefined;
  /** A subtree filter for all that `filter` can select; undefined: that may be anything. */
  readonly narrowing: XmlElement | undefined;
  readonly learned: boolean;
  readonly narrow?: NarrowRouting;
}

/**
 * Running and the state of the system, as far as a filter can select something of it. The caller frees
 * the tree. A filter for single sessions costs no more for the others that there are.
 *
 * @param learned also entries of configuration that the system has learned: `<operational>` has them, and
 *   a plain `<get>`, which shows running, has not
 */
export async function filteredOperationalTree(
  running: DataTree,
  analysis: SchemaAnalysis,
  providers: readonly StateProvider[],
  filter: Filter | undefined,
  learned = false,
): Promise<DataTree> {
  const narrowing = narrowingFilter(filter);
  const pinned = narrowing && pinnedSessions(narrowing);
  const narrow = pinned && narrowRouting(running, analysis, pinned);
  const wanted = { filter, narrowing, learned };
  if (narrow === undefined) return operationalTree(running, providers, wanted);
  using _ = narrow.tree;
  return await operationalTree(running, providers, { ...wanted, narrow });
}

/**
 * Running and the state of the system as one tree, limited to the top-level nodes that `filter` can
 * touch. The caller frees the tree.
 *
 * @param wanted.narrow all of ietf-routing that is wanted, where that is known
 * @param wanted.learned also entries of configuration that the system has learned
 */
export async function operationalTree(
  running: DataTree,
  providers: readonly StateProvider[],
  { filter, narrowing, learned, narrow }: WantedTree,
): Promise<DataTree> {
  const wanted = providers.filter((provider) => touches(filter, provider));
  const texts = await Promise.all(
    wanted.map((provider) =>
      provider.xml({ learned, only: provider.hasSessions ? narrow?.only : undefined }),
    ),
  );
  const tree = running.context.emptyTree();
  try {
    const roots = running.roots().filter(({ moduleName }) => !narrow || moduleName !== ROUTING_MODULE);
    for (const node of [...roots, ...(narrow?.tree.roots() ?? [])]) {
      const name = { namespace: node.namespace, root: node.name };
      if (touches(filter, name)) tree.insertCopy(node, undefined, { deep: true });
    }
    for (const text of texts) {
      const state = narrowing === undefined ? text : pruneXml(running.context, text, narrowing);
      if (state !== '') mergeText(tree, state);
    }
    return tree;
  } catch (error) {
    tree.free();
    throw error;
  }
}

/**
 * All of running and the state of the system as XML siblings, without values that nobody has set. It is what
 * printing the tree gives, apart from the order of siblings.
 */
export async function operationalXml(
  running: DataTree,
  providers: readonly StateProvider[],
): Promise<string> {
  const texts = await Promise.all(providers.map((provider) => provider.xml({ learned: false })));
  // Long texts last: each is gone through with what was merged before.
  const state = texts
    .toSorted((one, other) => one.length - other.length)
    .reduce((merged, text) => mergeXml(running.context, merged, text), '');
  return mergeXml(running.context, running.print({ format: 'xml', defaults: 'explicit' }), state);
}

function mergeText(tree: DataTree, text: string): void {
  const parsed = tree.context.parse(text, { format: 'xml', validate: false });
  if (!parsed.ok) {
    throw new Error(
      `state that does not follow its schema: ${parsed.error.map(({ message }) => message).join('; ')}`,
    );
  }
  using state = parsed.value;
  tree.merge(state);
}
