import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { err, ok, type Result } from '../../lib/result.js';
import { unwrapStored, wrapStored } from './config-store.js';
import { removeDurably, writeDurably } from '../../lib/durable-file.io.js';
import type { StartupStore } from './startup-store.js';
import { reasonOf } from '../../lib/reason-of.js';

const STARTUP = 'startup.xml';

/** The startup configuration as a file, `startup.xml` (0600), in the state folder. */
export class StartupFile implements StartupStore {
  readonly #folder: string;

  /** `folder` exists (see state-folder.io.ts). */
  constructor(folder: string) {
    this.#folder = folder;
  }

  async load(): Promise<Result<string | undefined, string>> {
    try {
      const xml = unwrapStored(await readFile(this.#path, 'utf8'));
      if (xml !== undefined) return ok(xml);
      return err(`The startup configuration ${this.#path} is damaged (it is not a whole <config> document).`);
    } catch (error) {
      if (isAbsence(error)) return ok(undefined);
      return err(`The startup configuration ${this.#path} cannot be read: ${reasonOf(error)}.`);
    }
  }

  save(xml: string): Promise<Result<void, string>> {
    return this.#attempt('stored', () => writeDurably(join(this.#folder, STARTUP), wrapStored(xml)));
  }

  remove(): Promise<Result<void, string>> {
    return this.#attempt('deleted', () => removeDurably(join(this.#folder, STARTUP)));
  }

  get #path(): string {
    return join(this.#folder, STARTUP);
  }

  async #attempt(done: string, change: () => Promise<void>): Promise<Result<void, string>> {
    try {
      await change();
      return ok();
    } catch (error) {
      return err(`The startup configuration ${this.#path} could not be ${done}: ${reasonOf(error)}.`);
    }
  }
}

function isAbsence(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
