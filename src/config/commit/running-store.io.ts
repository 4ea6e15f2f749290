import { link, open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { syncFolder } from '../../lib/durable-file.io.js';
import { err, ok, type Result } from '../../lib/result.js';
import { unwrapStored, wrapStored } from './config-store.js';
import { reasonOf } from '../../lib/reason-of.js';

const RUNNING = 'running.xml';
const PREVIOUS = 'running.previous.xml';
const NEW = 'running.new.xml';
const LINK = 'running.link.xml';

/** The content of the file: XML siblings. */
export type Snapshot = { readonly type: 'empty' } | { readonly type: 'stored'; readonly xml: string };

/**
 * The running configuration as a file, `running.xml` (0600), in the state folder. A new one is written aside, synced and renamed over the old one, and the folder is synced, so that after a
 * crash at any moment the file is the old or the new configuration, whole. The old one stays as
 * `running.previous.xml`. A file that is broken, or missing where there was one, is reported and never
 * replaced in silence: the operator decides what the system shall run.
 */
export class RunningStore {
  readonly #folder: string;

  /** `folder` exists (see state-folder.io.ts). */
  constructor(folder: string) {
    this.#folder = folder;
  }

  async load(): Promise<Result<Snapshot, string>> {
    const text = await this.#read(RUNNING);
    if (!text.ok) return text;
    if (text.value === undefined) return this.#nothingStored();
    const xml = unwrapStored(text.value);
    if (xml === undefined) return err(this.#advice('is damaged (it is not a whole <config> document)'));
    return ok({ type: 'stored', xml });
  }

  async save(xml: string): Promise<Result<void, string>> {
    let replaced = false;
    try {
      await this.#writeSynced(NEW, wrapStored(xml));
      await this.#keepPrevious();
      await rename(this.#path(NEW), this.#path(RUNNING));
      replaced = true;
      await syncFolder(this.#folder);
      return ok();
    } catch (error) {
      const message = `The configuration could not be stored in ${this.#folder}: ${reasonOf(error)}.`;
      const undone = replaced ? await this.revert() : await this.#removeNew();
      return err(undone.ok ? message : `${message} ${undone.error}`);
    }
  }

  async revert(): Promise<Result<void, string>> {
    try {
      // Needs no room on the disk: the earlier configuration is still there under its second name.
      await rm(this.#path(LINK), { force: true });
      await link(this.#path(PREVIOUS), this.#path(LINK));
      await rename(this.#path(LINK), this.#path(RUNNING));
      await syncFolder(this.#folder);
      return ok();
    } catch (error) {
      return err(`The earlier configuration could not be put back in ${this.#folder}: ${reasonOf(error)}.`);
    }
  }

  /** The configuration before the last `save`, if it is there and whole. */
  async loadPrevious(): Promise<Result<string | undefined, string>> {
    const text = await this.#read(PREVIOUS);
    return text.ok ? ok(text.value === undefined ? undefined : unwrapStored(text.value)) : text;
  }

  /** The advice that goes with a stored configuration which cannot be used for `problem`. */
  advice(problem: string): string {
    return this.#advice(problem);
  }

  async #nothingStored(): Promise<Result<Snapshot, string>> {
    const previous = await this.#read(PREVIOUS);
    if (!previous.ok) return previous;
    return previous.value === undefined ? ok({ type: 'empty' }) : err(this.#advice('is missing'));
  }

  /** Gives the present file a second name; `running.xml` exists at every moment. */
  async #keepPrevious(): Promise<void> {
    await rm(this.#path(LINK), { force: true });
    try {
      await link(this.#path(RUNNING), this.#path(LINK));
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return;
      throw error;
    }
    await rename(this.#path(LINK), this.#path(PREVIOUS));
  }

  async #removeNew(): Promise<Result<void, string>> {
    try {
      await rm(this.#path(NEW), { force: true });
      return ok();
    } catch (error) {
      return err(`${this.#path(NEW)} could not be removed: ${reasonOf(error)}.`);
    }
  }

  async #writeSynced(name: string, text: string): Promise<void> {
    await rm(this.#path(name), { force: true });
    const file = await open(this.#path(name), 'wx', 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
  }

  async #read(name: string): Promise<Result<string | undefined, string>> {
    try {
      return ok(await readFile(this.#path(name), 'utf8'));
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return ok(undefined);
      return err(`${this.#path(name)} cannot be read: ${reasonOf(error)}.`);
    }
  }

  #advice(problem: string): string {
    return (
      `The stored configuration ${this.#path(RUNNING)} ${problem}. Nothing was changed. ` +
      `The configuration before it is in ${this.#path(PREVIOUS)}, if there was one: copy it to ` +
      `${this.#path(RUNNING)} to go on with it, or remove both files to begin with a first configuration.`
    );
  }

  #path(name: string): string {
    return join(this.#folder, name);
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
