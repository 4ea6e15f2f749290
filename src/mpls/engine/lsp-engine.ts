/**
 * BFD for LSPs on this host: the ingress and the egress together, as a pure machine. It takes what is wanted,
 * what is known of next hops and addresses, packets and time; its sessions run in the BFD engine, its packets
 * leave by the transmitters that it is given.
 *
 * Times are absolute microseconds of one monotonic clock, except where the name says `Ms`.
 */
import type { StateChangeEvent as BfdStateChangeEvent, SessionKey } from '../../bfd/engine/session-model.js';
import { SessionState, type StateName } from '../../bfd/packet/session-state.js';
import { formatAddressBytes } from '../../lib/address.js';
import { InterfaceTable, type Interfaces } from '../../net/interface-table.js';
import type { NextHop } from '../../net/next-hop.js';
import type { ReceivedDatagram } from '../../net/received-datagram.js';
import type { ReceivedLspPacket } from '../../net/received-lsp-packet.js';
import { createDecodedUdpPacket, decodeUdpPacket } from '../../net/udp-packet.js';
import type { SessionReport, StateChangeEvent } from '../engine-model.js';
import { ReceivedLabelStack } from '../label-stack.js';
import { isLoopbackDestination } from '../loopback-destination.js';
import { BFD_SINGLE_HOP_PORT } from '../lsp-encapsulation.js';
import { LSP_PING_PORT, MessageType } from '../lsp-ping/codepoints.js';
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
import type { EgressSession } from './egress-session.js';
import { EgressSide } from './egress-side.js';
import { HostFecs } from './host-fecs.js';
import { IngressSession } from './ingress-session.js';
import { IngressSide } from './ingress-side.js';
import { LspCounters } from './lsp-counters.js';
import type { LspSurroundings } from './lsp-surroundings.js';
import { PingActions } from './ping-actions.js';

/** A change of what is wanted of LSPs; `mpls` is undefined where that is what it was. */
export interface LspChange {
  readonly set: readonly DesiredTunnel[];
  readonly remove: readonly TunnelKey[];
  readonly mpls: DesiredMpls | null | undefined;
}

type LspSessions = IngressSession | EgressSession;

