import { err, ok } from '../lib/result.js';
import type { DataAccess } from './access/data-access.js';
import { replacementDenials, writeGuard } from './access/write-check.js';
import type {
  ConfigSource,
  DatastoreName,
  EditRequest,
  Outcome,
  Requester,
  WithDefaults,
} from './config-service.js';
import { applyEdit } from './datastore/edit/apply-edit.js';
import type { WriteGuard } from './datastore/edit/write-guard.js';
import { invalidValue, operationNotSupported } from './errors/rpc-error.js';
import { convertDefaults } from './read-tree.js';
import type { SharedParts } from './shared-parts.js';
import { withHashedPasswords } from './users/hash-cleartext.js';
import type { Workspace } from './workspace.js';
import type { DataTree } from './yang/data-tree.js';

/** Changes the candidate and startup, as locks and access control permit; running is changed by commits. */
export class DatastoreEditor {
  readonly #shared: SharedParts;

  constructor(shared: SharedParts) {
    this.#shared = shared;
  }

  /** `<edit-config>` (RFC 6241 §7.2). */
  edit(target: DatastoreName, edit: EditRequest, requester: Requester): Promise<Outcome> {
    return this.#change(target, requester, (workspace) => {
      const access = this.#shared.access.data(requester);
      const guard = access && writeGuard(access);
      if (target === 'startup') return this.#editStartup(workspace, edit, { guard, requester });
      this.#shared.candidate.touch();
      return withHashedPasswords(this.#shared.crypt, (normalise) =>
        applyEdit(workspace.candidate, edit, {
          normalise,
          guard,
          onChange: (node) => workspace.touched.touch(node),
          onKept: () => this.#shared.candidate.changedBy(requester),
          isValid: () => workspace.isCandidateValid(),
          readable: (errors) => this.#shared.access.readableErrors(errors, requester),
        }),
      );
    });
  }

  /** `<copy-config>` (RFC 6241 §7.3; RFC 6243 §4.5.3 for `withDefaults`). */
  copy(
    source: ConfigSource,
    target: DatastoreName,
    requester: Requester,
    withDefaults?: WithDefaults,
  ): Promise<Outcome> {
    if (source.type === 'datastore' && source.name === target) {
      return Promise.resolve(err([invalidValue(`Source and target are both ${target}.`)]));
    }
    return this.#change(target, requester, async (workspace) => {
      const access = this.#shared.access.data(requester);
      const sourceAccess = isSave(source, target) ? undefined : access;
      const copy = await this.#shared.copies.of(workspace, source, sourceAccess);
      if (!copy.ok) return copy;
      using tree = copy.value;
      if (withDefaults !== undefined) convertDefaults(tree, withDefaults);
      if (target === 'startup') return await this.#replaceStartup(workspace, tree, sourceAccess);
      return this.#replaceCandidate(workspace, tree, requester);
    });
  }

  /** `<delete-config>` of startup (RFC 6241 §7.4). */
  clearStartup(requester: Requester): Promise<Outcome> {
    return this.#change('startup', requester, () => this.#shared.startup.clear());
  }

  /** Makes the candidate what an earlier commit resulted in (bfd-agent-commit). */
  rollback(commitNumber: number, requester: Requester): Promise<Outcome> {
    return this.#change('candidate', requester, async (workspace) => {
      const found = await this.#shared.copies.afterCommit(workspace, commitNumber);
      if (!found.ok) return found;
      using tree = found.value;
      return this.#replaceCandidate(workspace, tree, requester);
    });
  }

  /** `<discard-changes>` (RFC 6241 §8.3.4.2). */
  discard(requester: Requester): Promise<Outcome> {
    const { live, locks, candidate } = this.#shared;
    return live.serve((workspace) => {
      const obstacle = locks.obstacle('candidate', requester.sessionId);
      if (obstacle !== undefined) return err([obstacle]);
      candidate.discard(workspace);
      return ok();
    });
  }

  /** Serves a change of the candidate or of startup, unless another session has it locked. */
  #change(
    target: DatastoreName,
    requester: Requester,
    change: (workspace: Workspace) => Promise<Outcome>,
  ): Promise<Outcome> {
    if (target === 'running') {
      const message = 'Running is not written directly: change the candidate and commit it.';
      return Promise.resolve(err([operationNotSupported(message)]));
    }
    const { live, locks, access } = this.#shared;
    return live.serve(async (workspace) => {
      const obstacle = locks.obstacle(target, requester.sessionId);
      if (obstacle !== undefined) return err([obstacle]);
      return access.countedWrite(await change(workspace));
    });
  }

  async #editStartup(
    workspace: Workspace,
    edit: EditRequest,
    { guard, requester }: { readonly guard: WriteGuard | undefined; readonly requester: Requester },
  ): Promise<Outcome> {
    const startup = await this.#shared.startup.tree(workspace);
    if (!startup.ok) return startup;
    using tree = startup.value;
    const edited = await withHashedPasswords(this.#shared.crypt, (normalise) =>
      applyEdit(tree, edit, { normalise, guard }),
    );
    if (!edited.ok) return edited;
    return this.#shared.access.readable(await this.#shared.startup.replace(workspace, tree), requester);
  }

  #replaceCandidate(workspace: Workspace, config: DataTree, requester: Requester): Outcome {
    const access = this.#shared.access.data(requester);
    const denials = replacementDenials(access, workspace.candidate, config);
    if (denials.length > 0) return err(denials);
    this.#shared.candidate.replace(workspace, config, requester);
    return ok();
  }

  async #replaceStartup(workspace: Workspace, config: DataTree, access?: DataAccess): Promise<Outcome> {
    const { startup } = this.#shared;
    if (access !== undefined) {
      const present = await startup.tree(workspace);
      if (!present.ok) return present;
      using tree = present.value;
      const denials = replacementDenials(access, tree, config);
      if (denials.length > 0) return err(denials);
    }
    return startup.replace(workspace, config);
  }
}

/** Running copied to startup: to have the right to run that is all that it takes (RFC 8341 §3.2.7). */
function isSave(source: ConfigSource, target: DatastoreName): boolean {
  return source.type === 'datastore' && source.name === 'running' && target === 'startup';
}
