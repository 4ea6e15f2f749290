import { ok } from '../lib/result.js';
import type { DataAccess } from './access/data-access.js';
import { readableCopy } from './access/readable-copy.js';
import type { CommitHistory } from './commit/commit-history.js';
import { configurationAt } from './compare/configuration-at.js';
import type { ConfigReference, ConfigSource, Outcome } from './config-service.js';
import { withDatastore } from './datastore-access.js';
import { parseConfig } from './datastore/parse-config.js';
import type { StartupDatastore } from './startup-datastore.js';
import { withHashedPasswords } from './users/hash-cleartext.js';
import type { PasswordCrypt } from './users/password-crypt.js';
import type { Workspace } from './workspace.js';
import type { DataTree } from './yang/data-tree.js';

/** What copies of configurations are made from. */
export interface CopyParts {
  readonly startup: StartupDatastore;
  readonly history: CommitHistory;
  readonly crypt: PasswordCrypt;
}

/** Copies of configurations that requests name; the caller frees them. Inside served requests alone. */
export class ConfigCopies {
  readonly #parts: CopyParts;

  constructor(parts: CopyParts) {
    this.#parts = parts;
  }

  /**
   * A copy of a source, passwords in cleartext replaced by their hashes.
   * @param access of a datastore, only what may be read by it; undefined: everything
   */
  async of(workspace: Workspace, source: ConfigSource, access?: DataAccess): Promise<Outcome<DataTree>> {
    const { startup, crypt } = this.#parts;
    if (source.type === 'datastore') {
      return withDatastore(workspace, startup, source.name, { complete: false }, (tree) =>
        ok(access ? readableCopy(tree, access, () => true) : tree.duplicate()),
      );
    }
    return withHashedPasswords(crypt, (normalise) => {
      const parsed = parseConfig(workspace.context, source.xml, { validate: false });
      if (!parsed.ok) return parsed;
      const normalised = normalise(parsed.value);
      if (normalised.ok) return parsed;
      parsed.value.free();
      return normalised;
    });
  }

  /** A copy of a configuration that is there, or that was, as far as it may be read. */
  async referredTo(
    workspace: Workspace,
    reference: ConfigReference,
    access: DataAccess | undefined,
  ): Promise<Outcome<DataTree>> {
    if (reference.type === 'datastore') return this.of(workspace, reference, access);
    const found = await this.afterCommit(workspace, reference.number);
    if (!found.ok || access === undefined) return found;
    using tree = found.value;
    return ok(readableCopy(tree, access, () => true));
  }

  /** A copy of what a commit resulted in. */
  afterCommit({ running }: Workspace, commitNumber: number): Promise<Outcome<DataTree>> {
    return configurationAt(commitNumber, running, this.#parts.history);
  }
}
