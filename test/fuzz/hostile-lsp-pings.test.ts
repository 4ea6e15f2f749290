/**
 * Damaged packets, thrown at the decoders and at the egress. `npm run fuzz:mpls` throws ten million of them;
 * in the suite FUZZ_MUTATIONS is not set, and there are fewer.
 */
import { expect, test } from 'vitest';
import { EgressResponder } from '../../src/mpls/egress/egress-responder.js';
import { DEFAULT_EGRESS_SETTINGS } from '../../src/mpls/egress/egress-settings.js';
import { ECHO_REQUEST_DISCARDS } from '../../src/mpls/egress/egress-effects.js';
import type { EgressEffect } from '../../src/mpls/egress/egress-effects.js';
import { LABEL_STACK_DISCARDS, ReceivedLabelStack } from '../../src/mpls/label-stack.js';
import {
  decodeLspPing,
  MALFORMED_RULES,
  NOT_UNDERSTOOD_RULES,
  UNANSWERABLE_RULES,
} from '../../src/mpls/lsp-ping/decode-message.js';
import { encodeLspPing } from '../../src/mpls/lsp-ping/encode-message.js';
import { createDecodedUdpPacket, decodeUdpPacket, UDP_PACKET_DISCARDS } from '../../src/net/udp-packet.js';
import { seededRandom } from '../sim/seeded-random.js';
import { mutate } from '../support/mutate.js';
import { addressBytes } from '../support/prefix.js';
import { readVectors, toHex } from '../support/vector-folder.js';

const MUTATIONS = Number(process.env['FUZZ_MUTATIONS'] ?? 60_000);
const SEED = Number(process.env['FUZZ_SEED'] ?? 1);
const TIMEOUT_MS = 60_000 + MUTATIONS / 10;

const MESSAGES = readVectors('lsp-ping').map(({ bytes }) => bytes);
const FRAMES = readVectors('mpls-frames').map(({ bytes }) => bytes);
const RULES: ReadonlySet<string> = new Set([
  ...UNANSWERABLE_RULES,
  ...MALFORMED_RULES,
  ...NOT_UNDERSTOOD_RULES,
]);
const STACK_DISCARDS: ReadonlySet<string> = new Set(LABEL_STACK_DISCARDS);
const PACKET_DISCARDS: ReadonlySet<string> = new Set(UDP_PACKET_DISCARDS);
const REQUEST_DISCARDS: ReadonlySet<string> = new Set(ECHO_REQUEST_DISCARDS);

/** Says which packet it was; `expect` for each would take most of the time. */
function fail(what: string, bytes: Uint8Array): never {
  throw new Error(`${what}: ${toHex(bytes)}`);
}

test(
  'a damaged message is a message that can be written and read again, or breaks a known rule',
  () => {
    const random = seededRandom(SEED);
    const met = new Map<string, number>();
    for (let count = 0; count < MUTATIONS; count += 1) {
      const bytes = mutate(MESSAGES, random);
      const outcome = messageOutcome(bytes);
      met.set(outcome, (met.get(outcome) ?? 0) + 1);
    }
    // The mutations reach every rule, and leave enough messages whole.
    expect(new Set(met.keys())).toEqual(new Set([...RULES, 'message']));
    expect(met.get('message')).toBeGreaterThan(MUTATIONS / 20);
  },
  TIMEOUT_MS,
);

function messageOutcome(bytes: Uint8Array): string {
  const message = decodeLspPing(bytes);
  if (!message.ok) {
    return RULES.has(message.error.rule) ? message.error.rule : fail(message.error.rule, bytes);
  }
  const written = encodeLspPing(message.value);
  const again = decodeLspPing(written);
  if (!again.ok || toHex(encodeLspPing(again.value)) !== toHex(written)) {
    fail('another message when read again', bytes);
  }
  return 'message';
}

