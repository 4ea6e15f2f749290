/**
 * BFD for LSPs on this host: the ingress and the egress together, as a pure machine. It takes what is wanted,
 * what is known of next hops and addresses, packets and time; its sessions run in the BFD engine, its packets
 * leave by the transmitters that it is given.
 *
 * Times are absolute microseconds of one monotonic clock, except where the name says `Ms`.
 */
import type { StateChangeEvent as BfdStateChangeEvent, SessionKey } from '../../bfd/engine/session-model.js';
import { formatAddressBytes } from '../../lib/address.js';
import { InterfaceTable, type Interfaces } from '../../net/interface-table.js';
import type { NextHop } from '../../net/next-hop.js';
import type { ReceivedDatagram } from '../../net/received-datagram.js';
import type { ReceivedLspPacket } from '../../net/received-lsp-packet.js';
import type { SessionReport, StateChangeEvent } from '../engine-model.js';
import { MessageType } from '../lsp-ping/codepoints.js';
import { decodeLspPing } from '../lsp-ping/decode-message.js';
import type {
  DesiredMpls,
  DesiredTunnel,
  MplsAction,
  MplsActionResult,
  MplsStatistics,
  TunnelReport,
} from '../mpls-model.js';
import type { TunnelKey } from '../tunnels/tunnel.js';
import { EgressSide } from './egress-side.js';
import { HostFecs } from './host-fecs.js';
import { IngressSession, tunnelOfIngressKey } from './ingress-session.js';
import { IngressSide } from './ingress-side.js';
import { LspCounters } from './lsp-counters.js';
import { LspEvents } from './lsp-events.js';
import { LspIntake } from './lsp-intake.js';
import type { LspSurroundings } from './lsp-surroundings.js';
import { PingActions } from './ping-actions.js';
import { StateChanges, type SessionOfEitherEnd } from './state-changes.js';

/** A change of what is wanted of LSPs; `mpls` is undefined where that is what it was. */
export interface LspChange {
  readonly set: readonly DesiredTunnel[];
  readonly remove: readonly TunnelKey[];
  readonly mpls: DesiredMpls | null | undefined;
}

/** See the top of the file. */
export class LspEngine {
  readonly ingress: IngressSide;
  readonly egress: EgressSide;
  readonly #surroundings: LspSurroundings;
  readonly #counters = new LspCounters();
  readonly #fecs = new HostFecs(new InterfaceTable());
  readonly #intake: LspIntake;
  readonly #changes: StateChanges;
  readonly #pings: PingActions;
  #mpls: DesiredMpls | null = null;

  constructor(surroundings: LspSurroundings, nowUs: number) {
    const counters = this.#counters;
    const events = new LspEvents(surroundings);
    this.#surroundings = surroundings;
    this.ingress = new IngressSide(surroundings, counters, events);
    this.egress = new EgressSide(surroundings, counters, events, this.#fecs, nowUs);
    this.#intake = new LspIntake(surroundings, counters, (request, atUs) =>
      this.egress.handleEchoRequest(request, atUs),
    );
    this.#changes = new StateChanges(surroundings.sessions, this.ingress, this.egress);
    this.#pings = new PingActions(surroundings, this.ingress);
  }

  /** What is wanted is another. Sessions come and go in the time that follows, some at a time. */
  change({ set, remove, mpls }: LspChange, nowUs: number): void {
    this.ingress.changeTunnels(set, remove);
    if (mpls !== undefined) {
      this.#setWishes(mpls, nowUs);
    }
    this.handleTimers(nowUs);
  }

  /** The host's interfaces or addresses are others. */
  interfacesChanged(interfaces: Interfaces, nowUs: number): void {
    this.#fecs.setInterfaces(interfaces);
    this.#intake.setInterfaces(interfaces);
    this.egress.addressesChanged(nowUs);
    this.settle(nowUs);
  }

  /** A next hop that was held can be reached, or cannot any more. */
  usableChanged(hop: NextHop, nowUs: number): void {
    this.ingress.usableChanged(hop);
    this.handleTimers(nowUs);
  }

  /** A packet has come in on an LSP: BFD, or an echo request. */
  handlePacket(received: ReceivedLspPacket, nowUs: number): void {
    this.#intake.handlePacket(received, nowUs);
    this.settle(nowUs);
  }

  /** A datagram has come to the port that echo requests are sent from. */
  handleEchoReply(datagram: ReceivedDatagram, nowUs: number): void {
    this.#counters.echoRepliesReceived += 1;
    const decoded = decodeLspPing(datagram.bytes);
    if (!decoded.ok) {
      this.#counters.discardedEchoReplies.count(decoded.error.rule);
    } else if (decoded.value.header.messageType !== MessageType.EchoReply) {
      this.#counters.discardedEchoReplies.count('not-a-reply');
    } else {
      const from = formatAddressBytes(datagram.source);
      if (!this.#pings.handleReply(decoded.value, from, nowUs)) {
        this.ingress.handleReply(decoded.value, from, nowUs);
      }
    }
    this.settle(nowUs);
  }

