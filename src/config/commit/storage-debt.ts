import { ok, type Result } from '../../lib/result.js';
import type { ConfigStore } from './config-store.js';
import type { PendingStore } from './pending-store.js';

/**
 * What a revert still owes the disk, since the disk could not do it at the time: until it is done, nothing
 * may be committed.
 */
export class StorageDebt {
  readonly #store: ConfigStore;
  readonly #pending: PendingStore;
  #owed: { readonly xml: string | undefined } | undefined;

  constructor(store: ConfigStore, pending: PendingStore) {
    this.#store = store;
    this.#pending = pending;
  }

  get isOpen(): boolean {
    return this.#owed !== undefined;
  }

  /** Whether another configuration than the stored one has to be stored. */
  get isConfiguration(): boolean {
    return this.#owed?.xml !== undefined;
  }

  /**
   * Notes what the disk has to get, and tries to give it.
   * @param xml the configuration to store; undefined: only the base of a confirmed commit has to go
   */
  async owe(xml: string | undefined): Promise<void> {
    this.#owed = { xml };
    await this.settle();
  }

  /** Gives the disk what it has to get. */
  async settle(): Promise<Result<void, string>> {
    if (this.#owed === undefined) return ok();
    const saved = this.#owed.xml === undefined ? ok() : await this.#store.save(this.#owed.xml);
    if (!saved.ok) return saved;
    this.#owed = { xml: undefined };
    const forgotten = await this.#pending.forget();
    if (forgotten.ok) this.#owed = undefined;
    return forgotten;
  }
}
