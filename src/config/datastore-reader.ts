import { ok } from '../lib/result.js';
import { readsEverything } from './access/reads-everything.js';
import { withReadable } from './access/with-readable.js';
import { withPendingTrees } from './compare/pending-trees.js';
import { compareDatastores, type DatastoreComparison } from './compare/compare-datastores.js';
import type {
  DataRequest,
  DatastoreComparisonRequest,
  Filter,
  NmdaDatastore,
  Outcome,
  ReadRequest,
  Requester,
  WithDefaults,
} from './config-service.js';
import { withDatastore } from './datastore-access.js';
import { defaultsOf, readData } from './read-data.js';
import { readTree, reportsDefaults } from './read-tree.js';
import type { SharedParts } from './shared-parts.js';
import { filteredOperationalTree, operationalXml } from './state/operational-tree.js';
import { originsOf, type Origins } from './state/origins.js';
import type { StateProvider } from './state/state-provider.js';
import type { Workspace } from './workspace.js';
import type { DataTree } from './yang/data-tree.js';

/** Reads datastores for NETCONF, each time as far as the requester may read them. */
export class DatastoreReader {
  readonly #shared: Pick<SharedParts, 'live' | 'startup' | 'access'>;
  readonly #state: readonly StateProvider[];

  constructor(shared: Pick<SharedParts, 'live' | 'startup' | 'access'>, state: readonly StateProvider[]) {
    this.#shared = shared;
    this.#state = state;
  }

  /** `<get-config>` (RFC 6241 §7.1). */
  getConfig(
    { datastore, filter, withDefaults }: ReadRequest,
    requester: Requester,
  ): Promise<Outcome<string>> {
    const { live, startup, access } = this.#shared;
    const complete = reportsDefaults(withDefaults);
    return live.serve((workspace) =>
      withDatastore(workspace, startup, datastore, { complete }, (tree) =>
        withReadable(tree, filter, access.data(requester), (readable) =>
          readTree(readable, filter, withDefaults),
        ),
      ),
    );
  }

  /** `<get>` (RFC 6241 §7.7). */
  get(
    filter: Filter | undefined,
    requester: Requester,
    withDefaults?: WithDefaults,
  ): Promise<Outcome<string>> {
    const isWhole = filter === undefined && (withDefaults ?? 'explicit') === 'explicit';
    return this.#shared.live.serve(async (workspace) => {
      const { running, analysis, context } = workspace;
      if (isWhole && readsEverything(context, this.#shared.access.data(requester))) {
        return ok(await operationalXml(running, this.#state));
      }
      using tree = await filteredOperationalTree(running, analysis, this.#state, filter);
      return withReadable(tree, filter, this.#shared.access.data(requester), (readable) =>
        readTree(readable, filter, withDefaults),
      );
    });
  }

  /** `<get-data>` (RFC 8526 §3.1.1). */
  getData(request: DataRequest, requester: Requester): Promise<Outcome<string>> {
    const { datastore, filter } = request;
    const complete = reportsDefaults(defaultsOf(request));
    return this.#shared.live.serve((workspace) =>
      this.#withDatastore(workspace, datastore, { filter, complete }, (tree) =>
        this.#readData(workspace, tree, request, requester),
      ),
    );
  }

  /** `<compare>` of RFC 9144. */
  compare(request: DatastoreComparisonRequest, requester: Requester): Promise<Outcome<DatastoreComparison>> {
    const { source, target, filter } = request;
    const complete = source === 'operational' || target === 'operational';
    return this.#shared.live.serve((workspace) => {
      const access = this.#shared.access.data(requester);
      const originsIn = (data: DataTree): Origins =>
        withReadable(workspace.running, filter, access, (running) => originsOf(data, running));
      const comparison = (from: DataTree, to: DataTree): Outcome<DatastoreComparison> =>
        withReadable(from, filter, access, (before) =>
          withReadable(to, filter, access, (after) =>
            compareDatastores({ source: before, target: after }, request, originsIn),
          ),
        );
      // A filter may look at what has not changed, too.
      const pending = filter === undefined ? withPendingTrees(workspace, request, comparison) : undefined;
      if (pending !== undefined) return pending;
      return this.#withDatastore(workspace, source, { filter, complete }, (from) =>
        this.#withDatastore(workspace, target, { filter, complete }, (to) => comparison(from, to)),
      );
    });
  }

  /** Gives any datastore to `use`, to be read only; operational as far as the filter can touch it. */
  async #withDatastore<T>(
    workspace: Workspace,
    datastore: NmdaDatastore,
    { filter, complete }: { readonly filter: Filter | undefined; readonly complete: boolean },
    use: (tree: DataTree) => Outcome<T> | Promise<Outcome<T>>,
  ): Promise<Outcome<T>> {
    if (datastore === 'operational') {
      const { running, analysis } = workspace;
      using tree = await filteredOperationalTree(running, analysis, this.#state, filter, true);
      return await use(tree);
    }
    const name = datastore === 'intended' ? 'running' : datastore;
    return withDatastore(workspace, this.#shared.startup, name, { complete }, use);
  }

  /** Origins too are told by what may be read alone. */
  #readData(workspace: Workspace, tree: DataTree, request: DataRequest, by: Requester): Outcome<string> {
    const { filter } = request;
    const access = this.#shared.access.data(by);
    return withReadable(tree, filter, access, (readable) =>
      readData(readable, request, (data) =>
        withReadable(workspace.running, filter, access, (running) => originsOf(data, running)),
      ),
    );
  }
}
