/**
 * The ingress: its tunnels, the sessions that watch them, how those are planned and how they are set up. It
 * holds what is wanted, and paces the work: the parts hold the rest.
 */
import { SessionState } from '../../bfd/packet/session-state.js';
import type { NextHop } from '../../net/next-hop.js';
import type { LspPingMessage } from '../lsp-ping/message.js';
import type { DesiredMpls, DesiredTunnel, TunnelReport } from '../mpls-model.js';
import type { TunnelKey, TunnelLsp } from '../tunnels/tunnel.js';
import { IngressBootstraps } from './ingress-bootstraps.js';
import { IngressPlanner } from './ingress-planner.js';
import type { IngressSession } from './ingress-session.js';
import { IngressSessions } from './ingress-sessions.js';
import { IngressTunnels } from './ingress-tunnels.js';
import { ingressWishes, samePacketWishes, type IngressWishes } from './ingress-wishes.js';
import type { LspCounters } from './lsp-counters.js';
import type { LspEvents } from './lsp-events.js';
import type { LspSurroundings } from './lsp-surroundings.js';
import { OamSender } from './oam-sender.js';
import { SLICE_GAP_US } from './slices.js';

/** See the top of the file. */
export class IngressSide {
  readonly oam: OamSender;
  readonly #tunnels: IngressTunnels;
  readonly #bootstraps: IngressBootstraps;
  readonly #sessions: IngressSessions;
  readonly #planner: IngressPlanner;
  #wishes: IngressWishes = ingressWishes(null);
  #nextSliceUs = -Infinity;

  constructor(surroundings: LspSurroundings, counters: LspCounters, events: LspEvents) {
    const { lspTransmitter, sessions: engine } = surroundings;
    const wishes = (): IngressWishes => this.#wishes;
    const random = (): number => surroundings.random() / 2 ** 32;
    const sessionOf = (tunnel: TunnelKey): IngressSession | null => this.session(tunnel);
    this.oam = new OamSender(surroundings, counters, wishes);
    const common = { oam: this.oam, counters, events };
    this.#bootstraps = new IngressBootstraps(this.#wishes.bootstrap, { ...common, random, sessionOf });
    const bootstraps = this.#bootstraps;
    this.#sessions = new IngressSessions({ ...common, engine, lspTransmitter, bootstraps, wishes });
    this.#tunnels = new IngressTunnels(lspTransmitter, events, wishes);
    this.#planner = new IngressPlanner(this.#tunnels, this.#sessions, events, wishes);
  }

  get wishes(): IngressWishes {
    return this.#wishes;
  }

  /** How many echo requests wait for their answers. */
  get outstanding(): number {
    return this.#bootstraps.outstanding;
  }

  tunnelKeys(): TunnelKey[] {
    return [...this.#tunnels.keys()];
  }

  tunnel(key: TunnelKey): TunnelReport | null {
    return this.#tunnels.report(key, this.session(key));
  }

  sessions(): Iterable<IngressSession> {
    return this.#sessions.all();
  }

  session(tunnel: TunnelKey): IngressSession | null {
    return this.#sessions.get(tunnel);
  }

  /** The path that packets to a tunnel take now; null: there is no such tunnel, or no path. */
  activeLsp(key: TunnelKey): TunnelLsp | null {
    const lsps = this.#tunnels.get(key)?.lsps ?? [];
    return this.session(key)?.lsp ?? lsps.find(({ usable }) => usable) ?? lsps[0] ?? null;
  }

  /** There are these tunnels, and those no longer. */
  changeTunnels(set: readonly DesiredTunnel[], remove: readonly TunnelKey[]): void {
    this.#tunnels.change(set, remove);
    this.#planner.reconsider(remove);
    this.#planner.reconsider(set.map(({ key }) => key));
  }

  /** Other wishes; null: BFD is disabled. */
  setWishes(mpls: DesiredMpls | null, nowUs: number): void {
    const before = this.#wishes;
    this.#wishes = ingressWishes(mpls);
    this.#bootstraps.setSettings(this.#wishes.bootstrap, nowUs);
    this.#planner.reconsider(this.#tunnels.keys());
    if (!samePacketWishes(before.ingress, this.#wishes.ingress)) {
      this.#sessions.makeAllStale();
    }
  }

  /** A next hop can be reached, or cannot any more. */
  usableChanged(hop: NextHop): void {
    this.#planner.reconsider(this.#tunnels.over(hop));
  }

  /** A session has changed its state. */
  stateChanged(session: IngressSession, to: SessionState, nowUs: number): void {
    if (this.session(session.tunnelKey) !== session) {
      return;
    }
    const up = to === SessionState.Up;
    session.noteUp(up);
    if (to === SessionState.Init) {
      session.noteInit(nowUs);
    }
    this.#bootstraps.sessionChanged(session, up, nowUs);
    this.#tunnels.updateState(session.tunnelKey, session);
  }

  /** An echo reply for one of the sessions has come in. */
  handleReply(reply: LspPingMessage, from: string, nowUs: number): void {
    this.#bootstraps.handleReply(reply, from, nowUs);
  }

  /** The operator ends a session; its tunnel gets another, if it still is to have one. */
  clear(session: IngressSession, graceful: boolean, nowUs: number): void {
    this.#planner.clear(session, graceful, nowUs);
  }

  /** To be called at `pollTimeout()` or later, and when something has been asked for. */
  handleTimeout(nowUs: number): void {
    this.#planner.handleTimeout(nowUs);
    this.#sessions.handleTimeout(nowUs);
    if (this.#hasWork() && nowUs >= this.#nextSliceUs) {
      this.#planner.planSlice(nowUs);
      this.#sessions.updateSlice(nowUs);
      this.#nextSliceUs = nowUs + SLICE_GAP_US;
    }
    this.#bootstraps.handleTimeout(nowUs);
  }

  /** When `handleTimeout` is next to be called; Infinity: nothing is waited for. */
  pollTimeout(): number {
    const slice = this.#hasWork() ? this.#nextSliceUs : Infinity;
    return Math.min(
      slice,
      this.#planner.pollTimeout(),
      this.#sessions.pollTimeout(),
      this.#bootstraps.pollTimeout(),
    );
  }

  #hasWork(): boolean {
    return this.#planner.hasWork || this.#sessions.hasStale;
  }
}
