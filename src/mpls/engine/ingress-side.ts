/**
 * The ingress: its tunnels, the sessions that watch them, and how those are set up. It takes what is wanted
 * and what is known of next hops, and plans some tunnels at a time: those that a change concerns, and none
 * else, so that sessions that run are not held up by thousands that come.
 */
import { SessionState } from '../../bfd/packet/session-state.js';
import { DeadlineQueue } from '../../lib/deadline-queue.js';
import { hostAddress, parseHostAddress, type HostAddress } from '../../net/host-address.js';
import type { LspWay } from '../../net/lsp-transmitter.js';
import type { NextHop } from '../../net/next-hop.js';
import { TYPE_OF_SERVICE } from '../../net/transmitter.js';
import type { UdpPacketHeader } from '../../net/udp-packet.js';
import type { BootstrapEffect } from '../ingress/bootstrap-effects.js';
import { IngressBootstrap } from '../ingress/ingress-bootstrap.js';
import { LABEL_ENTRY_BYTES, writeLabelStack } from '../label-stack.js';
import { loopbackDestination } from '../loopback-destination.js';
import { INGRESS_RULES, oamLabelStack } from '../lsp-encapsulation.js';
import { LSP_PING_PORT } from '../lsp-ping/codepoints.js';
import { echoRequestMessage, type EchoRequest } from '../lsp-ping/echo-request.js';
import { encodeLspPing } from '../lsp-ping/encode-message.js';
import type { LspPingMessage } from '../lsp-ping/message.js';
import type { DesiredMpls, DesiredTunnel, MplsEvent, TunnelReport } from '../mpls-model.js';
import type { PassiveRemovalReason } from '../egress/egress-effects.js';
import { planSessions, type PlannedSession, type RemovalReason } from '../tunnels/plan-sessions.js';
import { tunnelState, type MonitorState } from '../tunnels/tunnel-state.js';
import type { Tunnel, TunnelKey, TunnelLsp } from '../tunnels/tunnel.js';
import { desiredExternal } from './desired-external.js';
import { Farewells } from './farewells.js';
import { ingressSessionKey, IngressSession } from './ingress-session.js';
import { ingressWishes, samePacketWishes, type IngressWishes } from './ingress-wishes.js';
import type { LspCounters } from './lsp-counters.js';
import { LSP_INGRESS } from './lsp-session-types.js';
import type { LspSurroundings } from './lsp-surroundings.js';
import { NextHops } from './next-hops.js';
import { SLICE_GAP_US, takeSlice } from './slices.js';
import { TunnelRecord } from './tunnel-record.js';

/** A way out that could not be opened is tried again. */
const RETRY_US = 1_000_000;

/** See the top of the file. */
export class IngressSide {
  readonly #surroundings: LspSurroundings;
  readonly #counters: LspCounters;
  readonly #hops: NextHops;
  readonly #farewells: Farewells;
  readonly #bootstrap: IngressBootstrap;
  readonly #tunnels = new Map<TunnelKey, TunnelRecord>();
  readonly #sessions = new Map<TunnelKey, IngressSession>();
  /** Tunnels to be looked at anew. */
  readonly #dirty = new Set<TunnelKey>();
  /** Tunnels that the limit has turned down. */
  readonly #turnedDown = new Set<TunnelKey>();
  /** Sessions to be told what is wanted of them now. */
  readonly #stale = new Set<IngressSession>();
  readonly #retries = new DeadlineQueue<TunnelKey>();
  #wishes: IngressWishes = ingressWishes(null);
  #nextSliceUs = -Infinity;
  #limitTold = false;

  constructor(surroundings: LspSurroundings, counters: LspCounters) {
    this.#surroundings = surroundings;
    this.#counters = counters;
    this.#hops = new NextHops(surroundings.lspTransmitter);
    this.#farewells = new Farewells(surroundings.sessions);
    const random = (): number => surroundings.random() / 2 ** 32;
    this.#bootstrap = new IngressBootstrap(this.#wishes.bootstrap, random);
  }

