import { err, ok } from '../../lib/result.js';
import type { CandidateState } from '../candidate-state.js';
import type { CommitPlan, CommitRequest, Outcome, Requester } from '../config-service.js';
import type { Locks } from '../datastore/locks.js';
import { parseConfig } from '../datastore/parse-config.js';
import { operationFailed, type RpcError } from '../errors/rpc-error.js';
import type { ConfigEdit } from '../notifications/config-edit.js';
import type { LiveWorkspace } from '../live-workspace.js';
import type { Workspace } from '../workspace.js';
import type { CommitClock } from './commit-clock.js';
import type { ConfirmEvent } from './commit-event.js';
import { noteOfCommit, noteOfRevert, type UntimedNote } from './commit-note.js';
import { ConfirmedCommit } from './confirmed-commit.js';
import { Enactment, type EnactmentParts } from './enactment.js';
import { describeLost } from './health-gate.js';
import { HealthWatch } from './health-watch.js';
import type { PendingStore } from './pending-store.js';
import { sessionEffects } from './session-effects.js';
import { planCommit, type PlannedCommit } from './plan-commit.js';
import { planLsps } from './plan-lsps.js';
import { StorageDebt } from './storage-debt.js';

/** How long to wait before a revert that failed is tried again. */
const RETRY_MS = 5_000;

/** What commits work with. */
export interface CommitParts extends EnactmentParts {
  readonly pending: PendingStore;
  readonly clock: CommitClock;
  /** Told what happens to confirmed commits. */
  readonly onConfirmEvent: (event: ConfirmEvent) => void;
}

/** What commits share with the other requests. */
export interface CommitContext {
  readonly live: LiveWorkspace;
  readonly candidate: CandidateState;
  readonly locks: Locks;
  /** What access control has against a commit of the requester's. */
  readonly denials: (plan: PlannedCommit, requester: Requester) => readonly RpcError[];
  /** Told what has become of running, and who did it; null: the agent itself. */
  readonly changed: (edits: readonly ConfigEdit[], by: Requester | null) => void;
}

/** Commits, confirmed ones included, and the reverts that follow when they are not confirmed. */
export class CommitControl {
  readonly #parts: CommitParts;
  readonly #context: CommitContext;
  readonly #confirmed = new ConfirmedCommit();
  readonly #enactment: Enactment;
  readonly #debt: StorageDebt;
  readonly #health: HealthWatch;
  /** The latest confirmed commit, and who made it. */
  #latest: Pick<ConfirmEvent, 'owner' | 'commit'> = {};

  constructor(parts: CommitParts, context: CommitContext) {
    this.#parts = parts;
    this.#context = context;
    this.#enactment = new Enactment(parts);
    this.#debt = new StorageDebt(parts.store, parts.pending);
    this.#health = new HealthWatch(parts.engine);
  }