test(
  'a damaged frame is a packet within its bounds, or breaks a known rule',
  () => {
    const random = seededRandom(SEED + 1);
    const stack = new ReceivedLabelStack();
    const packet = createDecodedUdpPacket();
    const met = new Set<string>();
    for (let count = 0; count < MUTATIONS; count += 1) {
      const bytes = mutate(FRAMES, random);
      const end = Math.floor(random() * (bytes.length + 1));
      stack.setEmpty(14);
      const stackDiscard = random() < 0.5 ? stack.read(bytes, 14, end) : null;
      const discard = stackDiscard ?? decodeUdpPacket(bytes, stack.payloadAt, end, packet);
      met.add(discard ?? 'packet');
      if (discard === null && packet.payloadAt + packet.payloadBytes > end) fail('beyond its end', bytes);
      if (discard !== null && !STACK_DISCARDS.has(discard) && !PACKET_DISCARDS.has(discard))
        fail(discard, bytes);
    }
    expect(met).toContain('packet');
    expect(met.size).toBeGreaterThan(8);
  },
  TIMEOUT_MS,
);

test(
  'an egress under damaged requests keeps to its limits, and its session stays',
  () => {
    const random = seededRandom(SEED + 2);
    let discriminators = 1;
    const settings = { ...DEFAULT_EGRESS_SETTINGS, passive: true, maxSessions: 50, maxSessionsPerPeer: 20 };
    const forwarding = {
      labelOperation: () => 'pop' as const,
      fecMapping: () => ({ label: null }),
    };
    const egress = new EgressResponder(
      settings,
      { forwarding, takeDiscriminator: () => discriminators++ },
      0,
    );
    const carrier = {
      labels: [48120],
      ttlExpired: false,
      destination: addressBytes('127.0.0.1'),
      sourcePort: 49153,
      receivedUnixUs: 0,
    };
    const good = MESSAGES.filter((bytes) => decodeLspPing(bytes).ok);
    const asked = FRAMES.find((bytes) => bytes.length === 106)?.subarray(50) ?? new Uint8Array();
    egress.handleEchoRequest({ ...carrier, payload: asked, source: addressBytes('1.1.1.1') }, 0);
    egress.sessionChanged(1, true, 0);
    let nowUs = 0;
    let replies = 0;
    for (let count = 0; count < MUTATIONS; count += 1) {
      nowUs += 1000;
      const payload = mutate([...good, asked], random);
      const source = Uint8Array.of(10, 0, 0, 1 + Math.floor(random() * 9));
      const effects = egress.handleEchoRequest({ ...carrier, payload, source }, nowUs);
      replies += checkedReplies(effects, payload);
      if (count % 1000 === 0) egress.handleTimeout(nowUs);
      if (egress.sessions.size > 50 || egress.sessions.countOf('10.0.0.1') > 20)
        fail('beyond its limits', payload);
    }
    expect(egress.sessions.phaseOf(1)).toBe('up');
    expect(replies).toBeGreaterThan(0);
    const { otherReplyRate, sessionReplyRate } = settings;
    const rate = otherReplyRate.perSecond + sessionReplyRate.perSecond;
    expect(replies).toBeLessThanOrEqual(otherReplyRate.burst + sessionReplyRate.burst + (rate * nowUs) / 1e6);
  },
  TIMEOUT_MS,
);

/** Replies are well formed and not much longer than what they answer: there is nothing to amplify. */
function checkedReplies(effects: readonly EgressEffect[], payload: Uint8Array): number {
  let replies = 0;
  for (const effect of effects) {
    if (effect.type === 'discarded' && !REQUEST_DISCARDS.has(effect.reason)) fail(effect.reason, payload);
    if (effect.type === 'send-reply') {
      const written = encodeLspPing(effect.reply.message);
      if (!decodeLspPing(written).ok) fail('a reply that cannot be read', payload);
      if (written.length > payload.length + 16) fail('a reply that is much longer', payload);
      replies += 1;
    }
  }
  return replies;
}
