import { err, ok, type Result } from '../../lib/result.js';
import type { EnginePort } from '../../link/engine-port.js';
import type { Outcome } from '../config-service.js';
import { operationFailed } from '../errors/rpc-error.js';
import type { SystemInfo } from '../state/system-state.js';
import type { Workspace } from '../workspace.js';
import { carryOut } from './carry-out.js';
import type { CommitHistory } from './commit-history.js';
import type { UntimedNote } from './commit-note.js';
import type { ConfigStore } from './config-store.js';
import type { PlannedCommit, WholePlan } from './plan-commit.js';

/** What is brought into force by commits: the disk and the engine. */
export interface EnactmentParts {
  readonly store: ConfigStore;
  readonly history: CommitHistory;
  readonly engine: EnginePort;
  readonly system: Pick<SystemInfo, 'nowMs'>;
}

/** What came of a revert; `problems` are sentences for the operator. */
export interface Reverted {
  readonly isStored: boolean;
  readonly problems: readonly string[];
}

/** Brings changes into force outside the agent, and remembers them. */
export class Enactment {
  readonly #parts: EnactmentParts;

  constructor(parts: EnactmentParts) {
    this.#parts = parts;
  }

  /** Remembers a commit and brings it into force; one that changes nothing is neither. */
  async commit({ handlers }: Workspace, plan: PlannedCommit, note: UntimedNote): Promise<Outcome> {
    if (plan.isEmpty) return ok();
    const { history, store, engine, system } = this.#parts;
    const change = plan.change();
    const timed = { ...note, timeMs: system.nowMs() };
    const result = { digest: store.digestAfter(change.edit) };
    const noted = await history.append(timed, change, result, handlers.commitHistory.maxCommits);
    if (!noted.ok) return err([operationFailed(noted.error)]);
    const done = await carryOut(plan, store, engine, timed);
    if (!done.ok) await history.withdraw(noted.value.number);
    return done;
  }

  /**
   * Remembers that `base` is running again and brings that into force, as far as it can be done now: each
   * step is done whatever becomes of the others.
   */
  async revert(workspace: Workspace, plan: WholePlan, base: string, note: UntimedNote): Promise<Reverted> {
    const noted = plan.isEmpty ? ok() : await this.#remember(workspace, plan, note);
    const saved = plan.isEmpty ? ok() : await this.#parts.store.save(base);
    const failures = [noted, saved].flatMap((result) => (result.ok ? [] : [result.error]));
    return { isStored: saved.ok, problems: [...failures, ...(await this.#applyAnyway(plan))] };
  }

  /** Remembers what is stored as a whole. */
  async #remember(
    { handlers }: Workspace,
    plan: WholePlan,
    note: UntimedNote,
  ): Promise<Result<void, string>> {
    const { history, system } = this.#parts;
    const timed = { ...note, timeMs: system.nowMs() };
    const { maxCommits } = handlers.commitHistory;
    const noted = await history.append(timed, plan.change(), { xml: plan.xml() }, maxCommits);
    return noted.ok ? ok() : noted;
  }

  async #applyAnyway({ preparation: { sessions } }: PlannedCommit): Promise<readonly string[]> {
    if (sessions.set.length === 0 && sessions.remove.length === 0) return [];
    const applied = await this.#parts.engine.apply(sessions);
    if (!applied.ok) return [applied.error.message];
    return applied.value.map(({ key, reason }) => `The session ${key} was refused: ${reason}.`);
  }
}
