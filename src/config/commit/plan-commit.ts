import { err, ok } from '../../lib/result.js';
import { changeOf } from '../compare/compare-trees.js';
import type { Outcome } from '../config-service.js';
import { rpcErrorFromYang } from '../errors/yang-errors.js';
import type { AgentHandlers } from '../handlers/agent-handlers.js';
import type { Preparation } from '../handlers/handler.js';
import { configEdits, type ConfigEdit } from '../notifications/config-edit.js';
import type { DataTree } from '../yang/data-tree.js';
import type { ConfigChange } from './commit-history.js';

/** A change of running that was checked and can be carried out. */
export interface PlannedCommit extends Disposable {
  /** True: the configurations are equal, and there is nothing to do. */
  readonly isEmpty: boolean;
  /** From the running configuration to the new one, defaults included; of the plan. */
  readonly diff: DataTree;
  /** What the change asks of the engine, and of the handlers afterwards. */
  readonly preparation: Preparation;
  /** What the change consists of, for those who are to be told. Asked before `take`. */
  edits(): readonly ConfigEdit[];
  /** The change as edits, for the disk. Asked before `take`. */
  change(): ConfigChange;
  /**
   * Does what of `take` changes nothing yet, while something else is waited for. Asked when nothing but `take` comes
   * after it; does not fail.
   */
  prepareTake?(): void;
  /** Makes the new configuration the running one, and `candidate` equal to it. Called once, when all else has succeeded. */
  take(candidate: DataTree): void;
}

/** A planned commit that has all of the new configuration at hand. */
export interface WholePlan extends PlannedCommit {
  /** The new configuration as it is stored: XML siblings without defaults. */
  xml(): string;
}

/**
 * Checks what making `proposed` the running configuration would do, changing nothing: the whole of it is
 * validated, its difference to `running` goes to the handlers, and every error is collected. The plan is
 * made of a copy, since libyang adds and removes nodes while it validates.
 */
export function planCommit(
  running: DataTree,
  proposed: DataTree,
  handlers: AgentHandlers,
): Outcome<WholePlan> {
  const next = proposed.duplicate();
  const valid = next.validate({ configOnly: true });
  if (!valid.ok) {
    next.free();
    return err(valid.error.map((error) => rpcErrorFromYang(error, running.context)));
  }
  const diff = running.diff(next, { defaults: true });
  const preparation = handlers.prepare(diff, running, next);
  const plan = new Plan(running, next, diff, preparation);
  if (preparation.errors.length === 0) return ok(plan);
  plan[Symbol.dispose]();
  return err(preparation.errors);
}

class Plan implements WholePlan {
  readonly preparation: Preparation;
  readonly diff: DataTree;
  readonly #running: DataTree;
  readonly #next: DataTree;
  #copy: DataTree | undefined;
  #xml: string | undefined;
  #change: ConfigChange | undefined;

  constructor(running: DataTree, next: DataTree, diff: DataTree, preparation: Preparation) {
    this.#running = running;
    this.#next = next;
    this.diff = diff;
    this.preparation = preparation;
  }

  get isEmpty(): boolean {
    return this.diff.isEmpty();
  }

  edits(): readonly ConfigEdit[] {
    return configEdits(this.diff);
  }

  xml(): string {
    this.#xml ??= this.#next.print({ format: 'xml', defaults: 'explicit' });
    return this.#xml;
  }

  change(): ConfigChange {
    this.#change ??= changeOf(this.diff, this.#running, this.#next);
    return this.#change;
  }

  prepareTake(): void {
    try {
      // The copy takes the room of the difference, of which nothing is asked any more: that of libyang never becomes less.
      this.diff.free();
      this.#copy ??= this.#next.duplicate();
    } catch {
      // `take` meets the same, where it can be dealt with.
    }
  }

  /** Putting new trees in the place of the old ones is cheaper than doing all that a large difference says. */
  take(candidate: DataTree): void {
    candidate.replaceWith(this.#next);
    using copy = this.#copy ?? candidate.duplicate();
    this.#running.replaceWith(copy);
    this.preparation.take();
  }

  [Symbol.dispose](): void {
    this.diff.free();
    this.#next.free();
    this.#copy?.free();
  }
}
