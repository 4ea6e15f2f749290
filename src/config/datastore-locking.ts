import { err } from '../lib/result.js';
import type { CommitControl } from './commit/commit-control.js';
import type { DatastoreName, Outcome, Requester } from './config-service.js';
import type { SharedParts } from './shared-parts.js';

/** What locking works with. */
export interface LockingParts {
  readonly commits: Pick<CommitControl, 'lockObstacle' | 'sessionEnded'>;
  nowMs(): number;
}

/** Locks of the datastores as sessions take them, give them back, and leave them behind. */
export class DatastoreLocking {
  readonly #shared: Pick<SharedParts, 'live' | 'locks' | 'candidate'>;
  readonly #parts: LockingParts;

  constructor(shared: Pick<SharedParts, 'live' | 'locks' | 'candidate'>, parts: LockingParts) {
    this.#shared = shared;
    this.#parts = parts;
  }

  /** `<lock>` (RFC 6241 §7.5). */
  lock(datastore: DatastoreName, { sessionId }: Requester): Promise<Outcome> {
    const { live, locks, candidate } = this.#shared;
    return live.serve((workspace) => {
      const pending = datastore === 'running' && this.#parts.commits.lockObstacle(sessionId);
      if (pending) return err([pending]);
      const modified = datastore === 'candidate' && candidate.touched && workspace.candidateDiffers();
      return locks.lock(datastore, sessionId, new Date(this.#parts.nowMs()), modified);
    });
  }

  /** `<unlock>` (RFC 6241 §7.6). */
  unlock(datastore: DatastoreName, { sessionId }: Requester): Promise<Outcome> {
    const { live, locks, candidate } = this.#shared;
    return live.serve((workspace) => {
      const unlocked = locks.unlock(datastore, sessionId);
      // RFC 6241 §8.3.5.2: what was not committed is discarded when the lock is released.
      if (unlocked.ok && datastore === 'candidate') candidate.discard(workspace);
      return unlocked;
    });
  }

  /** The session is gone. */
  async release(sessionId: number): Promise<void> {
    const { live, locks, candidate } = this.#shared;
    await live.serve(async (workspace) => {
      const reverted = await this.#parts.commits.sessionEnded(workspace, sessionId);
      if (locks.release(sessionId).includes('candidate')) candidate.discard(live.current);
      return reverted;
    });
  }
}
