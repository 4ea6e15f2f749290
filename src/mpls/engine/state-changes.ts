import type { ExternalSessions } from '../../bfd/engine/external-sessions.js';
import type { StateChangeEvent as BfdStateChangeEvent } from '../../bfd/engine/session-model.js';
import { SessionState, type StateName } from '../../bfd/packet/session-state.js';
import type { StateChangeEvent } from '../engine-model.js';
import type { EgressSession } from './egress-session.js';
import type { EgressSide } from './egress-side.js';
import { IngressSession } from './ingress-session.js';
import type { IngressSide } from './ingress-side.js';

/** A session of either end. */
export type SessionOfEitherEnd = IngressSession | EgressSession;

interface StateChange {
  readonly session: SessionOfEitherEnd;
  readonly from: SessionState;
  readonly to: SessionState;
}

/** Changes of state that the BFD engine has told, until they are dealt with: not within its own call. */
export class StateChanges {
  readonly #engine: ExternalSessions;
  readonly #ingress: IngressSide;
  readonly #egress: EgressSide;
  readonly #waiting: StateChange[] = [];

  constructor(engine: ExternalSessions, ingress: IngressSide, egress: EgressSide) {
    this.#engine = engine;
    this.#ingress = ingress;
    this.#egress = egress;
  }

  /** @returns the event of the BFD engine, with what is known of the LSP */
  note(event: BfdStateChangeEvent, session: SessionOfEitherEnd): StateChangeEvent {
    this.#waiting.push({ session, from: STATES[event.from], to: STATES[event.to] });
    const report = { ...event.report, lsp: session.report() };
    return { ...event, sourceAddress: session.source.text, report };
  }

  /** Deals with what has been noted. */
  settle(nowUs: number): void {
    for (let change = this.#waiting.shift(); change !== undefined; change = this.#waiting.shift()) {
      if (!change.session.leaving) {
        this.#dealWith(change, nowUs);
      }
    }
  }

  #dealWith({ session, from, to }: StateChange, nowUs: number): void {
    const peer = session.lastKnownDiscriminator;
    if (session instanceof IngressSession) {
      this.#ingress.stateChanged(session, to, nowUs);
    } else {
      this.#egress.stateChanged(session, from, to, nowUs);
    }
    // RFC 7726 §2.3: that it is Down is told with the discriminators that it was Up with, for a while.
    const forgotten = session.entry.session.remoteDiscriminator === 0;
    if (from === SessionState.Up && to === SessionState.Down && forgotten && peer !== 0) {
      this.#engine.command(session.entry, { type: 'learn', discriminator: peer }, nowUs);
    }
  }
}

const STATES: Readonly<Record<StateName, SessionState>> = {
  'admin-down': SessionState.AdminDown,
  down: SessionState.Down,
  init: SessionState.Init,
  up: SessionState.Up,
};
