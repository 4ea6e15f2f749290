import { err, ok } from '../../lib/result.js';
import type { Outcome } from '../config-service.js';
import type { AgentHandlers } from '../handlers/agent-handlers.js';
import { plainPreparation, type Preparation } from '../handlers/handler.js';
import type { SchemaAnalysis } from '../validation/schema-analysis.js';
import type { TouchedNodes } from '../validation/touched-nodes.js';
import { configEdits, type ConfigEdit } from '../notifications/config-edit.js';
import type { DataTree } from '../yang/data-tree.js';
import type { ConfigChange } from './commit-history.js';
import { narrowChange, type NarrowChange } from './pending-change.js';
import { planCommit, type PlannedCommit } from './plan-commit.js';

/** The two live trees, and where they differ. */
export interface PendingParts {
  readonly running: DataTree;
  readonly candidate: DataTree;
  readonly touched: TouchedNodes;
  readonly analysis: SchemaAnalysis;
  readonly handlers: AgentHandlers;
}

/**
 * Checks what making the candidate the running configuration would do, as planCommit does, at a cost that
 * grows with what was touched. Whatever is not surely valid that way, planCommit decides, which also finds
 * the errors.
 */
export function planPending(parts: PendingParts): Outcome<PlannedCommit> {
  const { running, candidate, touched, analysis, handlers } = parts;
  if (touched.isEmpty) return ok(new EmptyPlan(running.context.emptyTree()));
  const change = narrowChange(running, candidate, touched, analysis);
  if (change === undefined) return planCommit(running, candidate, handlers);
  candidate.applyDiff(change.additions);
  const preparation = handlers.prepare(change.diff, running, candidate);
  const plan = new NarrowPlan(parts, change, preparation);
  if (preparation.errors.length === 0) return ok(plan);
  plan[Symbol.dispose]();
  return err(preparation.errors);
}

/** Of a candidate that is as running is: nothing to do. */
class EmptyPlan implements PlannedCommit {
  readonly isEmpty = true;
  readonly diff: DataTree;
  readonly preparation = plainPreparation([], () => undefined);

  constructor(nothing: DataTree) {
    this.diff = nothing;
  }

  edits(): readonly ConfigEdit[] {
    return [];
  }

  change(): ConfigChange {
    return { edit: '', undo: '' };
  }

  take(): void {}

  [Symbol.dispose](): void {
    this.diff.free();
  }
}

/** The candidate has what validation adds to it, until the plan is dropped without having been carried out. */
class NarrowPlan implements PlannedCommit {
  readonly preparation: Preparation;
  readonly #parts: PendingParts;
  readonly #change: NarrowChange;
  #taken = false;

  constructor(parts: PendingParts, change: NarrowChange, preparation: Preparation) {
    this.#parts = parts;
    this.#change = change;
    this.preparation = preparation;
  }

  get diff(): DataTree {
    return this.#change.diff;
  }

  get isEmpty(): boolean {
    return this.diff.isEmpty();
  }

  edits(): readonly ConfigEdit[] {
    return configEdits(this.diff);
  }

  change(): ConfigChange {
    return this.#change.change();
  }

  take(candidate: DataTree): void {
    const { running } = this.#parts;
    this.#taken = true;
    running.applyDiff(this.#change.diff);
    running.settleAs(this.#change.validated);
    candidate.settleAs(this.#change.validated);
    this.preparation.take();
  }

  [Symbol.dispose](): void {
    if (!this.#taken && !this.#parts.candidate.context.native.crashed) {
      this.#parts.candidate.applyDiff(this.#change.additionsBack);
    }
    this.#change[Symbol.dispose]();
  }
}
