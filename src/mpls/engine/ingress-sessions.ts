import type { ExternalSessions } from '../../bfd/engine/external-sessions.js';
import type { LspChannel, LspTransmitter, LspWay } from '../../net/lsp-transmitter.js';
import type { HostAddress } from '../../net/host-address.js';
import { INGRESS_RULES } from '../lsp-encapsulation.js';
import type { DesiredIngress, MplsEvent } from '../mpls-model.js';
import type { PlannedSession } from '../tunnels/plan-sessions.js';
import type { TunnelKey, TunnelLsp } from '../tunnels/tunnel.js';
import { desiredExternal } from './desired-external.js';
import { Farewells } from './farewells.js';
import type { IngressBootstraps } from './ingress-bootstraps.js';
import { IngressSession } from './ingress-session.js';
import type { CurrentWishes } from './ingress-wishes.js';
import type { LspCounters } from './lsp-counters.js';
import type { LspEvents } from './lsp-events.js';
import { LSP_INGRESS } from './lsp-session-types.js';
import type { OamSender } from './oam-sender.js';
import { takeSlice } from './slices.js';

/** What the sessions need of those around them. */
export interface IngressSessionSurroundings {
  /** Where sessions run. */
  readonly engine: ExternalSessions;
  readonly lspTransmitter: LspTransmitter;
  readonly oam: OamSender;
  readonly bootstraps: IngressBootstraps;
  readonly counters: LspCounters;
  readonly events: LspEvents;
  readonly wishes: CurrentWishes;
}

type DeletionReason = Extract<MplsEvent, { type: 'lsp-session-deleted' }>['reason'];

/** What a session is made of, when all of it is there. */
interface Makings {
  readonly ingress: DesiredIngress;
  readonly way: LspWay;
  readonly source: HostAddress;
  readonly destination: HostAddress;
  readonly channel: LspChannel;
}

/** The sessions of the ingress, one a tunnel: made, told what is wanted of them, and ended as others decide. */
export class IngressSessions {
  readonly #surroundings: IngressSessionSurroundings;
  readonly #byTunnel = new Map<TunnelKey, IngressSession>();
  /** Sessions to be told what is wanted of them now. */
  readonly #stale = new Set<IngressSession>();
  readonly #farewells: Farewells;

  constructor(surroundings: IngressSessionSurroundings) {
    this.#surroundings = surroundings;
    this.#farewells = new Farewells(surroundings.engine);
  }

  get size(): number {
    return this.#byTunnel.size;
  }

  get hasStale(): boolean {
    return this.#stale.size > 0;
  }

  /** The session of a tunnel; null: it has none. */
  get(tunnel: TunnelKey): IngressSession | null {
    return this.#byTunnel.get(tunnel) ?? null;
  }

  all(): MapIterator<IngressSession> {
    return this.#byTunnel.values();
  }

  /** Makes the session of a tunnel, and begins to set it up. False: it has no way out. */
  create({ key, tunnel, lsp }: PlannedSession, nowUs: number): boolean {
    const makings = this.#makings(tunnel.fec.family, lsp);
    if (makings === null) {
      return false;
    }
    const { engine, bootstraps, counters, events } = this.#surroundings;
    const { ingress, source, destination } = makings;
    const localDiscriminator = engine.takeDiscriminator();
    const session = new IngressSession({
      ...makings,
      fec: tunnel.fec,
      lsp,
      localDiscriminator,
      discards: counters.discardedBfdPackets,
      heard: (of, discriminator, atUs) => bootstraps.packetReceived(of, discriminator, atUs),
      bootstrap: (of) => bootstraps.record(of),
    });
    session.delayUpUs = ingress.delayUpSeconds * 1_000_000;
    const desired = desiredExternal(session.key, source.text, destination.text, ingress.session);
    const endpoints = { type: LSP_INGRESS, interfaceName: null, source, destination };
    session.entry = engine.create(desired, endpoints, session, localDiscriminator, nowUs);
    this.#byTunnel.set(key, session);
    bootstraps.add(session, nowUs);
    events.sessionCreated(session);
    return true;
  }

  /** The session of a tunnel takes another path, or other labels, from now on. */
  move({ key, lsp }: PlannedSession): void {
    const way = this.#surroundings.oam.wayOf(lsp);
    const session = this.#byTunnel.get(key);
    if (way !== null && session !== undefined) {
      session.setWay(lsp, way);
    }
  }

  /** A session is wanted no more. Graceful: its egress is told. */
  end(session: IngressSession, reason: DeletionReason, graceful: boolean, nowUs: number): void {
    const { bootstraps, engine, events } = this.#surroundings;
    this.#byTunnel.delete(session.tunnelKey);
    this.#stale.delete(session);
    events.sessionDeleted(session, reason);
    bootstraps.remove(session, nowUs);
    if (graceful) {
      this.#farewells.begin(session, nowUs);
    } else {
      session.leaving = true;
      engine.vanish(session.entry);
    }
  }

  /** All sessions are to be told what is wanted of them now. */
  makeAllStale(): void {
    this.#byTunnel.forEach((session) => this.#stale.add(session));
  }

  /** Tells some of those that are stale. */
  updateSlice(nowUs: number): void {
    for (const session of takeSlice(this.#stale)) {
      this.#update(session, nowUs);
    }
  }

  /** To be called at `pollTimeout()` or later. */
  handleTimeout(nowUs: number): void {
    this.#farewells.handleTimeout(nowUs);
  }

  /** When `handleTimeout` is next to be called; Infinity: nothing is waited for. */
  pollTimeout(): number {
    return this.#farewells.pollTimeout();
  }

  #makings(family: HostAddress['family'], lsp: TunnelLsp): Makings | null {
    const { lspTransmitter, oam, wishes } = this.#surroundings;
    const { ingress, sources } = wishes();
    const source = sources[family];
    const way = oam.wayOf(lsp);
    if (source === null || way === null || ingress === null) {
      return null;
    }
    const destination = oam.loopback(family);
    const { destinationPort } = INGRESS_RULES;
    const opened = lspTransmitter.open({ way, source, destination, destinationPort });
    return opened.ok ? { ingress, way, source, destination, channel: opened.value } : null;
  }

  #update(session: IngressSession, nowUs: number): void {
    const { engine, oam, wishes } = this.#surroundings;
    const { ingress } = wishes();
    if (ingress === null) {
      return;
    }
    session.delayUpUs = ingress.delayUpSeconds * 1_000_000;
    const way = oam.wayOf(session.lsp);
    if (way !== null) session.setWay(session.lsp, way);
    const { key, source, destination, entry } = session;
    engine.set(entry, desiredExternal(key, source.text, destination.text, ingress.session), nowUs);
  }
}
