import { err, ok } from '../../lib/result.js';
import type { DatastoreName, Outcome } from '../config-service.js';
import type { DataTree } from '../yang/data-tree.js';
import type { YangContext } from '../yang/yang-context.js';
import { parseConfig } from './parse-config.js';

/**
 * The configuration datastores running and candidate as two live trees of one context.
 *
 * - `running` is valid and complete with its implicit defaults; it changes through `adopt` only.
 * - `candidate` is what edits have made of it, perhaps not valid. While `candidateDirty` is false it
 *   has the same explicit data as `running`.
 * - Both trees live as long as the context; a crash of libyang takes them, and `recreate` makes them anew
 *   in another context. XML that is to survive a crash is kept by the caller, who writes it to disk anyway.
 */
export class Datastores {
  #running: DataTree;
  #candidate: DataTree;
  #candidateDirty = false;

  private constructor(running: DataTree) {
    this.#running = running;
    this.#candidate = running.duplicate();
  }

  /** Reads a complete configuration into both datastores. It has to be valid. */
  static open(context: YangContext, runningXml: string): Outcome<Datastores> {
    const running = parseConfig(context, runningXml, { validate: true });
    return running.ok ? ok(new Datastores(running.value)) : running;
  }

  get running(): DataTree {
    return this.#running;
  }

  /** For edits; whoever has changed it says so with `markEdited`. */
  get candidate(): DataTree {
    return this.#candidate;
  }

  /** The tree of that name. */
  tree(name: DatastoreName): DataTree {
    return name === 'running' ? this.#running : this.#candidate;
  }

  /** Whether the candidate was changed since it was last the same as running (RFC 6241 §7.5). */
  get candidateDirty(): boolean {
    return this.#candidateDirty;
  }

  /** To be called after every change of the candidate. */
  markEdited(): void {
    this.#candidateDirty = true;
  }

  /** What makes the candidate out of running, in libyang's form of a diff; empty when they are the same. */
  pendingChange(): DataTree {
    return this.#running.diff(this.#candidate, { defaults: true });
  }

  /** The candidate becomes what running is (RFC 6241 §8.3.4.2). */
  discard(): void {
    if (!this.#candidateDirty) return;
    using back = this.#candidate.diff(this.#running, { defaults: true });
    this.#candidate.applyDiff(back);
    this.#candidateDirty = false;
  }

  /**
   * Running becomes what the candidate is: both have received the same change. The candidate has to be valid
   * with its defaults filled in, as `validate` leaves it.
   *
   * @param change what `pendingChange` has told, and nothing has changed since
   */
  adopt(change: DataTree): void {
    this.#running.applyDiff(change);
    this.#candidateDirty = false;
  }

  /** The candidate becomes a copy of `config` (copy-config). `config` stays the caller's. */
  replaceCandidate(config: DataTree): void {
    using copy = config.duplicate();
    this.#candidate.replaceWith(copy);
    this.#candidateDirty = true;
  }

  /**
   * Makes both trees anew after libyang has crashed, in a context of the same schema. Uncommitted edits come
   * back where their XML is given. With an error in either nothing is changed.
   */
  recreate(context: YangContext, runningXml: string, candidateXml?: string): Outcome {
    const running = parseConfig(context, runningXml, { validate: true });
    if (!running.ok) return running;
    const candidate =
      candidateXml === undefined
        ? ok(running.value.duplicate())
        : parseConfig(context, candidateXml, { validate: false });
    if (!candidate.ok) {
      running.value.free();
      return err(candidate.error);
    }
    this.#running = running.value;
    this.#candidate = candidate.value;
    this.#candidateDirty = candidateXml !== undefined;
    return ok();
  }
}
