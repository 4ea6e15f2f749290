/**
 * The egress: answers echo requests, and holds the sessions that they ask for. The responder decides; this
 * does what it says.
 */
import type { SessionKey } from '../../bfd/engine/session-model.js';
import { SessionState } from '../../bfd/packet/session-state.js';
import { hostAddress } from '../../net/host-address.js';
import type { EgressEffect, EchoReply } from '../egress/egress-effects.js';
import { EgressResponder } from '../egress/egress-responder.js';
import { DEFAULT_EGRESS_SETTINGS } from '../egress/egress-settings.js';
import type { PassiveSession } from '../egress/passive-sessions.js';
import type { ReceivedEchoRequest } from '../egress/received-echo-request.js';
import { encodeLspPing } from '../lsp-ping/encode-message.js';
import { fecStackOf, lastPrefixFec } from '../lsp-ping/message.js';
import type { DesiredEgress } from '../mpls-model.js';
import type { EgressSession } from './egress-session.js';
import { EgressSessions } from './egress-sessions.js';
import { egressWishes, type EgressWishes } from './egress-wishes.js';
import type { HostFecs } from './host-fecs.js';
import type { LspCounters } from './lsp-counters.js';
import type { LspEvents } from './lsp-events.js';
import type { LspSurroundings } from './lsp-surroundings.js';
import { SLICE_GAP_US } from './slices.js';

/** See the top of the file. */
export class EgressSide {
  readonly #surroundings: LspSurroundings;
  readonly #counters: LspCounters;
  readonly #events: LspEvents;
  readonly #fecs: HostFecs;
  readonly #responder: EgressResponder;
  readonly #sessions: EgressSessions;
  #wishes: EgressWishes = egressWishes(null);
  #nextSliceUs = -Infinity;
  /** The local discriminator of the session that the request which is being answered is about; 0: none. */
  #asked = 0;
  /** Sessions that were withdrawn by a packet that has not been dealt with yet. */
  readonly #withdrawn: EgressSession[] = [];

