import type { DatastoreName, Outcome } from './config-service.js';
import type { StartupDatastore } from './startup-datastore.js';
import type { Workspace } from './workspace.js';
import type { DataTree } from './yang/data-tree.js';

/**
 * Gives a configuration datastore to `use`, to be read only.
 *
 * @param options.complete with all that is there by default; running always is, the others may not
 * have been validated
 */
export async function withDatastore<T>(
  workspace: Workspace,
  startup: StartupDatastore,
  name: DatastoreName,
  options: { readonly complete: boolean },
  use: (tree: DataTree) => Outcome<T> | Promise<Outcome<T>>,
): Promise<Outcome<T>> {
  if (name === 'running' || (name === 'candidate' && !options.complete)) return use(workspace[name]);
  const copy =
    name === 'candidate'
      ? { ok: true as const, value: workspace.candidate.duplicate() }
      : await startup.tree(workspace);
  if (!copy.ok) return copy;
  using tree = copy.value;
  if (options.complete) tree.addDefaults();
  return await use(tree);
}
