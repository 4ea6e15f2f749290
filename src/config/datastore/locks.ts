import { err, ok } from '../../lib/result.js';
import type { DatastoreName, Outcome } from '../config-service.js';
import { inUse, lockDenied, operationFailed, type RpcError } from '../errors/rpc-error.js';

/** A lock that is held. */
export interface HeldLock {
  readonly datastore: DatastoreName;
  readonly sessionId: number;
  readonly since: Date;
}

/** The global locks of the datastores (RFC 6241 §7.5, §7.6, §8.3.5.2). Owns nothing but who holds which. */
export class Locks {
  readonly #held = new Map<DatastoreName, HeldLock>();

  /**
   * Grants the lock at time `now`. Refused with lock-denied when somebody holds it (its own session
   * too), naming the holder, and when it is the candidate and `modified`: it then has changes that
   * were neither committed nor discarded (RFC 6241 §7.5); no session is to blame, so session-id is 0.
   */
  lock(datastore: DatastoreName, sessionId: number, now: Date, modified: boolean): Outcome {
    const holder = this.#held.get(datastore);
    if (holder !== undefined) {
      return err([
        lockDenied(
          holder.sessionId,
          holder.sessionId === sessionId
            ? `This session holds the lock of ${datastore} already.`
            : `The lock of ${datastore} is held by session ${holder.sessionId}.`,
        ),
      ]);
    }
    if (datastore === 'candidate' && modified) {
      return err([lockDenied(0, 'The candidate has changes that are neither committed nor discarded.')]);
    }
    this.#held.set(datastore, { datastore, sessionId, since: now });
    return ok();
  }

  /** Gives the lock back; refused when it is not held (operation-failed) or held by another session (lock-denied). */
  unlock(datastore: DatastoreName, sessionId: number): Outcome {
    const holder = this.#held.get(datastore);
    if (holder === undefined) return err([operationFailed(`The datastore ${datastore} is not locked.`)]);
    if (holder.sessionId !== sessionId) {
      return err([
        lockDenied(holder.sessionId, `The lock of ${datastore} is held by session ${holder.sessionId}.`),
      ]);
    }
    this.#held.delete(datastore);
    return ok();
  }

  /** The session has ended: its locks are free. Answers the datastores that it had locked. */
  release(sessionId: number): readonly DatastoreName[] {
    const freed = this.held()
      .filter((lock) => lock.sessionId === sessionId)
      .map((lock) => lock.datastore);
    for (const datastore of freed) this.#held.delete(datastore);
    return freed;
  }

  /** Why `sessionId` may not change `datastore` now: another session has locked it (in-use). */
  obstacle(datastore: DatastoreName, sessionId: number): RpcError | undefined {
    const holder = this.#held.get(datastore);
    return holder === undefined || holder.sessionId === sessionId
      ? undefined
      : inUse(`The datastore ${datastore} is locked by session ${holder.sessionId}.`);
  }

  /** All locks that are held. */
  held(): readonly HeldLock[] {
    return [...this.#held.values()];
  }
}