  constructor(
    surroundings: LspSurroundings,
    counters: LspCounters,
    events: LspEvents,
    fecs: HostFecs,
    nowUs: number,
  ) {
    const { routed, sessions: engine } = surroundings;
    this.#surroundings = surroundings;
    this.#counters = counters;
    this.#events = events;
    this.#fecs = fecs;
    this.#sessions = new EgressSessions({
      engine,
      routed,
      fecs,
      counters,
      events,
      wishes: () => this.#wishes,
      withdrawn: (session) => this.#withdrawn.push(session),
      phaseOf: (localDiscriminator) => this.#responder.sessions.phaseOf(localDiscriminator),
    });
    const responderSurroundings = {
      forwarding: fecs,
      takeDiscriminator: () => engine.takeDiscriminator(),
      sessionAsked: (session: PassiveSession) => {
        this.#asked = session.localDiscriminator;
      },
    };
    this.#responder = new EgressResponder(DEFAULT_EGRESS_SETTINGS, responderSurroundings, nowUs);
  }

  sessions(): Iterable<EgressSession> {
    return this.#sessions.all();
  }

  /** Null: there is no such session. */
  session(key: SessionKey): EgressSession | null {
    return this.#sessions.withKey(key);
  }

  /** Other wishes; null: BFD is disabled. */
  setWishes(egress: DesiredEgress | null, nowUs: number): void {
    const before = this.#wishes;
    this.#wishes = egressWishes(egress);
    this.#fecs.setBindings(this.#wishes.labelBindings);
    this.#act(this.#responder.setSettings(this.#wishes.settings, nowUs), nowUs);
    if (before.sessionText !== this.#wishes.sessionText) {
      this.#sessions.makeAllStale();
    }
  }

  /** The host has other addresses: the sessions of FECs that end here no more go (RFC 7726 §2.3). */
  addressesChanged(nowUs: number): void {
    const looked = new Set<string>();
    for (const { passive, fec } of this.#sessions.all()) {
      const last = lastPrefixFec(passive.fecs);
      if (last !== null && !looked.has(fec)) {
        looked.add(fec);
        if (this.#fecs.addressOf(last.prefix) === null) {
          this.#act(this.#responder.fecRemoved(last), nowUs);
        }
      }
    }
  }

  /** A packet to the port of LSP ping has come in on an LSP. */
  handleEchoRequest(request: ReceivedEchoRequest, nowUs: number): void {
    this.#counters.echoRequestsReceived += 1;
    this.#asked = 0;
    const effects = this.#responder.handleEchoRequest(request, nowUs);
    this.#act(effects, nowUs);
    const reply = effects.find((effect) => effect.type === 'send-reply')?.reply ?? null;
    this.#sessions.get(this.#asked)?.noteAsked(reply, this.#events.nowMs());
  }

  /** A session has changed its state. */
  stateChanged(session: EgressSession, from: SessionState, to: SessionState, nowUs: number): void {
    const up = to === SessionState.Up;
    session.noteUp(up);
    this.#responder.sessionChanged(session.localDiscriminator, up, nowUs);
    if (from === SessionState.Up && session.quietlyRemoved) {
      this.#withdrawn.push(session);
    }
  }

  /** The operator removes a session; its ingress may ask for it again. */
  clear(session: EgressSession, graceful: boolean, nowUs: number): void {
    const effects = this.#responder.clear(session.localDiscriminator);
    if (!graceful) {
      session.silent = true;
    }
    this.#act(effects, nowUs);
  }

  /** To be called after packets and timers: does what they have asked for. */
  settle(nowUs: number): void {
    for (let session = this.#withdrawn.pop(); session !== undefined; session = this.#withdrawn.pop()) {
      this.#act(this.#responder.peerWithdrew(session.localDiscriminator, nowUs), nowUs);
    }
  }

  /** To be called at `pollTimeout()` or later. */
  handleTimeout(nowUs: number): void {
    if (this.#sessions.hasStale && nowUs >= this.#nextSliceUs) {
      // Another port makes another session of it; its ingress asks for it again.
      for (const { localDiscriminator } of this.#sessions.updateSlice(nowUs)) {
        this.#act(this.#responder.clear(localDiscriminator), nowUs);
      }
      this.#nextSliceUs = nowUs + SLICE_GAP_US;
    }
    this.#act(this.#responder.handleTimeout(nowUs), nowUs);
  }

  /** When `handleTimeout` is next to be called; Infinity: nothing is waited for. */
  pollTimeout(): number {
    const slice = this.#sessions.hasStale ? this.#nextSliceUs : Infinity;
    return Math.min(slice, this.#responder.pollTimeout());
  }

  #act(effects: readonly EgressEffect[], nowUs: number): void {
    for (const effect of effects) {
      switch (effect.type) {
        case 'create-session':
          this.#create(effect.session, nowUs);
          break;
        case 'prompt-session':
        case 'withdraw-session':
        case 'remove-session':
          this.#change(effect, nowUs);
          break;
        case 'send-reply':
          this.#reply(effect.reply);
          break;
        case 'discarded':
          this.#counters.discardedEchoRequests.count(effect.reason);
          break;
        case 'session-limit':
          this.#events.sessionLimit('egress', this.#wishes.settings.maxSessions, effect.reached);
          break;
      }
    }
  }

  #create(passive: PassiveSession, nowUs: number): void {
    const created = this.#sessions.create(passive, nowUs);
    if (!created.ok) {
      this.#counters.discardedEchoRequests.count(created.error);
      this.#act(this.#responder.clear(passive.localDiscriminator), nowUs);
    }
  }

  #change(
    effect: Extract<EgressEffect, { type: 'prompt-session' | 'withdraw-session' | 'remove-session' }>,
    nowUs: number,
  ): void {
    const session = this.#sessions.get(effect.session.localDiscriminator);
    if (session === null) {
      return;
    }
    if (effect.type === 'prompt-session') this.#sessions.prompt(session, nowUs);
    else if (effect.type === 'withdraw-session') this.#sessions.silence(session, nowUs);
    else this.#sessions.remove(session, effect.reason, nowUs);
  }

  #reply({ message, destination, destinationPort }: EchoReply): void {
    // From the FEC's address where it ends here, so that the asker sees who has answered.
    const source = this.#fecs.addressLedTo(fecStackOf(message));
    this.#counters.echoRepliesSent += 1;
    const payload = encodeLspPing(message);
    this.#surroundings.routedPing.sendReply(source, hostAddress(destination), destinationPort, payload);
  }
}
