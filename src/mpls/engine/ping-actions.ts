/** Pings that operators ask for: several may run at a time, each with a handle of its own. */
import { ReplyMode } from '../lsp-ping/codepoints.js';
import type { LspPingMessage } from '../lsp-ping/message.js';
import { OnDemandPing, type OnDemandPingEffect } from '../lsp-ping/on-demand-ping.js';
import { parsePrefix, type IpPrefix } from '../../lib/ip-prefix.js';
import type { HostAddress } from '../../net/host-address.js';
import type { MplsAction, MplsActionResult } from '../mpls-model.js';
import type { IngressSide } from './ingress-side.js';
import type { LspSurroundings } from './lsp-surroundings.js';

/** Between two requests of a ping. */
const PING_INTERVAL_US = 1_000_000;
/** Pings that may run at a time. */
const PINGS_MAX = 64;

type PingAction = Extract<MplsAction, { type: 'lsp-ping' }>;

interface RunningPing {
  readonly action: PingAction;
  readonly fec: IpPrefix;
  readonly handle: number;
  readonly ping: OnDemandPing;
  readonly source: HostAddress;
  readonly destination: HostAddress;
  readonly done: (result: MplsActionResult) => void;
}

/** See the top of the file. */
export class PingActions {
  readonly #surroundings: LspSurroundings;
  readonly #ingress: IngressSide;
  readonly #running = new Map<number, RunningPing>();

  constructor(surroundings: LspSurroundings, ingress: IngressSide) {
    this.#surroundings = surroundings;
    this.#ingress = ingress;
  }

  /** Begins a ping; `done` is told what came of it. */
  start(action: PingAction, done: (result: MplsActionResult) => void, nowUs: number): void {
    const fec = parsePrefix(action.fec);
    const lsp = fec.ok ? this.#ingress.activeLsp(action.fec) : null;
    if (!fec.ok || lsp === null) {
      done({ type: 'refused', reason: `there is no tunnel ${action.fec} with an LSP` });
      return;
    }
    const source = this.#ingress.wishes.sources[fec.value.family];
    if (source === null) {
      done({ type: 'refused', reason: `no source address is configured for ${fec.value.family}` });
      return;
    }
    if (!lsp.usable && this.#ingress.session(action.fec) === null) {
      const { nextHop, outInterface } = lsp;
      done({ type: 'refused', reason: `the next hop ${nextHop} on ${outInterface} cannot be reached` });
      return;
    }
    if (this.#running.size >= PINGS_MAX) {
      done({ type: 'refused', reason: `${PINGS_MAX} pings are running already` });
      return;
    }
    this.#begin(action, fec.value, source, done, nowUs);
  }

  /** True: the reply was to one of these pings. */
  handleReply(reply: LspPingMessage, from: string, nowUs: number): boolean {
    const running = this.#running.get(reply.header.sendersHandle);
    if (running === undefined) {
      return false;
    }
    this.#obey(running, running.ping.handleReply(reply, from, nowUs));
    return true;
  }

  handleTimeout(nowUs: number): void {
    for (const running of this.#running.values()) {
      this.#obey(running, running.ping.handleTimeout(nowUs));
    }
  }

  /** When `handleTimeout` is next to be called; Infinity: no ping is running. */
  pollTimeout(): number {
    let next = Infinity;
    for (const { ping } of this.#running.values()) {
      next = Math.min(next, ping.pollTimeout());
    }
    return next;
  }

  #begin(
    action: PingAction,
    fec: IpPrefix,
    source: HostAddress,
    done: (result: MplsActionResult) => void,
    nowUs: number,
  ): void {
    const handle = this.#takeHandle();
    const options = {
      sendersHandle: handle,
      count: action.count,
      intervalUs: PING_INTERVAL_US,
      timeoutUs: action.timeoutMs * 1000,
      replyMode: action.replyMode === 'reply-udp' ? ReplyMode.ReplyUdp : ReplyMode.DoNotReply,
    };
    const ping = new OnDemandPing(options, nowUs);
    const destination = this.#ingress.oam.loopback(source.family);
    const running = { action, fec, handle, ping, source, destination, done };
    this.#running.set(handle, running);
    this.#obey(running, ping.handleTimeout(nowUs));
  }

  #obey(running: RunningPing, effects: readonly OnDemandPingEffect[]): void {
    for (const effect of effects) {
      if (effect.type === 'send-echo-request') {
        this.#send(running, effect.sequenceNumber);
      } else {
        this.#running.delete(running.handle);
        const { sent, replies } = running.ping;
        running.done({ type: 'lsp-ping', sent, replies });
      }
    }
  }

  /** On the path that the tunnel's packets take at that moment. */
  #send({ action, fec, handle, source, destination }: RunningPing, sequenceNumber: number): void {
    const lsp = this.#ingress.activeLsp(action.fec);
    const way = lsp === null ? null : this.#ingress.oam.wayOf(lsp);
    if (way === null) {
      return;
    }
    const request = {
      fec: { type: 'bgp', prefix: fec } as const,
      sendersHandle: handle,
      sequenceNumber,
      replyMode: action.replyMode === 'reply-udp' ? ReplyMode.ReplyUdp : ReplyMode.DoNotReply,
      discriminator: null,
      sentUnixUs: this.#surroundings.wallClockMs() * 1000,
      ...(action.size === null ? {} : { size: action.size }),
    };
    this.#ingress.oam.sendEchoRequest(request, source, destination, way);
  }

  #takeHandle(): number {
    for (;;) {
      const handle = this.#surroundings.random();
      if (handle !== 0 && !this.#running.has(handle)) {
        return handle;
      }
    }
  }
}
