/** Whatever an egress is asked, and whatever becomes of its sessions. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { EgressEffect } from '../../../src/mpls/egress/egress-effects.js';
import { EgressResponder } from '../../../src/mpls/egress/egress-responder.js';
import { DEFAULT_EGRESS_SETTINGS } from '../../../src/mpls/egress/egress-settings.js';
import { ReplyMode } from '../../../src/mpls/lsp-ping/codepoints.js';
import { echoRequestMessage } from '../../../src/mpls/lsp-ping/echo-request.js';
import { encodeLspPing } from '../../../src/mpls/lsp-ping/encode-message.js';
import { bfdDiscriminatorOf } from '../../../src/mpls/lsp-ping/message.js';
import type { Fec } from '../../../src/mpls/lsp-ping/message.js';
import { makePrefix } from '../../../src/lib/ip-prefix.js';
import { addressBytes } from '../../support/prefix.js';

const SECOND = 1_000_000;
const SETTINGS = {
  ...DEFAULT_EGRESS_SETTINGS,
  passive: true,
  maxSessions: 6,
  maxSessionsPerPeer: 4,
  deleteDelayUs: 20 * SECOND,
};

const index = fc.nat({ max: 11 });
const anyEvent = fc.oneof(
  {
    weight: 24,
    arbitrary: fc.record({
      type: fc.constant('ask' as const),
      peer: fc.integer({ min: 1, max: 3 }),
      fec: fc.nat({ max: 2 }),
      discriminator: fc.integer({ min: 1, max: 3 }),
    }),
  },
  { weight: 6, arbitrary: fc.record({ type: fc.constant('change' as const), index, up: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ type: fc.constant('withdraw' as const), index }) },
  fc.record({ type: fc.constant('clear' as const), index }),
  fc.record({ type: fc.constant('fec-removed' as const), fec: fc.nat({ max: 2 }) }),
  fc.record({ type: fc.constant('passive' as const), passive: fc.boolean() }),
  {
    weight: 2,
    arbitrary: fc.record({ type: fc.constant('pass' as const), us: fc.nat({ max: 30 * SECOND }) }),
  },
);
type AnyEvent = typeof anyEvent extends fc.Arbitrary<infer Value> ? Value : never;

const fecOf = (last: number): Fec => ({ type: 'bgp', prefix: makePrefix(Uint8Array.of(5, 5, 5, last), 32) });

/** An egress with a clock, and the sessions as its effects tell of them. */
class WatchedEgress {
  nowUs = 0;
  passive = true;
  /** By local discriminator, what each was created for. */
  readonly living = new Map<number, string>();
  readonly withdrawn = new Set<number>();
  limitReached = false;
  #next = 100;
  readonly egress: EgressResponder;

  constructor() {
    const forwarding = { labelOperation: () => 'pop' as const, fecMapping: () => ({ label: null }) };
    this.egress = new EgressResponder(SETTINGS, { forwarding, takeDiscriminator: () => this.#next++ }, 0);
  }

  apply(event: AnyEvent): void {
    switch (event.type) {
      case 'ask':
        return this.#ask(event);
      case 'change':
        return this.egress.sessionChanged(this.#pick(event.index), event.up, this.nowUs);
      case 'withdraw':
        return this.take(this.egress.peerWithdrew(this.#pick(event.index), this.nowUs));
      case 'clear':
        return this.take(this.egress.clear(this.#pick(event.index)));
      case 'fec-removed':
        return this.take(this.egress.fecRemoved(fecOf(event.fec)));
      case 'passive':
        this.passive = event.passive;
        return this.take(this.egress.setSettings({ ...SETTINGS, passive: event.passive }, this.nowUs));
      case 'pass':
        this.nowUs += event.us;
        return this.take(this.egress.handleTimeout(this.nowUs));
    }
  }

  take(effects: readonly EgressEffect[]): void {
    for (const effect of effects) this.#take(effect);
    if (this.living.size !== this.egress.sessions.size)
      throw new Error('another number of sessions than was told');
    if (this.living.size > SETTINGS.maxSessions) throw new Error('too many sessions');
    if (!this.passive && this.living.size > 0) throw new Error('a session that nobody allowed');
    const identities = [...this.living]
      .filter(([local]) => !this.withdrawn.has(local))
      .map(([, identity]) => identity);
    if (new Set(identities).size !== identities.length) throw new Error('two sessions of one identity');
  }

  #take(effect: EgressEffect): void {
    if (effect.type === 'create-session') {
      const { peer, fecs, remoteDiscriminator, localDiscriminator } = effect.session;
      this.living.set(localDiscriminator, JSON.stringify([peer, fecs, remoteDiscriminator]));
    } else if (effect.type === 'withdraw-session') {
      this.withdrawn.add(effect.session.localDiscriminator);
    } else if (effect.type === 'remove-session') {
      if (!this.living.delete(effect.session.localDiscriminator)) throw new Error('removed twice');
    } else if (effect.type === 'session-limit') {
      if (effect.reached === this.limitReached) throw new Error('the limit is told twice');
      this.limitReached = effect.reached;
    } else if (effect.type === 'send-reply') {
      const local = bfdDiscriminatorOf(effect.reply.message);
      if (local === null || !this.living.has(local)) throw new Error('a reply about no session');
    }
  }

  #ask({ peer, fec, discriminator }: Extract<AnyEvent, { type: 'ask' }>): void {
    const message = echoRequestMessage({
      fec: fecOf(fec),
      sendersHandle: 1,
      sequenceNumber: 1,
      replyMode: ReplyMode.ReplyUdp,
      discriminator,
      sentUnixUs: 0,
    });
    const request = {
      payload: encodeLspPing(message),
      labels: [],
      ttlExpired: false,
      source: Uint8Array.of(10, 0, 0, peer),
      destination: addressBytes('127.0.0.1'),
      sourcePort: 49153,
      receivedUnixUs: 0,
    };
    this.take(this.egress.handleEchoRequest(request, this.nowUs));
  }

  /** A living session, or one that there never was. */
  #pick(at: number): number {
    return [...this.living.keys()][at] ?? 1;
  }
}

test('sessions keep within their limits, are told as they are, and end', () => {
  fc.assert(
    fc.property(fc.array(anyEvent, { maxLength: 120 }), (events) => {
      const watched = new WatchedEgress();
      for (const event of events) watched.apply(event);
      for (const local of watched.living.keys()) watched.egress.sessionChanged(local, false, watched.nowUs);
      watched.nowUs += SETTINGS.deleteDelayUs;
      watched.take(watched.egress.handleTimeout(watched.nowUs));
      expect([watched.living.size, watched.egress.pollTimeout(), watched.limitReached]).toEqual([
        0,
        Infinity,
        false,
      ]);
    }),
    { numRuns: 500 },
  );
});
