import { err, ok } from '../../lib/result.js';
import type { EnginePort } from '../../link/engine-port.js';
import type { SessionKey } from '../../link/messages.js';
import type { Outcome } from '../config-service.js';
import { operationFailed } from '../errors/rpc-error.js';
import type { ConfirmationRequest, Progress } from './confirmed-commit.js';
import type { OwnedSession } from '../handlers/configured-session.js';
import {
  concernsSession,
  lostLspSessions,
  lostSessions,
  watchedSessions,
  type HealthVerdict,
} from './health-gate.js';
import type { PlannedCommit } from './plan-commit.js';

/** The sessions that decide on the health-gated commit that is pending. */
export class HealthWatch {
  readonly #engine: EnginePort;
  #watched: ReadonlySet<SessionKey> = new Set();

  constructor(engine: EnginePort) {
    this.#engine = engine;
  }

  /** Those that are to decide on a commit: what a first one watches, a follow-up does too. */
  async choose(
    { preparation: { sessions } }: PlannedCommit,
    { confirmed }: ConfirmationRequest,
    progress: Progress,
  ): Promise<Outcome<ReadonlySet<SessionKey>>> {
    if (confirmed?.healthCheck === undefined) return ok(new Set());
    const read = await this.#engine.read(null);
    if (!read.ok) {
      return err([operationFailed(`The health of sessions cannot be checked: ${read.error.message}`)]);
    }
    const watched = watchedSessions(read.value, confirmed.healthCheck, concernsSession(sessions));
    return ok(progress === 'extended' ? new Set([...this.#watched, ...watched]) : watched);
  }

  /** The commit for which they were chosen is made. */
  watch(chosen: ReadonlySet<SessionKey>): void {
    this.#watched = chosen;
  }

  /**
   * Which of the watched sessions should be Up and are not; an engine that does not answer knows of none.
   * @param expected sessions that are configured, and not taken down by their own configuration
   * @param mplsInstance the bfdv1 instance that has BFD over MPLS; undefined: none has
   */
  async verdict(expected: Iterable<OwnedSession>, mplsInstance: string | undefined): Promise<HealthVerdict> {
    const read = await this.#engine.read([...this.#watched]);
    const after = read.ok ? read.value : [];
    const lost = [
      ...lostSessions(this.#watched, expected, after),
      ...lostLspSessions(this.#watched, after, mplsInstance ?? ''),
    ];
    return { watched: this.#watched.size, lost };
  }
}
