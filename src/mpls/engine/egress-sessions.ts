import type { ExternalSessions } from '../../bfd/engine/external-sessions.js';
import type { SessionKey } from '../../bfd/engine/session-model.js';
import { err, ok, type Result } from '../../lib/result.js';
import { parseHostAddress, type HostAddress } from '../../net/host-address.js';
import type { TransmitChannel, Transmitter } from '../../net/transmitter.js';
import type { PassiveRemovalReason } from '../egress/egress-effects.js';
import type { PassivePhase, PassiveSession } from '../egress/passive-sessions.js';
import { desiredExternal } from './desired-external.js';
import { EgressSession, egressSessionKey } from './egress-session.js';
import type { CurrentEgressWishes } from './egress-wishes.js';
import type { HostFecs } from './host-fecs.js';
import type { LspCounters } from './lsp-counters.js';
import type { LspEvents } from './lsp-events.js';
import { LSP_EGRESS } from './lsp-session-types.js';
import { takeSlice } from './slices.js';

/** What the sessions need of those around them. */
export interface EgressSessionSurroundings {
  /** Where sessions run. */
  readonly engine: ExternalSessions;
  /** Where their packets leave. */
  readonly routed: Transmitter;
  readonly fecs: HostFecs;
  readonly counters: LspCounters;
  readonly events: LspEvents;
  readonly wishes: CurrentEgressWishes;
  /** Told when an ingress says that it wants a session no more. */
  readonly withdrawn: (session: EgressSession) => void;
  readonly phaseOf: (localDiscriminator: number) => PassivePhase | null;
}

/** Why a session that an ingress asks for cannot be made: each is the name of a counter. */
export type CreationObstacle =
  /** Nothing can be sent to the ingress. */
  | 'no-way-back'
  /** Another session has its name, whose ingress names the FEC otherwise. */
  | 'other-fec-stack';

/** Where packets of a session go. */
interface WayBack {
  readonly source: HostAddress;
  readonly destination: HostAddress;
  readonly destinationPort: EgressSession['destinationPort'];
  readonly channel: TransmitChannel;
}

/** The sessions of the egress as they run: which there are to be, the responder decides. */
export class EgressSessions {
  readonly #surroundings: EgressSessionSurroundings;
  readonly #byDiscriminator = new Map<number, EgressSession>();
  readonly #byKey = new Map<SessionKey, EgressSession>();
  /** Sessions to be told what is wanted of them now. */
  readonly #stale = new Set<EgressSession>();

  constructor(surroundings: EgressSessionSurroundings) {
    this.#surroundings = surroundings;
  }

  get hasStale(): boolean {
    return this.#stale.size > 0;
  }

  /** The session with a local discriminator; null: there is none. */
  get(localDiscriminator: number): EgressSession | null {
    return this.#byDiscriminator.get(localDiscriminator) ?? null;
  }

  withKey(key: SessionKey): EgressSession | null {
    return this.#byKey.get(key) ?? null;
  }

  all(): MapIterator<EgressSession> {
    return this.#byDiscriminator.values();
  }

  /** RFC 5884 §6: it sends at once, with both discriminators. */
  create(passive: PassiveSession, nowUs: number): Result<EgressSession, CreationObstacle> {
    const back = this.#wayBack(passive);
    const named = this.#makeRoomFor(passive);
    if (back === null || !named) {
      back?.channel.close();
      return err(named ? 'no-way-back' : 'other-fec-stack');
    }
    const session = this.#make(passive, back, nowUs);
    this.#byDiscriminator.set(session.localDiscriminator, session);
    this.#byKey.set(session.key, session);
    this.prompt(session, nowUs);
    this.#surroundings.events.sessionCreated(session);
    return ok(session);
  }

  /** The session knows its ingress, and sends at once. */
  prompt({ entry, passive }: EgressSession, nowUs: number): void {
    const command = { type: 'learn', discriminator: passive.remoteDiscriminator } as const;
    this.#surroundings.engine.command(entry, command, nowUs);
  }

  /** AdminDown, and not a word: that it ends is no failure. */
  silence(session: EgressSession, nowUs: number): void {
    session.leaving = true;
    session.entry.closeChannel();
    this.#surroundings.engine.command(session.entry, { type: 'peer-withdrew' }, nowUs);
  }

  /** An ingress that does not expect it hears AdminDown for a Detection Time. */
  remove(session: EgressSession, reason: PassiveRemovalReason, nowUs: number): void {
    const { engine } = this.#surroundings;
    this.#forget(session, reason);
    if (reason === 'not-up' || reason === 'withdrawn' || session.silent) {
      engine.vanish(session.entry);
    } else {
      engine.leave(session.entry, nowUs);
    }
  }

  /** All sessions are to be told what is wanted of them now. */
  makeAllStale(): void {
    this.#byDiscriminator.forEach((session) => this.#stale.add(session));
  }

  /** Tells some of those that are stale. @returns those that would need another port, which no session can get */
  updateSlice(nowUs: number): EgressSession[] {
    const { engine, wishes } = this.#surroundings;
    const staying = takeSlice(this.#stale).filter(({ leaving }) => !leaving);
    return staying.filter(({ key, source, destination, destinationPort, entry, passive }) => {
      if (wishes().portFor(passive.peer) !== destinationPort) {
        return true;
      }
      const parameters = wishes().parametersFor(passive.peer);
      engine.set(entry, desiredExternal(key, source.text, destination.text, parameters), nowUs);
      return false;
    });
  }

  #wayBack(passive: PassiveSession): WayBack | null {
    const { fecs, routed, wishes } = this.#surroundings;
    const source = fecs.addressLedTo(passive.fecs);
    const destination = parseHostAddress(passive.peer);
    if (source === null || destination === null) {
      return null;
    }
    const destinationPort = wishes().portFor(passive.peer);
    const opened = routed.open({ interface: null, source, destination, destinationPort });
    return opened.ok ? { source, destination, destinationPort, channel: opened.value } : null;
  }

  #make(passive: PassiveSession, back: WayBack, nowUs: number): EgressSession {
    const { counters, engine, phaseOf, wishes, withdrawn } = this.#surroundings;
    const { source, destination } = back;
    const session = new EgressSession({
      ...back,
      passive,
      discards: counters.discardedBfdPackets,
      withdrawn,
      phase: (of) => phaseOf(of.localDiscriminator),
    });
    const parameters = wishes().parametersFor(passive.peer);
    const desired = desiredExternal(session.key, source.text, destination.text, parameters);
    const endpoints = { type: LSP_EGRESS[back.destinationPort], interfaceName: null, source, destination };
    session.entry = engine.create(desired, endpoints, session, passive.localDiscriminator, nowUs);
    return session;
  }

  /**
   * A session that its ingress has withdrawn makes place for one that it asks for anew by the same name. False:
   * another has the name.
   */
  #makeRoomFor(passive: PassiveSession): boolean {
    const namesake = this.#byKey.get(egressSessionKey(passive));
    if (namesake === undefined) {
      return true;
    }
    if (this.#surroundings.phaseOf(namesake.localDiscriminator) !== 'withdrawn') {
      return false;
    }
    this.#forget(namesake, 'withdrawn');
    this.#surroundings.engine.vanish(namesake.entry);
    return true;
  }

  #forget(session: EgressSession, reason: PassiveRemovalReason): void {
    session.leaving = true;
    this.#byDiscriminator.delete(session.localDiscriminator);
    this.#byKey.delete(session.key);
    this.#stale.delete(session);
    this.#surroundings.events.sessionDeleted(session, reason);
  }
}
