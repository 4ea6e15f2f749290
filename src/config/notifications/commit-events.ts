import type { ConfirmEvent } from '../commit/commit-event.js';
import type { Requester } from '../config-service.js';
import type { ConfigEdit } from './config-edit.js';
import type { EventHub } from './event-hub.js';

/** Publishes what becomes of running: changes, and the confirmation of commits (RFC 6470). */
export class CommitEvents {
  readonly #events: EventHub;
  readonly #nowMs: () => number;

  constructor(events: EventHub, nowMs: () => number) {
    this.#events = events;
    this.#nowMs = nowMs;
  }

  /** What happened to a confirmed commit; of one that is nobody's there is nothing to tell. */
  confirmation(told: ConfirmEvent): void {
    this.#course(told);
    const { health, commit = {} } = told;
    if (health === undefined) return;
    this.#events.publish({ type: 'health-gate', timeMs: this.#nowMs(), commit, health });
  }

  /** How running was changed, and who did it; null: the agent itself. */
  change(edits: readonly ConfigEdit[], by: Requester | null): void {
    if (edits.length === 0) return;
    this.#events.publish({ type: 'config-change', timeMs: this.#nowMs(), by, edits });
  }

  #course({ type: event, requester, owner, timeoutMs }: ConfirmEvent): void {
    const session = requester ?? owner;
    if (session === undefined) return;
    const timeoutSeconds = timeoutMs === undefined ? null : Math.round(timeoutMs / 1000);
    this.#events.publish({
      type: 'confirmed-commit',
      timeMs: this.#nowMs(),
      event,
      session,
      timeoutSeconds,
    });
  }
}
