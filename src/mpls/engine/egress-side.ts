/**
 * The egress: answers echo requests, and holds the sessions that they ask for. The responder decides; this
 * makes the sessions, and sends.
 */
import type { SessionKey } from '../../bfd/engine/session-model.js';
import { SessionState } from '../../bfd/packet/session-state.js';
import { hostAddress, parseHostAddress, type HostAddress } from '../../net/host-address.js';
import type { EgressEffect, EchoReply, PassiveRemovalReason } from '../egress/egress-effects.js';
import { EgressResponder } from '../egress/egress-responder.js';
import { DEFAULT_EGRESS_SETTINGS } from '../egress/egress-settings.js';
import type { PassiveSession } from '../egress/passive-sessions.js';
import type { ReceivedEchoRequest } from '../egress/received-echo-request.js';
import { BFD_MULTIHOP_PORT } from '../lsp-encapsulation.js';
import { encodeLspPing } from '../lsp-ping/encode-message.js';
import { fecStackOf, lastPrefixFec, type Fec } from '../lsp-ping/message.js';
import type { DesiredEgress, LspSessionParameters, MplsEvent } from '../mpls-model.js';
import { desiredExternal } from './desired-external.js';
import { EgressSession, egressSessionKey } from './egress-session.js';
import type { HostFecs } from './host-fecs.js';
import type { LspCounters } from './lsp-counters.js';
import { LSP_EGRESS } from './lsp-session-types.js';
import type { LspSurroundings } from './lsp-surroundings.js';
import { SLICE_GAP_US, takeSlice } from './slices.js';

/** See the top of the file. */
export class EgressSide {
  readonly #surroundings: LspSurroundings;
  readonly #counters: LspCounters;
  readonly #fecs: HostFecs;
  readonly #responder: EgressResponder;
  /** By local discriminator. */
  readonly #sessions = new Map<number, EgressSession>();
  readonly #byKey = new Map<SessionKey, EgressSession>();
  /** Sessions to be told what is wanted of them now. */
  readonly #stale = new Set<EgressSession>();
  #wanted: DesiredEgress | null = null;
  #peers = new Map<string, DesiredEgress['passivePeers'][number]>();
  #nextSliceUs = -Infinity;
  /** The local discriminator of the session that the request which is being answered is about; 0: none. */
  #asked = 0;
  /** Sessions that were withdrawn by a packet that has not been dealt with yet. */
  readonly #withdrawn: EgressSession[] = [];

