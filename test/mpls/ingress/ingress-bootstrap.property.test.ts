/** Whatever happens to the sessions of an ingress, in whatever order. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { BootstrapEffect } from '../../../src/mpls/ingress/bootstrap-effects.js';
import { DEFAULT_BOOTSTRAP_SETTINGS } from '../../../src/mpls/ingress/bootstrap-settings.js';
import type { BootstrapSettings } from '../../../src/mpls/ingress/bootstrap-settings.js';
import { IngressBootstrap } from '../../../src/mpls/ingress/ingress-bootstrap.js';
import { MessageType, ReplyMode } from '../../../src/mpls/lsp-ping/codepoints.js';
import { NO_TIMESTAMP } from '../../../src/mpls/lsp-ping/ntp-timestamp.js';
import { seededRandom } from '../../sim/seeded-random.js';

const SECOND = 1_000_000;
const KEYS = 8;

const anySettings = fc.record<BootstrapSettings>({
  ...Object.fromEntries(
    Object.entries(DEFAULT_BOOTSTRAP_SETTINGS).map(([name, value]) => [name, fc.constant(value)]),
  ),
  pingIntervalUs: fc.integer({ min: 30, max: 600 }).map((seconds) => seconds * SECOND),
  retryIntervalUs: fc.integer({ min: 1, max: 30 }).map((seconds) => seconds * SECOND),
  replyMode: fc.constantFrom(ReplyMode.DoNotReply, ReplyMode.ReplyUdp),
  maxOutstanding: fc.integer({ min: 1, max: 4 }),
  answerTimeoutUs: fc.integer({ min: 1, max: 5 }).map((seconds) => seconds * SECOND),
  requestRate: fc.constant({ perSecond: 1_000_000, burst: 1_000_000 }),
});
const key = fc.nat({ max: KEYS - 1 });
const anyEvent = fc.oneof(
  { weight: 2, arbitrary: fc.record({ type: fc.constant('add' as const), key }) },
  fc.record({ type: fc.constant('remove' as const), key }),
  fc.record({ type: fc.constant('up' as const), key, up: fc.boolean() }),
  fc.record({ type: fc.constant('packet' as const), key }),
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant('reply' as const),
      key,
      returnCode: fc.constantFrom(3, 3, 10),
      back: fc.nat({ max: 2 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ type: fc.constant('pass' as const), us: fc.nat({ max: 90 * SECOND }) }),
  },
  fc.record({ type: fc.constant('settings' as const), settings: anySettings }),
);
type AnyEvent = typeof anyEvent extends fc.Arbitrary<infer Value> ? Value : never;

/** An ingress with a clock, that checks after every step what always holds. */
class WatchedBootstrap {
  nowUs = 1000 * SECOND;
  settings: BootstrapSettings;
  shortestRetryUs: number;
  shortestTimeoutUs: number;
  readonly bootstrap: IngressBootstrap;
  readonly known = new Set<number>();
  readonly lastRequestUs = new Map<number, number>();

  constructor(settings: BootstrapSettings) {
    this.settings = settings;
    this.shortestRetryUs = settings.retryIntervalUs;
    this.shortestTimeoutUs = settings.answerTimeoutUs;
    this.bootstrap = new IngressBootstrap(settings, seededRandom(7));
  }