  /**
   * A session of the engine has changed its state. To be called in the event, and `settle` soon after.
   *
   * @returns the event with what is known of the LSP; null: it is nobody's business any more
   */
  tellChange(event: BfdStateChangeEvent): StateChangeEvent | null {
    const session = this.#session(event.key);
    return session === null || session.localDiscriminator !== event.report.localDiscriminator
      ? null
      : this.#changes.note(event, session);
  }

  /** Deals with what sessions have told: to be called after each call of the BFD engine. */
  settle(nowUs: number): void {
    this.#changes.settle(nowUs);
    this.egress.settle(nowUs);
  }

  /** Does what is due. */
  handleTimers(nowUs: number): void {
    this.settle(nowUs);
    this.ingress.handleTimeout(nowUs);
    this.egress.handleTimeout(nowUs);
    this.#pings.handleTimeout(nowUs);
    this.settle(nowUs);
  }

  /** When `handleTimers` is next to be called; Infinity: only packets and calls can bring work. */
  pollTimeout(): number {
    return Math.min(this.ingress.pollTimeout(), this.egress.pollTimeout(), this.#pings.pollTimeout());
  }

  /** Does something at once; `done` is called when it is done, within the call or later. */
  act(action: MplsAction, done: (result: MplsActionResult) => void, nowUs: number): void {
    switch (action.type) {
      case 'lsp-ping':
        this.#pings.start(action, done, nowUs);
        break;
      case 'clear':
        done(this.#clear(action.key, action.graceful, nowUs));
        break;
      case 'reset-statistics':
        done(this.#resetStatistics(action.key));
        break;
    }
    this.handleTimers(nowUs);
  }

  /** The keys of the sessions. */
  keys(): SessionKey[] {
    return [...this.#allSessions()].map(({ key }) => key);
  }

  /** Null: there is no such session. */
  report(key: SessionKey): SessionReport | null {
    const session = this.#session(key);
    return session === null ? null : { ...session.entry.report(), lsp: session.report() };
  }

  /** Null: nothing is wanted of LSPs. */
  statistics(): MplsStatistics | null {
    return this.#mpls === null ? null : this.#counters.snapshot();
  }

  tunnelKeys(): TunnelKey[] {
    return this.ingress.tunnelKeys();
  }

  /** Null: there is no such tunnel. */
  tunnel(key: TunnelKey): TunnelReport | null {
    return this.ingress.tunnel(key);
  }

  #setWishes(mpls: DesiredMpls | null, nowUs: number): void {
    this.#mpls = mpls;
    this.#intake.setInterfaceNames(mpls?.interfaces ?? []);
    this.#surroundings.listenOnLsps(mpls !== null && mpls.interfaces.length > 0);
    const { sourceIpv4 = null, sourceIpv6 = null, enabled = false } = mpls?.ingress ?? {};
    const families = [sourceIpv4 !== null && ('ipv4' as const), sourceIpv6 !== null && ('ipv6' as const)];
    const wanted = families.filter((family) => family !== false);
    this.#surroundings.listenRouted(new Set(enabled ? wanted : []));
    this.ingress.setWishes(mpls, nowUs);
    this.egress.setWishes(mpls?.egress ?? null, nowUs);
  }

  #clear(key: SessionKey, graceful: boolean, nowUs: number): MplsActionResult {
    const session = this.#session(key);
    if (session === null) {
      return { type: 'refused', reason: `there is no session ${key}` };
    }
    if (session instanceof IngressSession) {
      this.ingress.clear(session, graceful, nowUs);
    } else {
      this.egress.clear(session, graceful, nowUs);
    }
    return { type: 'done' };
  }

  #resetStatistics(key: SessionKey | null): MplsActionResult {
    if (key === null) {
      this.#counters.reset();
      for (const session of this.#allSessions()) session.resetStatistics();
      return { type: 'done' };
    }
    const session = this.#session(key);
    session?.resetStatistics();
    return session === null ? { type: 'refused', reason: `there is no session ${key}` } : { type: 'done' };
  }

  #session(key: SessionKey): SessionOfEitherEnd | null {
    const tunnel = tunnelOfIngressKey(key);
    return tunnel === null ? this.egress.session(key) : this.ingress.session(tunnel);
  }

  *#allSessions(): Iterable<SessionOfEitherEnd> {
    yield* this.ingress.sessions();
    yield* this.egress.sessions();
  }
}
