import type { Filter } from '../config-service.js';
import type { DataTree } from '../yang/data-tree.js';
import type { StateProvider } from './state-provider.js';
import { touches } from './touched-roots.js';

/**
 * Running and the state of the system as one tree, limited to the top-level nodes that `filter` can
 * touch. The caller frees the tree.
 */
export async function operationalTree(
  running: DataTree,
  providers: readonly StateProvider[],
  filter: Filter | undefined,
): Promise<DataTree> {
  const wanted = providers.filter((provider) => touches(filter, provider));
  const texts = await Promise.all(wanted.map((provider) => provider.xml()));
  const tree = running.context.emptyTree();
  try {
    for (const node of running.roots()) {
      const name = { namespace: node.namespace, root: node.name };
      if (touches(filter, name)) tree.insertCopy(node, undefined, { deep: true });
    }
    for (const text of texts) if (text !== '') mergeText(tree, text);
    return tree;
  } catch (error) {
    tree.free();
    throw error;
  }
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