  /** The sessions, by their tunnels. */
  get sessions(): ReadonlyMap<TunnelKey, IngressSession> {
    return this.#sessions;
  }

  get wishes(): IngressWishes {
    return this.#wishes;
  }

  /** How many echo requests wait for their answers. */
  get outstanding(): number {
    return this.#bootstrap.outstanding;
  }

  tunnelKeys(): TunnelKey[] {
    return [...this.#tunnels.keys()];
  }

  tunnel(key: TunnelKey): TunnelReport | null {
    return this.#tunnels.get(key)?.report(this.#wishes.interfaces) ?? null;
  }

  session(tunnel: TunnelKey): IngressSession | null {
    return this.#sessions.get(tunnel) ?? null;
  }

  /** There are these tunnels, and those no longer. */
  changeTunnels(set: readonly DesiredTunnel[], remove: readonly TunnelKey[]): void {
    for (const key of remove) {
      const gone = this.#tunnels.get(key);
      this.#tunnels.delete(key);
      gone?.release(this.#hops, null);
      this.#dirty.add(key);
    }
    for (const desired of set) {
      const before = this.#tunnels.get(desired.key) ?? null;
      const record = new TunnelRecord(desired, this.#hops, this.#surroundings.wallClockMs());
      before?.release(this.#hops, record);
      record.session = before?.session ?? null;
      record.state = before?.state ?? null;
      record.reason = before?.reason ?? record.reason;
      record.lastChangeMs = before?.lastChangeMs ?? record.lastChangeMs;
      this.#tunnels.set(desired.key, record);
      this.#dirty.add(desired.key);
    }
  }

  /** Other wishes; null: BFD is disabled. */
  setWishes(mpls: DesiredMpls | null, nowUs: number): void {
    const before = this.#wishes;
    this.#wishes = ingressWishes(mpls);
    this.#obey(this.#bootstrap.setSettings(this.#wishes.bootstrap, nowUs));
    for (const key of this.#tunnels.keys()) {
      this.#dirty.add(key);
    }
    if (!samePacketWishes(before.ingress, this.#wishes.ingress)) {
      this.#sessions.forEach((session) => this.#stale.add(session));
    }
  }

  /** A next hop can be reached, or cannot any more. */
  usableChanged(hop: NextHop): void {
    for (const key of this.#hops.tunnelsOver(hop)) {
      this.#dirty.add(key);
    }
  }

  /** A session has changed its state. */
  stateChanged(session: IngressSession, to: SessionState, nowUs: number): void {
    if (this.#sessions.get(session.tunnelKey) !== session) {
      return;
    }
    const up = to === SessionState.Up;
    session.noteUp(up);
    if (to === SessionState.Init) {
      session.noteInit(nowUs);
    }
    this.#obey(this.#bootstrap.sessionChanged(session.tunnelKey, up, nowUs));
    const record = this.#tunnels.get(session.tunnelKey);
    if (record !== undefined) {
      this.#updateState(record, record.tunnel(this.#wishes.interfaces));
    }
  }

  /** An echo reply for one of the sessions has come in. */
  handleReply(reply: LspPingMessage, from: string, nowUs: number): void {
    this.#obey(this.#bootstrap.handleReply(reply, from, nowUs));
  }

  /** The operator ends a session; its tunnel gets another, if it still is to have one. */
  clear(session: IngressSession, graceful: boolean, nowUs: number): void {
    this.#remove(session, 'cleared', graceful, nowUs);
    this.#dirty.add(session.tunnelKey);
  }

  /** To be called at `pollTimeout()` or later, and when something has been asked for. */
  handleTimeout(nowUs: number): void {
    for (let key = this.#retries.take(nowUs); key !== null; key = this.#retries.take(nowUs)) {
      this.#dirty.add(key);
    }
    this.#farewells.handleTimeout(nowUs);
    if (this.#hasWork() && nowUs >= this.#nextSliceUs) {
      this.#planSlice(nowUs);
      this.#updateSlice(nowUs);
      this.#nextSliceUs = nowUs + SLICE_GAP_US;
    }
    this.#obey(this.#bootstrap.handleTimeout(nowUs));
  }

  /** When `handleTimeout` is next to be called; Infinity: nothing is waited for. */
  pollTimeout(): number {
    const slice = this.#hasWork() ? this.#nextSliceUs : Infinity;
    return Math.min(
      slice,
      this.#retries.next(),
      this.#farewells.pollTimeout(),
      this.#bootstrap.pollTimeout(),
    );
  }

  /** Sends an echo request for a tunnel; false: it could not leave. */
  sendEchoRequest(request: EchoRequest, source: HostAddress, destination: HostAddress, way: LspWay): boolean {
    const payload = encodeLspPing(echoRequestMessage(request));
    const header: UdpPacketHeader = {
      source: source.bytes,
      destination: destination.bytes,
      ttl: INGRESS_RULES.transmitTtl,
      trafficClass: TYPE_OF_SERVICE,
      identification: request.sequenceNumber & 0xffff,
      sourcePort: this.#surroundings.routedPing.replyPort(source.family),
      destinationPort: LSP_PING_PORT,
    };
    this.#counters.echoRequestsSent += 1;
    return this.#surroundings.lspTransmitter.sendSingle(way, header, payload);
  }

  /** A destination that no router forwards to, picked at random. */
  loopback(family: HostAddress['family']): HostAddress {
    return hostAddress(loopbackDestination(family, this.#surroundings.random()));
  }

  /** How OAM packets of a path leave; null: its next hop is no address. */
  wayOf(lsp: Omit<TunnelLsp, 'usable' | 'role'>): LspWay | null {
    const address = parseHostAddress(lsp.nextHop);
    if (address === null) {
      return null;
    }
    const { ingress } = this.#wishes;
    const stack = oamLabelStack(lsp.labels, ingress?.trafficClass ?? 0, ingress?.innerLabelTtlOne ?? false);
    const labels = new Uint8Array(stack.length * LABEL_ENTRY_BYTES);
    writeLabelStack(stack, labels, 0);
    return { hop: { interfaceName: lsp.outInterface, address }, labels };
  }

  /** The path that packets to a tunnel take now; null: there is no such tunnel, or no path. */
  activeLsp(key: TunnelKey): TunnelLsp | null {
    const lsps = this.#tunnels.get(key)?.tunnel(this.#wishes.interfaces).lsps ?? [];
    return this.#sessions.get(key)?.lsp ?? lsps.find(({ usable }) => usable) ?? lsps[0] ?? null;
  }

  #hasWork(): boolean {
    return this.#dirty.size > 0 || this.#stale.size > 0;
  }

  #planSlice(nowUs: number): void {
    const tunnels = new Map<TunnelKey, Tunnel>();
    const current = new Map<TunnelKey, TunnelLsp>();
    for (const key of takeSlice(this.#dirty)) {
      const record = this.#tunnels.get(key);
      const session = this.#sessions.get(key);
      if (record !== undefined) tunnels.set(key, record.tunnel(this.#wishes.interfaces));
      if (session !== undefined) current.set(key, session.lsp);
      this.#turnedDown.delete(key);
    }
    const { planning } = this.#wishes;
    const others = this.#sessions.size - current.size;
    const limit = planning.maxSessions;
    const maxSessions = limit === null ? null : Math.max(0, limit - others);
    const plan = planSessions(tunnels, { ...planning, maxSessions }, current);
    for (const { key, reason } of plan.remove) {
      this.#removePlanned(key, reason, nowUs);
    }
    for (const [key, { reason }] of plan.decisions) {
      this.#decide(key, reason);
    }
    for (const planned of plan.move) {
      this.#move(planned);
    }
    this.#renewWithOtherSource(tunnels.keys(), nowUs);
    for (const planned of plan.create) {
      this.#create(planned, nowUs);
    }
    for (const [key, tunnel] of tunnels) {
      const record = this.#tunnels.get(key);
      if (record !== undefined) this.#updateState(record, tunnel);
    }
    this.#tellLimit(limit);
  }

  #create({ key, tunnel, lsp }: PlannedSession, nowUs: number): void {
    const { sessions, lspTransmitter, wallClockMs } = this.#surroundings;
    const record = this.#tunnels.get(key);
    const source = this.#wishes.sources[tunnel.fec.family];
    const way = this.wayOf(lsp);
    const { ingress } = this.#wishes;
    if (record === undefined || source === null || way === null || ingress === null) {
      return;
    }
    const destination = this.loopback(tunnel.fec.family);
    const path = { way, source, destination, destinationPort: INGRESS_RULES.destinationPort };
    const opened = lspTransmitter.open(path);
    if (!opened.ok) {
      record.reason = 'no-lsp';
      this.#retries.set(key, nowUs + RETRY_US);
      return;
    }
    const localDiscriminator = sessions.takeDiscriminator();
    const session = new IngressSession({
      fec: tunnel.fec,
      source,
      destination,
      channel: opened.value,
      way,
      lsp,
      localDiscriminator,
      discards: this.#counters.discardedBfdPackets,
      heard: (of, discriminator, atUs) => this.#heard(of, discriminator, atUs),
      bootstrap: (of) => this.#recordOf(of),
    });
    session.delayUpUs = ingress.delayUpSeconds * 1_000_000;
    const desired = desiredExternal(session.key, source.text, destination.text, ingress.session);
    const endpoints = { type: LSP_INGRESS, interfaceName: null, source, destination };
    session.entry = sessions.create(desired, endpoints, session, localDiscriminator, nowUs);
    this.#sessions.set(key, session);
    record.session = session;
    const created = { type: 'lsp-session-created', timeMs: wallClockMs(), key: session.key } as const;
    this.#obey(this.#bootstrap.add(key, localDiscriminator, nowUs));
    this.#tell({ ...created, localDiscriminator, lsp: session.report() });
  }

  /** A session whose source address is no longer wanted is made anew: it must not change (RFC 5884 §7). */
  #renewWithOtherSource(keys: Iterable<TunnelKey>, nowUs: number): void {
    for (const key of keys) {
      const session = this.#sessions.get(key);
      const wanted = session === undefined ? null : this.#wishes.sources[session.fec.family];
      if (session !== undefined && wanted !== null && wanted.text !== session.source.text) {
        this.#remove(session, 'no-source-address', true, nowUs);
        this.#dirty.add(key);
      }
    }
  }

  #move({ key, lsp }: PlannedSession): void {
    const way = this.wayOf(lsp);
    const session = this.#sessions.get(key);
    if (way !== null && session !== undefined) {
      session.setWay(lsp, way);
    }
  }

  #removePlanned(key: TunnelKey, reason: RemovalReason, nowUs: number): void {
    const session = this.#sessions.get(key);
    if (session !== undefined) {
      this.#remove(session, reason, true, nowUs);
    }
  }

  #remove(
    session: IngressSession,
    reason: RemovalReason | PassiveRemovalReason,
    graceful: boolean,
    nowUs: number,
  ): void {
    const { tunnelKey: key, localDiscriminator } = session;
    const lsp = session.report();
    this.#sessions.delete(key);
    this.#stale.delete(session);
    const record = this.#tunnels.get(key);
    if (record !== undefined) {
      record.session = null;
    }
    this.#obey(this.#bootstrap.remove(key, nowUs));
    const timeMs = this.#surroundings.wallClockMs();
    this.#tell({ type: 'lsp-session-deleted', timeMs, key: session.key, localDiscriminator, lsp, reason });
    if (graceful) {
      this.#farewells.begin(session, nowUs);
    } else {
      session.leaving = true;
      this.#surroundings.sessions.vanish(session.entry);
    }
    // There is room again for one that was turned down.
    for (const next of this.#turnedDown) {
      this.#turnedDown.delete(next);
      this.#dirty.add(next);
      break;
    }
  }

  #updateSlice(nowUs: number): void {
    const { ingress } = this.#wishes;
    for (const session of takeSlice(this.#stale)) {
      if (ingress === null || this.#sessions.get(session.tunnelKey) !== session) {
        continue;
      }
      session.delayUpUs = ingress.delayUpSeconds * 1_000_000;
      const way = this.wayOf(session.lsp);
      if (way !== null) session.setWay(session.lsp, way);
      const { key, source, destination, entry } = session;
      const desired = desiredExternal(key, source.text, destination.text, ingress.session);
      this.#surroundings.sessions.set(entry, desired, nowUs);
    }
  }

  #decide(key: TunnelKey, reason: TunnelRecord['reason']): void {
    const record = this.#tunnels.get(key);
    if (record !== undefined) {
      record.reason = reason;
    }
    if (reason === 'session-limit') {
      this.#turnedDown.add(key);
    }
  }

  #tellLimit(limit: number | null): void {
    const reached = this.#turnedDown.size > 0;
    if (reached === this.#limitTold || this.#dirty.size > 0) {
      return;
    }
    this.#limitTold = reached;
    const timeMs = this.#surroundings.wallClockMs();
    this.#tell({
      type: 'session-limit',
      timeMs,
      role: 'ingress',
      limit: limit ?? this.#sessions.size,
      reached,
    });
  }

  #updateState(record: TunnelRecord, tunnel: Tunnel): void {
    const state = tunnelState(tunnel, monitorState(record.session));
    const from = record.state;
    if (from === state) {
      return;
    }
    record.state = state;
    record.lastChangeMs = this.#surroundings.wallClockMs();
    if (from !== null) {
      const { key: fec, lastChangeMs: timeMs, session } = record;
      const change = { fec, from, to: state, session: session?.key ?? null };
      this.#tell({ type: 'tunnel-state-change', timeMs, ...change });
    }
  }

  #heard(session: IngressSession, discriminator: number, nowUs: number): void {
    this.#obey(this.#bootstrap.packetReceived(session.tunnelKey, discriminator, nowUs));
  }

  #recordOf(session: IngressSession): ReturnType<IngressBootstrap['record']> {
    const record = this.#bootstrap.record(session.tunnelKey);
    return record?.sendersHandle === session.localDiscriminator ? record : null;
  }

  #obey(effects: readonly BootstrapEffect[]): void {
    for (const effect of effects) {
      switch (effect.type) {
        case 'send-echo-request':
          this.#request(effect);
          break;
        case 'discriminator-learned':
          // The egress speaks first (RFC 5884 §6); what it said is kept for the operator to read.
          break;
        case 'bootstrap-failed':
        case 'verification-failed':
          this.#tellFailure(effect);
          break;
        case 'reply-discarded':
          this.#counters.discardedEchoReplies.count(effect.reason);
          break;
      }
    }
  }

  #request(effect: Extract<BootstrapEffect, { type: 'send-echo-request' }>): void {
    const session = this.#sessions.get(effect.key);
    if (session === undefined) {
      return;
    }
    const sentMs = this.#surroundings.wallClockMs();
    const { sendersHandle, sequenceNumber, replyMode } = effect;
    const request: EchoRequest = {
      fec: { type: 'bgp', prefix: session.fec },
      sendersHandle,
      sequenceNumber,
      replyMode,
      discriminator: sendersHandle,
      sentUnixUs: sentMs * 1000,
    };
    session.lastEchoMs = sentMs;
    this.sendEchoRequest(request, session.source, session.destination, session.way);
  }

  #tellFailure(effect: Extract<BootstrapEffect, { type: 'bootstrap-failed' | 'verification-failed' }>): void {
    const { key: fec, failure } = effect;
    const up = effect.type === 'verification-failed';
    const timeMs = this.#surroundings.wallClockMs();
    this.#tell({ type: 'bootstrap-failed', timeMs, key: ingressSessionKey(fec), fec, up, failure });
  }

  #tell(event: MplsEvent): void {
    this.#surroundings.onEvent(event);
  }
}

function monitorState(session: IngressSession | null): MonitorState {
  if (session === null) return 'none';
  if (!session.hasBeenUp) return 'starting';
  return session.up ? 'up' : 'down';
}