  constructor(surroundings: LspSurroundings, counters: LspCounters, fecs: HostFecs, nowUs: number) {
    this.#surroundings = surroundings;
    this.#counters = counters;
    this.#fecs = fecs;
    this.#responder = new EgressResponder(
      DEFAULT_EGRESS_SETTINGS,
      {
        forwarding: fecs,
        takeDiscriminator: () => surroundings.sessions.takeDiscriminator(),
        sessionAsked: (session) => {
          this.#asked = session.localDiscriminator;
        },
      },
      nowUs,
    );
  }

  /** The sessions, by their local discriminators. */
  get sessions(): ReadonlyMap<number, EgressSession> {
    return this.#sessions;
  }

  /** Other wishes; null: BFD is disabled. */
  setWishes(egress: DesiredEgress | null, nowUs: number): void {
    const before = this.#wanted;
    this.#wanted = egress;
    this.#peers = new Map(egress?.passivePeers.map((peer) => [peer.peer, peer]));
    this.#fecs.setBindings(egress?.labelBindings ?? null);
    const settings = {
      ...DEFAULT_EGRESS_SETTINGS,
      passive: egress?.passive ?? false,
      deleteDelayUs: egress?.deleteDelayUs ?? DEFAULT_EGRESS_SETTINGS.deleteDelayUs,
      maxSessions: egress?.maxSessions ?? 0,
      // No peer has a limit of its own.
      maxSessionsPerPeer: Infinity,
    };
    this.#act(this.#responder.setSettings(settings, nowUs), nowUs);
    const same =
      JSON.stringify([before?.session, before?.passivePeers]) ===
      JSON.stringify([egress?.session, egress?.passivePeers]);
    if (!same) {
      this.#sessions.forEach((session) => this.#stale.add(session));
    }
  }

  /** The host has other addresses: the sessions of FECs that end here no more go (RFC 7726 §2.3). */
  addressesChanged(nowUs: number): void {
    const looked = new Set<string>();
    for (const session of this.#sessions.values()) {
      const { passive, fec } = session;
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
    this.#noteAsked(this.#asked, effects);
  }

  /** A session has changed its state. */
  stateChanged(session: EgressSession, from: SessionState, to: SessionState, nowUs: number): void {
    const up = to === SessionState.Up;
    session.noteUp(up);
    this.#responder.sessionChanged(session.passive.localDiscriminator, up, nowUs);
    if (from === SessionState.Up && session.quietlyRemoved) {
      this.#withdrawn.push(session);
    }
  }

  /** The operator removes a session; its ingress may ask for it again. */
  clear(session: EgressSession, graceful: boolean, nowUs: number): void {
    const effects = this.#responder.clear(session.passive.localDiscriminator);
    if (!graceful) {
      session.silent = true;
    }
    this.#act(effects, nowUs);
  }

  /** To be called after packets and timers: does what they have asked for. */
  settle(nowUs: number): void {
    for (let session = this.#withdrawn.pop(); session !== undefined; session = this.#withdrawn.pop()) {
      this.#act(this.#responder.peerWithdrew(session.passive.localDiscriminator, nowUs), nowUs);
    }
  }

  /** To be called at `pollTimeout()` or later. */
  handleTimeout(nowUs: number): void {
    if (this.#stale.size > 0 && nowUs >= this.#nextSliceUs) {
      takeSlice(this.#stale).forEach((session) => this.#update(session, nowUs));
      this.#nextSliceUs = nowUs + SLICE_GAP_US;
    }
    this.#act(this.#responder.handleTimeout(nowUs), nowUs);
  }

  /** When `handleTimeout` is next to be called; Infinity: nothing is waited for. */
  pollTimeout(): number {
    const slice = this.#stale.size > 0 ? this.#nextSliceUs : Infinity;
    return Math.min(slice, this.#responder.pollTimeout());
  }

  #act(effects: readonly EgressEffect[], nowUs: number): void {
    for (const effect of effects) {
      switch (effect.type) {
        case 'create-session':
          this.#create(effect.session, nowUs);
          break;
        case 'prompt-session':
          this.#prompt(effect.session, nowUs);
          break;
        case 'withdraw-session':
          this.#silence(effect.session, nowUs);
          break;
        case 'remove-session':
          this.#remove(effect.session, effect.reason, nowUs);
          break;
        case 'send-reply':
          this.#reply(effect.reply);
          break;
        case 'discarded':
          this.#counters.discardedEchoRequests.count(effect.reason);
          break;
        case 'session-limit':
          this.#tellLimit(effect.reached);
          break;
      }
    }
  }

  /** RFC 5884 §6: it sends at once, with both discriminators. */
  #create(passive: PassiveSession, nowUs: number): void {
    const { routed, sessions, wallClockMs } = this.#surroundings;
    const { localDiscriminator } = passive;
    const source = this.#addressOf(passive.fecs);
    const destination = parseHostAddress(passive.peer);
    const destinationPort = this.#portFor(passive);
    const path = source && destination && { interface: null, source, destination, destinationPort };
    const opened = path === null ? null : routed.open(path);
    const named = this.#makeRoomFor(passive);
    if (opened === null || !opened.ok || source === null || destination === null || !named) {
      if (opened?.ok === true) opened.value.close();
      this.#counters.discardedEchoRequests.count(named ? 'no-way-back' : 'other-fec-stack');
      this.#act(this.#responder.clear(localDiscriminator), nowUs);
      return;
    }
    const session = new EgressSession({
      passive,
      source,
      destination,
      destinationPort,
      channel: opened.value,
      discards: this.#counters.discardedBfdPackets,
      withdrawn: (of) => this.#withdrawn.push(of),
      phase: (of) => this.#responder.sessions.phaseOf(of.passive.localDiscriminator),
    });
    const desired = desiredExternal(session.key, source.text, destination.text, this.#parametersFor(passive));
    const type = LSP_EGRESS[destinationPort];
    const endpoints = { type, interfaceName: null, source, destination };
    session.entry = sessions.create(desired, endpoints, session, localDiscriminator, nowUs);
    this.#sessions.set(localDiscriminator, session);
    this.#byKey.set(session.key, session);
    this.#prompt(passive, nowUs);
    const lsp = session.report();
    this.#tell({
      type: 'lsp-session-created',
      timeMs: wallClockMs(),
      key: session.key,
      localDiscriminator,
      lsp,
    });
  }

  /**
   * A session that its ingress has withdrawn makes place for one that it asks for anew by the same name. False:
   * another has the name, whose ingress names the FEC otherwise.
   */
  #makeRoomFor(passive: PassiveSession): boolean {
    const namesake = this.#byKey.get(egressSessionKey(passive));
    if (namesake === undefined) {
      return true;
    }
    const phase = this.#responder.sessions.phaseOf(namesake.passive.localDiscriminator);
    if (phase !== 'withdrawn') {
      return false;
    }
    this.#end(namesake, 'withdrawn');
    this.#surroundings.sessions.vanish(namesake.entry);
    return true;
  }

  /** The session knows its ingress, and sends at once. */
  #prompt({ localDiscriminator, remoteDiscriminator }: PassiveSession, nowUs: number): void {
    const session = this.#sessions.get(localDiscriminator);
    if (session !== undefined) {
      const command = { type: 'learn', discriminator: remoteDiscriminator } as const;
      this.#surroundings.sessions.command(session.entry, command, nowUs);
    }
  }

  /** AdminDown, and not a word: that it ends is no failure. */
  #silence({ localDiscriminator }: PassiveSession, nowUs: number): void {
    const session = this.#sessions.get(localDiscriminator);
    if (session !== undefined) {
      session.leaving = true;
      session.entry.closeChannel();
      this.#surroundings.sessions.command(session.entry, { type: 'admin-down' }, nowUs);
    }
  }

  /** An ingress that does not expect it hears AdminDown for a Detection Time. */
  #remove({ localDiscriminator }: PassiveSession, reason: PassiveRemovalReason, nowUs: number): void {
    const session = this.#sessions.get(localDiscriminator);
    if (session === undefined) {
      return;
    }
    this.#end(session, reason);
    const { sessions } = this.#surroundings;
    if (reason === 'not-up' || reason === 'withdrawn' || session.silent) {
      sessions.vanish(session.entry);
    } else {
      sessions.leave(session.entry, nowUs);
    }
  }

  #end(session: EgressSession, reason: PassiveRemovalReason): void {
    const { key, passive } = session;
    const lsp = session.report();
    session.leaving = true;
    this.#sessions.delete(passive.localDiscriminator);
    this.#byKey.delete(key);
    this.#stale.delete(session);
    const { localDiscriminator } = passive;
    const timeMs = this.#surroundings.wallClockMs();
    this.#tell({ type: 'lsp-session-deleted', timeMs, key, localDiscriminator, lsp, reason });
  }

  #reply({ message, destination, destinationPort }: EchoReply): void {
    // From the FEC's address where it ends here, so that the asker sees who has answered.
    const source = this.#addressOf(fecStackOf(message));
    this.#counters.echoRepliesSent += 1;
    const payload = encodeLspPing(message);
    this.#surroundings.routedPing.sendReply(source, hostAddress(destination), destinationPort, payload);
  }

  #noteAsked(localDiscriminator: number, effects: readonly EgressEffect[]): void {
    const session = this.#sessions.get(localDiscriminator);
    if (session === undefined) {
      return;
    }
    session.echoRequestsReceived += 1;
    session.lastEchoMs = this.#surroundings.wallClockMs();
    for (const effect of effects) {
      if (effect.type === 'send-reply') {
        session.echoRepliesSent += 1;
        session.lastReturnCode = effect.reply.message.header.returnCode;
        session.lastReturnSubcode = effect.reply.message.header.returnSubcode;
      }
    }
  }

  /** Another port makes another session of it; its ingress asks for it again. */
  #update(session: EgressSession, nowUs: number): void {
    const { passive, key, source, destination, entry } = session;
    if (session.leaving) {
      return;
    }
    if (this.#portFor(passive) !== session.destinationPort) {
      this.#act(this.#responder.clear(passive.localDiscriminator), nowUs);
      return;
    }
    const desired = desiredExternal(key, source.text, destination.text, this.#parametersFor(passive));
    this.#surroundings.sessions.set(entry, desired, nowUs);
  }

  #parametersFor({ peer }: PassiveSession): LspSessionParameters {
    const parameters = this.#wanted?.session ?? FALLBACK_PARAMETERS;
    const detectMult = this.#peers.get(peer)?.detectMult ?? parameters.detectMult;
    return { ...parameters, detectMult };
  }

  /** This system's address that FECs lead to; null: it has none such. */
  #addressOf(fecs: readonly Fec[]): HostAddress | null {
    const last = lastPrefixFec(fecs);
    return last === null ? null : this.#fecs.addressOf(last.prefix);
  }

  #portFor({ peer }: PassiveSession): EgressSession['destinationPort'] {
    return this.#peers.get(peer)?.destinationPort ?? BFD_MULTIHOP_PORT;
  }

  #tellLimit(reached: boolean): void {
    const limit = this.#wanted?.maxSessions ?? 0;
    const timeMs = this.#surroundings.wallClockMs();
    this.#tell({ type: 'session-limit', timeMs, role: 'egress', limit, reached });
  }

  #tell(event: MplsEvent): void {
    this.#surroundings.onEvent(event);
  }
}

/** Without wishes no session is made; the compiler does not know. */
const FALLBACK_PARAMETERS: LspSessionParameters = {
  detectMult: 3,
  desiredMinTxIntervalUs: 1_000_000,
  requiredMinRxIntervalUs: 1_000_000,
  authentication: null,
};
