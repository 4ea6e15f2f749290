import { err, ok } from '../../lib/result.js';
import type { Outcome } from '../config-service.js';
import type { HealthScope } from './health-gate.js';
import { inUse, invalidValue, lockDenied, operationFailed, type RpcError } from '../errors/rpc-error.js';

/** What a `<commit>` says about confirmation (RFC 6241 §8.4.1). */
export interface ConfirmationRequest {
  /** Asks for a confirmed commit; without it the commit is a plain one, or confirms. */
  readonly confirmed?: {
    readonly timeoutMs: number;
    /** Lets the confirmed commit outlive its session, and is the token for whoever goes on with it. */
    readonly persist?: string;
    /**
     * When the time is up, the health of sessions decides, whatever has become of the client's session
     * by then: the commit confirms itself, or is reverted.
     */
    readonly healthCheck?: HealthScope;
  };
  /** Token of the confirmed commit that is confirmed or extended. */
  readonly persistId?: string;
}

/** A confirmed commit that waits for its confirmation. */
export interface PendingCommit {
  /** The configuration before the first confirmed commit: what a revert goes back to. */
  readonly base: string;
  /** The session of the latest confirmed commit; undefined when it has ended. */
  readonly sessionId: number | undefined;
  readonly persist: string | undefined;
  /** When the time is up, the health of sessions decides. */
  readonly isHealthGated: boolean;
  readonly deadlineMs: number;
}

/** What an accepted commit does to the confirmed commit. */
export type Progress = 'none' | 'started' | 'extended' | 'confirmed';

/**
 * The confirmed commit (RFC 6241 §8.4) as a state machine without clock or disk: there is at most one,
 * its base is the state before the first confirmed commit, a follow-up only moves the deadline, and a
 * plain commit confirms it. Times are milliseconds of one clock of the caller's.
 */
export class ConfirmedCommit {
  #pending: PendingCommit | undefined;

  get pending(): PendingCommit | undefined {
    return this.#pending;
  }

  /** When the time is up; undefined while nothing is pending. */
  pollTimeout(): number | undefined {
    return this.#pending?.deadlineMs;
  }

  /**
   * Whether `sessionId` may commit now: a token that is not that of the pending commit is invalid-value;
   * without a token only the session that made a confirmed commit without one may go on, all others
   * find running in use.
   */
  admit(request: Pick<ConfirmationRequest, 'persistId'>, sessionId: number): Outcome {
    const error = this.#obstacle(request.persistId, sessionId);
    return error === undefined ? ok() : err([error]);
  }

  /** Whether `sessionId` may cancel now, as `admit`; without a confirmed commit it is operation-failed. */
  admitCancel(persistId: string | undefined, sessionId: number): Outcome {
    const error = this.#obstacle(persistId, sessionId);
    if (error !== undefined) return err([error]);
    return this.#pending === undefined
      ? err([operationFailed('There is no confirmed commit to cancel.', { type: 'protocol' })])
      : ok();
  }

  /** What a commit that was admitted would do. */
  progressOf({ confirmed }: ConfirmationRequest): Progress {
    if (confirmed !== undefined) return this.#pending === undefined ? 'started' : 'extended';
    return this.#pending === undefined ? 'none' : 'confirmed';
  }

  /** A commit that was admitted has succeeded at `nowMs`; `base` is the configuration before it. */
  committed(request: ConfirmationRequest, sessionId: number, base: string, nowMs: number): void {
    const { confirmed } = request;
    this.#pending = confirmed && {
      base: this.#pending?.base ?? base,
      sessionId,
      persist: confirmed.persist ?? this.#pending?.persist,
      isHealthGated: confirmed.healthCheck !== undefined,
      deadlineMs: nowMs + confirmed.timeoutMs,
    };
  }

  /** The session has ended. True: its confirmed commit has to be reverted. */
  sessionEnded(sessionId: number): boolean {
    if (this.#pending === undefined || this.#pending.sessionId !== sessionId) return false;
    if (this.#pending.persist === undefined && !this.#pending.isHealthGated) return true;
    this.#pending = { ...this.#pending, sessionId: undefined };
    return false;
  }

  /** True: the time is up, and the pending commit has to be reverted, or its health to decide. */
  handleTimeout(nowMs: number): boolean {
    return this.#pending !== undefined && nowMs >= this.#pending.deadlineMs;
  }

  /** A revert that was due could not be done: it is due again at `atMs`. */
  postpone(atMs: number): void {
    if (this.#pending !== undefined) this.#pending = { ...this.#pending, deadlineMs: atMs };
  }

  /** The base is in force again, or the commit has confirmed itself. */
  ended(): void {
    this.#pending = undefined;
  }

  /** Why `sessionId` may not lock running: another session has a confirmed commit (RFC 6241 §7.5). */
  lockObstacle(sessionId: number): RpcError | undefined {
    if (this.#pending === undefined || this.#pending.sessionId === sessionId) return undefined;
    const owner = this.#pending.sessionId ?? 0;
    return lockDenied(owner, `Running has a confirmed commit that is not confirmed yet${ofSession(owner)}.`);
  }

  #obstacle(persistId: string | undefined, sessionId: number): RpcError | undefined {
    const pending = this.#pending;
    if (persistId !== undefined) {
      if (persistId === pending?.persist) return undefined;
      const message =
        pending?.persist === undefined
          ? 'There is no persistent confirmed commit that <persist-id> could name.'
          : 'The <persist-id> is not that of the confirmed commit.';
      return invalidValue(message);
    }
    if (pending === undefined) return undefined;
    if (pending.persist !== undefined) {
      return inUse('A persistent confirmed commit is not confirmed yet; its <persist-id> is needed.');
    }
    if (pending.sessionId === sessionId) return undefined;
    return inUse(`A confirmed commit is not confirmed yet${ofSession(pending.sessionId ?? 0)}.`);
  }
}

function ofSession(sessionId: number): string {
  return sessionId === 0 ? '' : ` (session ${sessionId})`;
}
