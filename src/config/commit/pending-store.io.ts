import { join } from 'node:path';
import { err, ok, type Result } from '../../lib/result.js';
import { unwrapStored, wrapStored } from './config-store.js';
import { readIfThere, removeDurably, writeDurably } from '../../lib/durable-file.io.js';
import type { PendingStore } from './pending-store.js';
import { reasonOf } from '../../lib/reason-of.js';

const FILE = 'unconfirmed.base.xml';

/** The base of the pending confirmed commit as a file in the state folder. */
export class PendingFile implements PendingStore {
  readonly #path: string;

  /** `folder` exists (see state-folder.io.ts). */
  constructor(folder: string) {
    this.#path = join(folder, FILE);
  }

  async load(): Promise<Result<string | undefined, string>> {
    return this.#attempt('read', async () => {
      const text = await readIfThere(this.#path);
      const base = text === undefined ? undefined : unwrapStored(text);
      if (text !== undefined && base === undefined) throw new Error('it is damaged');
      return base;
    });
  }

  async keep(base: string): Promise<Result<void, string>> {
    const kept = await this.#attempt('written', () => writeDurably(this.#path, wrapStored(base)));
    if (!kept.ok) await this.forget();
    return kept;
  }

  forget(): Promise<Result<void, string>> {
    return this.#attempt('removed', () => removeDurably(this.#path));
  }

  async #attempt<T>(verb: string, work: () => Promise<T>): Promise<Result<T, string>> {
    try {
      return ok(await work());
    } catch (error) {
      const reason = reasonOf(error);
      return err(
        `${this.#path}, the configuration before an unconfirmed commit, could not be ${verb}: ${reason}.`,
      );
    }
  }
}
