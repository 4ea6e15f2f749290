import { err, ok } from '../lib/result.js';
import { planCommit } from './commit/plan-commit.js';
import type { StartupStore } from './commit/startup-store.js';
import type { Outcome } from './config-service.js';
import { parseConfig } from './datastore/parse-config.js';
import { operationFailed } from './errors/rpc-error.js';
import type { Workspace } from './workspace.js';
import type { DataTree } from './yang/data-tree.js';

/**
 * The startup datastore (RFC 6241 §8.7): what the agent begins with when it has no running configuration
 * of its own, or when it is started with `--boot startup`. It is on disk alone, so that a crash of libyang
 * or of the agent does not touch it.
 */
export class StartupDatastore {
  readonly #store: StartupStore;

  constructor(store: StartupStore) {
    this.#store = store;
  }

  /** A copy, which the caller frees; empty when there is none. */
  async tree({ context }: Workspace): Promise<Outcome<DataTree>> {
    const loaded = await this.#store.load();
    if (!loaded.ok) return err([operationFailed(loaded.error)]);
    return parseConfig(context, loaded.value ?? '', { validate: false });
  }

  /**
   * Stores `config`, if the agent could begin with it: it has to be valid as a whole (RFC 7950 §8.3.3) and
   * no handler may refuse it.
   */
  async replace({ running, handlers }: Workspace, config: DataTree): Promise<Outcome> {
    const planned = planCommit(running, config, handlers);
    if (!planned.ok) return planned;
    using plan = planned.value;
    const saved = await this.#store.save(plan.xml());
    return saved.ok ? ok() : err([operationFailed(saved.error)]);
  }

  /** Deletes it (RFC 6241 §8.7.5.1): the agent then begins with a first configuration. */
  async clear(): Promise<Outcome> {
    const removed = await this.#store.remove();
    return removed.ok ? ok() : err([operationFailed(removed.error)]);
  }
}