/** See the top of the file. */
export class LspEngine {
  readonly ingress: IngressSide;
  readonly egress: EgressSide;
  readonly #surroundings: LspSurroundings;
  readonly #counters = new LspCounters();
  readonly #fecs: HostFecs;
  readonly #pings: PingActions;
  #interfaces: Interfaces = new InterfaceTable();
  #mpls: DesiredMpls | null = null;
  /** Where packets of LSPs are taken. */
  #interfaceIndexes: ReadonlySet<number> = new Set();
  readonly #byKey = new Map<SessionKey, LspSessions>();
  /** Changes of state that have been told, and not been dealt with. */
  readonly #changes: {
    readonly session: LspSessions;
    readonly from: SessionState;
    readonly to: SessionState;
  }[] = [];
  readonly #stack = new ReceivedLabelStack();
  readonly #packet = createDecodedUdpPacket();
  readonly #source4 = new Uint8Array(4);
  readonly #source16 = new Uint8Array(16);

  constructor(surroundings: LspSurroundings, nowUs: number) {
    const onEvent = (event: Parameters<LspSurroundings['onEvent']>[0]): void => {
      if (event.type === 'lsp-session-created') this.#noteCreated(event.key, event.localDiscriminator);
      if (event.type === 'lsp-session-deleted') this.#noteDeleted(event.key, event.localDiscriminator);
      surroundings.onEvent(event);
    };
    const own = { ...surroundings, onEvent };
    this.#surroundings = surroundings;
    this.#fecs = new HostFecs(this.#interfaces);
    this.ingress = new IngressSide(own, this.#counters);
    this.egress = new EgressSide(own, this.#counters, this.#fecs, nowUs);
    this.#pings = new PingActions(own, this.ingress);
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
    this.#interfaces = interfaces;
    this.#fecs.setInterfaces(interfaces);
    this.#findInterfaces();
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
    const { bytes } = received;
    if (!this.#interfaceIndexes.has(received.interfaceIndex)) {
      this.#discard('interface');
      return;
    }
    const stack = this.#stack;
    const packet = this.#packet;
    if (!received.labelled) {
      stack.setEmpty(0);
    }
    const discard =
      (received.labelled ? stack.read(bytes, 0, bytes.length) : null) ??
      decodeUdpPacket(bytes, stack.payloadAt, bytes.length, packet);
    if (discard !== null) {
      this.#discard(discard);
    } else if (packet.destinationPort === LSP_PING_PORT) {
      this.#handleEchoRequest(bytes, nowUs);
    } else if (packet.destinationPort === BFD_SINGLE_HOP_PORT) {
      this.#handleBfd(bytes, nowUs);
    } else {
      this.#discard('port');
    }
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
    const session = this.#byKey.get(event.key);
    if (
      session === undefined ||
      session.entry.session.localDiscriminator !== event.report.localDiscriminator
    ) {
      return null;
    }
    this.#changes.push({ session, from: stateOf(event.from), to: stateOf(event.to) });
    const report = { ...event.report, lsp: session.report() };
    return { ...event, sourceAddress: session.source.text, report };
  }

  /** Deals with what sessions have told: to be called after each call of the BFD engine. */
  settle(nowUs: number): void {
    for (let change = this.#changes.shift(); change !== undefined; change = this.#changes.shift()) {
      this.#dealWith(change.session, change.from, change.to, nowUs);
    }
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
    return [...this.#byKey.keys()];
  }

  /** Null: there is no such session. */
  report(key: SessionKey): SessionReport | null {
    const session = this.#byKey.get(key);
    return session === undefined ? null : { ...session.entry.report(), lsp: session.report() };
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
    this.#findInterfaces();
    this.#surroundings.listenOnLsps(mpls !== null && mpls.interfaces.length > 0);
    const { sourceIpv4 = null, sourceIpv6 = null, enabled = false } = mpls?.ingress ?? {};
    const families = [sourceIpv4 !== null && ('ipv4' as const), sourceIpv6 !== null && ('ipv6' as const)];
    const wanted = families.filter((family) => family !== false);
    this.#surroundings.listenRouted(new Set(enabled ? wanted : []));
    this.ingress.setWishes(mpls, nowUs);
    this.egress.setWishes(mpls?.egress ?? null, nowUs);
  }

  #findInterfaces(): void {
    const names = this.#mpls?.interfaces ?? [];
    this.#interfaceIndexes = new Set(names.flatMap((name) => this.#interfaces.byName(name)?.index ?? []));
  }

  #handleBfd(bytes: Uint8Array, nowUs: number): void {
    const { addressBytes, destinationAt, destinationPort, payloadAt, payloadBytes, sourceAt } = this.#packet;
    if (!isLoopbackDestination(bytes, destinationAt, addressBytes)) {
      this.#discard('destination-address');
      return;
    }
    const source = addressBytes === 4 ? this.#source4 : this.#source16;
    for (let index = 0; index < addressBytes; index += 1) {
      source[index] = bytes[sourceAt + index] ?? 0;
    }
    const { sessions } = this.#surroundings;
    const reason = sessions.handlePacket(bytes, payloadAt, payloadBytes, source, destinationPort, nowUs);
    if (reason !== null) {
      this.#discard(reason);
    }
  }

  #handleEchoRequest(bytes: Uint8Array, nowUs: number): void {
    const { addressBytes, destinationAt, payloadAt, payloadBytes, sourceAt, sourcePort, ttl } = this.#packet;
    const stack = this.#stack;
    const request = {
      payload: bytes.slice(payloadAt, payloadAt + payloadBytes),
      labels: stack.labels(),
      ttlExpired: (stack.depth === 0 ? ttl : stack.ttl(0)) <= 1,
      source: bytes.slice(sourceAt, sourceAt + addressBytes),
      destination: bytes.slice(destinationAt, destinationAt + addressBytes),
      sourcePort,
      receivedUnixUs: this.#surroundings.wallClockMs() * 1000,
    };
    this.egress.handleEchoRequest(request, nowUs);
  }

  #dealWith(session: LspSessions, from: SessionState, to: SessionState, nowUs: number): void {
    if (session.leaving) {
      return;
    }
    const peer = session.lastKnownDiscriminator;
    if (session instanceof IngressSession) {
      this.ingress.stateChanged(session, to, nowUs);
    } else {
      this.egress.stateChanged(session, from, to, nowUs);
    }
    // RFC 7726 §2.3: that it is Down is told with the discriminators that it was Up with, for a while.
    const forgotten = session.entry.session.remoteDiscriminator === 0;
    if (from === SessionState.Up && to === SessionState.Down && forgotten && peer !== 0) {
      this.#surroundings.sessions.command(session.entry, { type: 'learn', discriminator: peer }, nowUs);
    }
  }

  #clear(key: SessionKey, graceful: boolean, nowUs: number): MplsActionResult {
    const session = this.#byKey.get(key);
    if (session === undefined) {
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
      this.#byKey.forEach((session) => session.resetStatistics());
      return { type: 'done' };
    }
    const session = this.#byKey.get(key);
    session?.resetStatistics();
    return session === undefined
      ? { type: 'refused', reason: `there is no session ${key}` }
      : { type: 'done' };
  }

  #noteCreated(key: SessionKey, localDiscriminator: number): void {
    const tunnel = key.slice(key.indexOf('/') + 1);
    const session = this.egress.sessions.get(localDiscriminator) ?? this.ingress.session(tunnel);
    if (session !== null) {
      this.#byKey.set(key, session);
    }
  }

  #noteDeleted(key: SessionKey, localDiscriminator: number): void {
    if (this.#byKey.get(key)?.entry.session.localDiscriminator === localDiscriminator) {
      this.#byKey.delete(key);
    }
  }

  #discard(reason: string): void {
    this.#counters.discardedBfdPackets.count(reason);
  }
}

const STATES: Readonly<Record<StateName, SessionState>> = {
  'admin-down': SessionState.AdminDown,
  down: SessionState.Down,
  init: SessionState.Init,
  up: SessionState.Up,
};

function stateOf(name: StateName): SessionState {
  return STATES[name];
}
