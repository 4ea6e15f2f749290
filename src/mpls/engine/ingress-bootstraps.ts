import type { BootstrapEffect } from '../ingress/bootstrap-effects.js';
import type { BootstrapRecord } from '../ingress/bootstrap-record.js';
import type { BootstrapSettings } from '../ingress/bootstrap-settings.js';
import { IngressBootstrap } from '../ingress/ingress-bootstrap.js';
import type { EchoRequest } from '../lsp-ping/echo-request.js';
import type { LspPingMessage } from '../lsp-ping/message.js';
import type { TunnelKey } from '../tunnels/tunnel.js';
import { ingressSessionKey, type IngressSession } from './ingress-session.js';
import type { LspCounters } from './lsp-counters.js';
import type { LspEvents } from './lsp-events.js';
import type { OamSender } from './oam-sender.js';

/** What the bootstraps need of those around them. */
export interface BootstrapSurroundings {
  readonly oam: OamSender;
  readonly counters: LspCounters;
  readonly events: LspEvents;
  /** Random numbers, 0 ≤ r < 1. */
  readonly random: () => number;
  /** The session of a tunnel; null: it has none. */
  readonly sessionOf: (tunnel: TunnelKey) => IngressSession | null;
}

/** Does what the bootstrap of the sessions decides: sends its echo requests, and tells of what failed. */
export class IngressBootstraps {
  readonly #surroundings: BootstrapSurroundings;
  readonly #bootstrap: IngressBootstrap;

  constructor(settings: BootstrapSettings, surroundings: BootstrapSurroundings) {
    this.#surroundings = surroundings;
    this.#bootstrap = new IngressBootstrap(settings, surroundings.random);
  }

  /** How many echo requests wait for their answers. */
  get outstanding(): number {
    return this.#bootstrap.outstanding;
  }

  /** What is known of a session's bootstrap; null: it is not set up any more. */
  record({ tunnelKey, localDiscriminator }: IngressSession): Readonly<BootstrapRecord> | null {
    const record = this.#bootstrap.record(tunnelKey);
    return record?.sendersHandle === localDiscriminator ? record : null;
  }

  setSettings(settings: BootstrapSettings, nowUs: number): void {
    this.#obey(this.#bootstrap.setSettings(settings, nowUs));
  }

  /** A session is to be set up. */
  add({ tunnelKey, localDiscriminator }: IngressSession, nowUs: number): void {
    this.#obey(this.#bootstrap.add(tunnelKey, localDiscriminator, nowUs));
  }

  /** A session is gone. */
  remove({ tunnelKey }: IngressSession, nowUs: number): void {
    this.#obey(this.#bootstrap.remove(tunnelKey, nowUs));
  }

  /** A session has come Up, or has gone from Up to another state. */
  sessionChanged({ tunnelKey }: IngressSession, up: boolean, nowUs: number): void {
    this.#obey(this.#bootstrap.sessionChanged(tunnelKey, up, nowUs));
  }

  /** A BFD packet of a session that is not Up has come in. */
  packetReceived({ tunnelKey }: IngressSession, myDiscriminator: number, nowUs: number): void {
    this.#obey(this.#bootstrap.packetReceived(tunnelKey, myDiscriminator, nowUs));
  }

  /** An echo reply has come in. @param from canonical text of its source address */
  handleReply(reply: LspPingMessage, from: string, nowUs: number): void {
    this.#obey(this.#bootstrap.handleReply(reply, from, nowUs));
  }

  /** To be called at `pollTimeout()` or later. */
  handleTimeout(nowUs: number): void {
    this.#obey(this.#bootstrap.handleTimeout(nowUs));
  }

  /** When `handleTimeout` is next to be called; Infinity: nothing is waited for. */
  pollTimeout(): number {
    return this.#bootstrap.pollTimeout();
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
          this.#surroundings.counters.discardedEchoReplies.count(effect.reason);
          break;
      }
    }
  }

  #request(effect: Extract<BootstrapEffect, { type: 'send-echo-request' }>): void {
    const session = this.#surroundings.sessionOf(effect.key);
    if (session === null) {
      return;
    }
    const { oam, events } = this.#surroundings;
    const sentMs = events.nowMs();
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
    oam.sendEchoRequest(request, session.source, session.destination, session.way);
  }

  #tellFailure(effect: Extract<BootstrapEffect, { type: 'bootstrap-failed' | 'verification-failed' }>): void {
    const { key: fec, failure } = effect;
    const up = effect.type === 'verification-failed';
    this.#surroundings.events.bootstrapFailed({ key: ingressSessionKey(fec), fec, up, failure });
  }
}
