/**
 * Sessions of the ingress that are wanted no more say so, quietly: Down with diagnostic 7, as many times as
 * their detection multiplier (RFC 7726 §2.3), at the pace that they had; then they are gone.
 */
import type { ExternalSessions } from '../../bfd/engine/external-sessions.js';
import { DeadlineQueue } from '../../lib/deadline-queue.js';
import { QUIET_REMOVAL } from '../quiet-removal.js';
import type { LspSession } from './lsp-session.js';

/** Between two packets at most: a session that was slow is not kept for long. */
const LONGEST_INTERVAL_US = 1_000_000;

interface Farewell {
  readonly session: LspSession;
  readonly discriminator: number;
  readonly intervalUs: number;
  /** Packets that the session had sent before it left. */
  readonly sentBefore: number;
  said: number;
}

/** See the top of the file. */
export class Farewells {
  readonly #sessions: ExternalSessions;
  readonly #next = new DeadlineQueue<Farewell>();

  constructor(sessions: ExternalSessions) {
    this.#sessions = sessions;
  }

  /** The session leaves; it is nobody's any more. One that knows no peer has nobody to tell. */
  begin(session: LspSession, nowUs: number): void {
    const { entry } = session;
    const discriminator = entry.session.remoteDiscriminator;
    session.leaving = true;
    if (discriminator === 0) {
      this.#sessions.vanish(entry);
      return;
    }
    const intervalUs = Math.min(LONGEST_INTERVAL_US, entry.session.negotiatedTxIntervalUs);
    const sentBefore = entry.sentPackets;
    this.#sessions.command(entry, QUIET_REMOVAL, nowUs);
    const farewell = { session, discriminator, intervalUs, sentBefore, said: 1 };
    this.#next.set(farewell, nowUs + intervalUs);
  }

  handleTimeout(nowUs: number): void {
    for (let farewell = this.#next.take(nowUs); farewell !== null; farewell = this.#next.take(nowUs)) {
      this.#repeat(farewell, nowUs);
    }
  }

  /** When `handleTimeout` is next to be called; Infinity: nobody says farewell. */
  pollTimeout(): number {
    return this.#next.next();
  }

  #repeat(farewell: Farewell, nowUs: number): void {
    const { session, discriminator, intervalUs, sentBefore } = farewell;
    const { entry } = session;
    if (farewell.said >= entry.session.detectMult) {
      this.#sessions.vanish(entry);
      return;
    }
    farewell.said += 1;
    // It may have spoken by itself; and it forgets its peer, who has fallen silent.
    if (entry.sentPackets - sentBefore < farewell.said) {
      this.#sessions.command(entry, { type: 'learn', discriminator }, nowUs);
    }
    this.#next.set(farewell, nowUs + intervalUs);
  }
}
