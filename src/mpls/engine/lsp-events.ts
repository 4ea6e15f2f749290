import type { MplsEvent, LspSessionReport } from '../mpls-model.js';
import type { LspSession } from './lsp-session.js';
import type { LspSurroundings } from './lsp-surroundings.js';

type EventOf<Type extends MplsEvent['type']> = Extract<MplsEvent, { type: Type }>;

/** What is told of LSPs unasked: each event has the time at which it is told. */
export class LspEvents {
  readonly #surroundings: Pick<LspSurroundings, 'onEvent' | 'wallClockMs'>;

  constructor(surroundings: Pick<LspSurroundings, 'onEvent' | 'wallClockMs'>) {
    this.#surroundings = surroundings;
  }

  /** Milliseconds since 1970, as the events have them. */
  nowMs(): number {
    return this.#surroundings.wallClockMs();
  }

  sessionCreated(session: LspSession): void {
    this.#surroundings.onEvent({ type: 'lsp-session-created', ...this.#about(session) });
  }

  /** To be told while all that the session reports is still there. */
  sessionDeleted(session: LspSession, reason: EventOf<'lsp-session-deleted'>['reason']): void {
    this.#surroundings.onEvent({ type: 'lsp-session-deleted', ...this.#about(session), reason });
  }

  bootstrapFailed(event: Omit<EventOf<'bootstrap-failed'>, 'type' | 'timeMs'>): void {
    this.#surroundings.onEvent({ type: 'bootstrap-failed', timeMs: this.nowMs(), ...event });
  }

  /** @param event with the time that the tunnel itself reports */
  tunnelStateChange(event: Omit<EventOf<'tunnel-state-change'>, 'type'>): void {
    this.#surroundings.onEvent({ type: 'tunnel-state-change', ...event });
  }

  /** A session was refused because there are as many as may be, or there is room again. */
  sessionLimit(role: LspSessionReport['role'], limit: number, reached: boolean): void {
    this.#surroundings.onEvent({ type: 'session-limit', timeMs: this.nowMs(), role, limit, reached });
  }

  #about(
    session: LspSession,
  ): Pick<EventOf<'lsp-session-created'>, 'timeMs' | 'key' | 'localDiscriminator' | 'lsp'> {
    const { key, localDiscriminator } = session;
    return { timeMs: this.nowMs(), key, localDiscriminator, lsp: session.report() };
  }
}