  /** `<commit>`, as RFC 6241 §8.3.4.1 and §8.4 say. */
  commit(request: CommitRequest, requester: Requester): Promise<Outcome> {
    return this.#context.live.serve(async (workspace) => {
      const admitted = this.#admit(request, requester);
      if (!admitted.ok) return admitted;
      if (this.#context.candidate.takeLoss()) return reportLostCandidate();
      const settled = await this.#debt.settle();
      if (!settled.ok) return err([operationFailed(settled.error)]);
      const committed = await this.#commit(workspace, request, requester);
      this.#setAlarm();
      return committed;
    });
  }

  /** What a commit of the candidate would do now. */
  plan(requester: Requester): Promise<Outcome<CommitPlan>> {
    return this.#context.live.serve(async (workspace) => {
      const admitted = this.#admit({}, requester);
      const planned = workspace.planCandidate();
      const refusals = [admitted, planned].flatMap((result) => (result.ok ? [] : result.error));
      if (!planned.ok) return ok({ accepted: false, sessions: [], tunnels: [], refusals });
      using plan = planned.value;
      refusals.push(...this.#context.denials(plan, requester));
      const { preparation } = plan;
      const lsps = await planLsps(preparation, () => workspace.handlers.desired(), this.#parts.engine);
      const sessions = [...sessionEffects(preparation), ...lsps.sessions];
      return ok({ accepted: refusals.length === 0, sessions, tunnels: lsps.tunnels, refusals });
    });
  }

  /** `<cancel-commit>` (RFC 6241 §8.4.4.1). */
  cancel(persistId: string | undefined, requester: Requester): Promise<Outcome> {
    return this.#context.live.serve(async (workspace) => {
      const admitted = this.#confirmed.admitCancel(persistId, requester.sessionId);
      if (!admitted.ok) return admitted;
      return this.#revert(workspace, { type: 'cancel', requester });
    });
  }

  /** Inside a served request: the session is gone, and with it a confirmed commit that is not persistent. */
  async sessionEnded(workspace: Workspace, sessionId: number): Promise<Outcome> {
    if (!this.#confirmed.sessionEnded(sessionId)) return ok();
    // Should libyang crash on the revert, the alarm tries again.
    this.#confirmed.postpone(this.#parts.clock.nowMs() + RETRY_MS);
    this.#setAlarm();
    return this.#revert(workspace, { type: 'cancel', reason: `session ${sessionId} ended` });
  }

  /**
   * Stores running as a whole when there are changes apart from it; behind the requests so far. What fails
   * is tried again at the next commit.
   */
  compact(): Promise<Outcome> {
    return this.#context.live.serve(async (workspace) => {
      const { store, history } = this.#parts;
      if (!store.hasChanges() || this.#debt.isConfiguration) return ok();
      await this.#parts.clock.nextTurn();
      const xml = printed(workspace);
      const noted = await history.willSave(xml);
      const saved = noted.ok ? await store.save(xml) : noted;
      return saved.ok ? ok() : err([operationFailed(saved.error)]);
    });
  }

  /** Whether a confirmed commit waits for its confirmation. */
  get isUnconfirmed(): boolean {
    return this.#confirmed.pending !== undefined;
  }

  /** Why `sessionId` may not lock running. */
  lockObstacle(sessionId: number): RpcError | undefined {
    return this.#confirmed.lockObstacle(sessionId);
  }

  /** Nothing happens by itself any more; an unconfirmed commit is reverted at the next start. */
  stop(): void {
    this.#parts.clock.setAlarm(undefined, () => undefined);
  }

  #admit(request: CommitRequest, { sessionId }: Requester): Outcome {
    for (const datastore of ['running', 'candidate'] as const) {
      const obstacle = this.#context.locks.obstacle(datastore, sessionId);
      if (obstacle !== undefined) return err([obstacle]);
    }
    return this.#confirmed.admit(request, sessionId);
  }

  async #commit(workspace: Workspace, request: CommitRequest, requester: Requester): Promise<Outcome> {
    const planned = workspace.planCandidate();
    if (!planned.ok) return planned;
    using plan = planned.value;
    const denials = this.#context.denials(plan, requester);
    if (denials.length > 0) return err(denials);
    const progress = this.#confirmed.progressOf(request);
    const watched = await this.#health.choose(plan, request, progress);
    if (!watched.ok) return watched;
    const base = progress === 'started' ? printed(workspace) : '';
    if (progress === 'started') {
      const kept = await this.#parts.pending.keep(base);
      if (!kept.ok) return err([operationFailed(kept.error)]);
    }
    // Now: once the commit is in force outside, nothing may fail any more for the sake of telling it.
    const edits = plan.edits();
    const done = await this.#enactment.commit(plan, this.#noteOf(request, requester));
    if (!done.ok) {
      if (progress === 'started') await this.#debt.owe(undefined);
      return done;
    }
    await this.#takeOver(() => workspace.take(plan));
    await this.#forgetOldest(workspace);
    this.#context.candidate.settle();
    if (this.#parts.store.shouldCompact()) void this.compact();
    this.#context.changed(edits, requester);
    if (progress === 'confirmed') {
      const forgotten = await this.#parts.pending.forget();
      if (!forgotten.ok) return err([operationFailed(`Committed, but not confirmed: ${forgotten.error}`)]);
    }
    this.#health.watch(watched.value);
    this.#confirmed.committed(request, requester.sessionId, base, this.#parts.clock.nowMs());
    const type = { started: 'start', extended: 'extend', confirmed: 'complete', none: undefined } as const;
    const event = type[progress];
    if (event !== undefined) {
      const { label } = request;
      this.#latest = { owner: requester, commit: { number: done.value, label } };
      const timeoutMs = request.confirmed?.timeoutMs;
      this.#tell({ type: event, requester, ...(timeoutMs === undefined ? {} : { timeoutMs }) });
    }
    return ok();
  }

  /** The candidate is everybody's: a commit takes along what other sessions have changed in it. */
  #noteOf(request: CommitRequest, requester: Requester): UntimedNote {
    return noteOfCommit(request, requester, this.#context.candidate.editorsBesides(requester.sessionId));
  }

  /** The commit is in force on disk and in the engine: after a crash another workspace starts from it. */
  async #takeOver(take: () => void): Promise<void> {
    try {
      take();
    } catch (error) {
      await this.#context.live.replaceAfter(error);
    }
  }

  /**
   * Goes back to the base. What the engine or the disk cannot do now does not stop that: the engine gets
   * the whole plan when it is there again, and the disk is tried again before anything else is committed.
   */
  async #revert(workspace: Workspace, event: ConfirmEvent): Promise<Outcome> {
    const base = this.#confirmed.pending?.base;
    if (base === undefined) return ok();
    const parsed = parseConfig(workspace.context, base, { validate: false });
    if (!parsed.ok) return parsed;
    using tree = parsed.value;
    const planned = planCommit(workspace.running, tree, workspace.handlers);
    if (!planned.ok) return planned;
    using plan = planned.value;
    const edits = plan.edits();
    const { isStored, problems } = await this.#enactment.revert(plan, base, noteOfRevert(event));
    await this.#takeOver(() => takeReverted(plan, workspace, this.#context.candidate));
    if (isStored) await this.#forgetOldest(workspace);
    this.#context.changed(edits, event.requester ?? null);
    this.#confirmed.ended();
    await this.#debt.owe(isStored ? undefined : base);
    this.#setAlarm();
    const problem = problems.join(' ');
    this.#tell({ ...event, ...(problem === '' ? {} : { problem }) });
    return ok();
  }

  #forgetOldest({ handlers }: Workspace): Promise<void> {
    return this.#parts.history.forgetBeyond(handlers.commitHistory.maxCommits);
  }

  async #timeUp(): Promise<void> {
    const { clock } = this.#parts;
    const served = await this.#context.live.serve(async (workspace) => {
      await this.#debt.settle();
      if (!this.#confirmed.handleTimeout(clock.nowMs())) return ok();
      if (this.#confirmed.pending?.isHealthGated) return this.#decideByHealth(workspace);
      return this.#revert(workspace, { type: 'timeout' });
    });
    if (!served.ok) {
      this.#confirmed.postpone(clock.nowMs() + RETRY_MS);
      const problem = served.error.map(({ message }) => message).join(' ');
      this.#tell({ type: 'timeout', reason: 'not reverted yet', problem });
    }
    this.#setAlarm();
  }

  /** The time of a health-gated commit is up: it confirms itself, or takes itself back. */
  async #decideByHealth(workspace: Workspace): Promise<Outcome> {
    const { handlers } = workspace;
    const health = await this.#health.verdict(handlers.expectedUp(), handlers.mpls.instance);
    if (health.lost.length > 0) {
      return this.#revert(workspace, { type: 'timeout', reason: describeLost(health.lost), health });
    }
    const forgotten = await this.#parts.pending.forget();
    if (!forgotten.ok) return err([operationFailed(forgotten.error)]);
    this.#confirmed.ended();
    this.#tell({ type: 'complete', reason: 'every session that was Up before is Up', health });
    return ok();
  }

  #tell(event: ConfirmEvent): void {
    this.#parts.onConfirmEvent({ ...this.#latest, ...event });
  }

  #setAlarm(): void {
    const retry = this.#debt.isOpen ? this.#parts.clock.nowMs() + RETRY_MS : undefined;
    this.#parts.clock.setAlarm(this.#confirmed.pollTimeout() ?? retry, () => void this.#timeUp());
  }
}

/** An untouched candidate follows running; changes that somebody is working on stay. */
function takeReverted(plan: PlannedCommit, workspace: Workspace, candidate: CandidateState): void {
  if (candidate.touched) {
    using unused = workspace.context.emptyTree();
    // What was changed was noted against the running configuration before.
    workspace.touched.touchEverything();
    plan.take(unused);
  } else workspace.take(plan);
}

function printed({ running }: Workspace): string {
  return running.print({ format: 'xml', defaults: 'explicit' });
}

function reportLostCandidate(): Outcome {
  const message =
    'Nothing was committed: the changes of the candidate were lost when libyang crashed. ' +
    'The candidate is as running is; make the changes again.';
  return err([operationFailed(message)]);
}
