import { ok } from '../lib/result.js';
import { planCommit } from './commit/plan-commit.js';
import { withPendingTrees } from './compare/pending-trees.js';
import { withReadable } from './access/with-readable.js';
import { compareTrees, type Comparison } from './compare/compare-trees.js';
import type { ConfigReference, ConfigSource, Outcome, Requester } from './config-service.js';
import type { SharedParts } from './shared-parts.js';

/** What changes nothing: whether a configuration could be running, and how two of them differ. */
export class ConfigurationChecks {
  readonly #shared: Pick<SharedParts, 'live' | 'copies' | 'access'>;

  constructor(shared: Pick<SharedParts, 'live' | 'copies' | 'access'>) {
    this.#shared = shared;
  }

  /** `<validate>` (RFC 6241 §8.6.4.1). */
  async validate(source: ConfigSource, requester: Requester): Promise<Outcome> {
    const outcome = await this.#validate(source);
    // What is in the request is no secret to whoever sent it.
    return source.type === 'inline' ? outcome : this.#shared.access.readable(outcome, requester);
  }

  /** What makes the one configuration out of the other, as far as both may be read (bfd-agent-commit). */
  compare(
    source: ConfigReference,
    target: ConfigReference,
    requester: Requester,
  ): Promise<Outcome<Comparison>> {
    const { live, copies } = this.#shared;
    return live.serve(async (workspace) => {
      const access = this.#shared.access.data(requester);
      const names = { source: nameOf(source), target: nameOf(target) };
      const pending = withPendingTrees(workspace, names, (from, to) =>
        withReadable(from, undefined, access, (old) =>
          withReadable(to, undefined, access, (young) => compareTrees(old, young)),
        ),
      );
      if (pending !== undefined) return ok(pending);
      const before = await copies.referredTo(workspace, source, access);
      if (!before.ok) return before;
      using from = before.value;
      const after = await copies.referredTo(workspace, target, access);
      if (!after.ok) return after;
      using to = after.value;
      return ok(compareTrees(from, to));
    });
  }

  #validate(source: ConfigSource): Promise<Outcome> {
    const { live, copies } = this.#shared;
    return live.serve(async (workspace) => {
      if (source.type === 'datastore' && source.name === 'candidate') {
        const pending = workspace.planCandidate();
        if (!pending.ok) return pending;
        pending.value[Symbol.dispose]();
        return ok();
      }
      const proposed = await copies.of(workspace, source);
      if (!proposed.ok) return proposed;
      using tree = proposed.value;
      const planned = planCommit(workspace.running, tree, workspace.handlers);
      if (!planned.ok) return planned;
      planned.value[Symbol.dispose]();
      return ok();
    });
  }
}

function nameOf(reference: ConfigReference): string {
  return reference.type === 'datastore' ? reference.name : 'commit';
}
