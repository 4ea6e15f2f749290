import { ok, type Result } from '../../lib/result.js';
import { isEmptyChange, type EnginePort } from '../../link/engine-port.js';
import type { Outcome } from '../config-service.js';
import type { SystemInfo } from '../state/system-state.js';
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

  /**
   * Remembers a commit and brings it into force; one that changes nothing is neither.
   * @returns its number in the history, where it is remembered
   */
  async commit(plan: PlannedCommit, note: UntimedNote): Promise<Outcome<number | undefined>> {
    if (plan.isEmpty) return ok(undefined);
    const { history, store, engine, system } = this.#parts;
    const number = history.nextNumber;
    const record = { number, ...note, timeMs: system.nowMs(), ...plan.change() };
    const done = await carryOut(plan, store, engine, record);
    // A refused commit that cannot be taken back stays in the journal, and keeps its number.
    if (done.ok || done.error.some(({ tag }) => tag === 'rollback-failed')) history.add(record);
    return done.ok ? ok(number) : done;
  }

  /**
   * Remembers that `base` is running again and brings that into force, as far as it can be done now: each
   * step is done whatever becomes of the others.
   */
  async revert(plan: WholePlan, base: string, note: UntimedNote): Promise<Reverted> {
    const noted = plan.isEmpty ? ok() : await this.#remember(plan, note);
    const saved = plan.isEmpty ? ok() : await this.#parts.store.save(base);
    const failures = [noted, saved].flatMap((result) => (result.ok ? [] : [result.error]));
    return { isStored: saved.ok, problems: [...failures, ...(await this.#applyAnyway(plan))] };
  }

  /** Remembers what is stored as a whole. */
  #remember(plan: WholePlan, note: UntimedNote): Promise<Result<void, string>> {
    const { history, system } = this.#parts;
    return history.append({ ...note, timeMs: system.nowMs() }, plan.change(), plan.xml());
  }

  async #applyAnyway({ preparation: { sessions } }: PlannedCommit): Promise<readonly string[]> {
    if (isEmptyChange(sessions)) return [];
    const applied = await this.#parts.engine.apply(sessions);
    if (!applied.ok) return [applied.error.message];
    return applied.value.map(({ key, reason }) => `The session ${key} was refused: ${reason}.`);
  }
}