  apply(event: AnyEvent): void {
    if (event.type === 'pass') return this.pass(event.us);
    if (event.type === 'settings') {
      // What is outstanding already stays so.
      this.settings = {
        ...event.settings,
        maxOutstanding: Math.max(this.settings.maxOutstanding, event.settings.maxOutstanding),
      };
      this.shortestRetryUs = Math.min(this.shortestRetryUs, this.settings.retryIntervalUs);
      this.shortestTimeoutUs = Math.min(this.shortestTimeoutUs, this.settings.answerTimeoutUs);
      return this.take(this.bootstrap.setSettings(this.settings, this.nowUs));
    }
    const name = `${event.key}`;
    switch (event.type) {
      case 'add':
        if (this.known.has(event.key)) return;
        this.known.add(event.key);
        return this.take(this.bootstrap.add(name, event.key + 1, this.nowUs));
      case 'remove':
        this.known.delete(event.key);
        this.lastRequestUs.delete(event.key);
        return this.take(this.bootstrap.remove(name, this.nowUs));
      case 'up':
        return this.take(this.bootstrap.sessionChanged(name, event.up, this.nowUs));
      case 'packet':
        return this.take(this.bootstrap.packetReceived(name, 0x2001, this.nowUs));
      case 'reply':
        return this.take(this.#reply(event.key, event.returnCode, event.back));
    }
  }

  pass(us: number): void {
    const untilUs = this.nowUs + us;
    for (let fruitless = 0; this.bootstrap.pollTimeout() <= untilUs;) {
      const deadline = this.bootstrap.pollTimeout();
      this.nowUs = Math.max(this.nowUs, deadline);
      this.take(this.bootstrap.handleTimeout(this.nowUs));
      fruitless = this.bootstrap.pollTimeout() === deadline ? fruitless + 1 : 0;
      if (fruitless > 1) throw new Error(`the deadline ${deadline} does not pass`);
    }
    this.nowUs = untilUs;
  }

  take(effects: readonly BootstrapEffect[]): void {
    for (const effect of effects) {
      if (effect.type === 'reply-discarded') continue;
      const session = Number(effect.key);
      if (!this.known.has(session)) throw new Error(`an effect for ${session}, which is gone`);
      if (effect.type === 'send-echo-request') this.#noteRequest(session);
    }
    if (this.bootstrap.outstanding > this.settings.maxOutstanding)
      throw new Error('too many are outstanding');
    if (this.known.size > 0 && this.bootstrap.pollTimeout() === Infinity)
      throw new Error('nothing is waited for');
  }

  #noteRequest(session: number): void {
    const lastUs = this.lastRequestUs.get(session) ?? -Infinity;
    // What nobody answers is repeated sooner, but not before it has been given up.
    if (this.nowUs - lastUs < Math.min(0.75 * this.shortestRetryUs, this.shortestTimeoutUs))
      throw new Error(`requests for ${session} follow too fast`);
    this.lastRequestUs.set(session, this.nowUs);
  }

  #reply(session: number, returnCode: number, back: number): readonly BootstrapEffect[] {
    const sequenceNumber = (this.bootstrap.record(`${session}`)?.sequenceNumber ?? 0) - back;
    const header = {
      globalFlags: 0,
      messageType: MessageType.EchoReply,
      replyMode: ReplyMode.ReplyUdp,
      returnCode,
      returnSubcode: 1,
      sendersHandle: session + 1,
      sequenceNumber,
      timestampSent: NO_TIMESTAMP,
      timestampReceived: NO_TIMESTAMP,
    };
    const tlvs = [{ type: 'bfd-discriminator' as const, discriminator: 0x2001 }];
    return this.bootstrap.handleReply({ header, tlvs }, '5.5.5.5', this.nowUs);
  }
}

test('requests keep within their number and their pace, are of sessions that there are, and never cease', () => {
  fc.assert(
    fc.property(anySettings, fc.array(anyEvent, { maxLength: 80 }), (settings, events) => {
      const watched = new WatchedBootstrap(settings);
      for (const event of events) watched.apply(event);
      const beforeUs = watched.nowUs;
      // Each session is asked for within an interval, and the time that those before it may take.
      watched.pass(watched.settings.pingIntervalUs + watched.settings.retryIntervalUs + KEYS * 6 * SECOND);
      const asked = [...watched.known].filter(
        (session) => (watched.lastRequestUs.get(session) ?? 0) > beforeUs,
      );
      expect(asked).toEqual([...watched.known]);
    }),
    { numRuns: 400 },
  );
});
