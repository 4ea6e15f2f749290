import { beforeEach, describe, expect, test } from 'vitest';
import { formatPrefix } from '../../../src/lib/ip-prefix.js';
import type { EgressEffect } from '../../../src/mpls/egress/egress-effects.js';
import { EgressResponder } from '../../../src/mpls/egress/egress-responder.js';
import { DEFAULT_EGRESS_SETTINGS } from '../../../src/mpls/egress/egress-settings.js';
import type { EgressSettings } from '../../../src/mpls/egress/egress-settings.js';
import type { ReceivedEchoRequest } from '../../../src/mpls/egress/received-echo-request.js';
import { ReplyMode } from '../../../src/mpls/lsp-ping/codepoints.js';
import { echoRequestMessage } from '../../../src/mpls/lsp-ping/echo-request.js';
import type { EchoRequest } from '../../../src/mpls/lsp-ping/echo-request.js';
import { encodeLspPing } from '../../../src/mpls/lsp-ping/encode-message.js';
import { bfdDiscriminatorOf, fecStackOf, findTlv } from '../../../src/mpls/lsp-ping/message.js';
import type { Fec, LspPingTlv } from '../../../src/mpls/lsp-ping/message.js';
import { ntpTimestamp } from '../../../src/mpls/lsp-ping/ntp-timestamp.js';
import { addressBytes, prefix } from '../../support/prefix.js';
import { fromHex, readVectors, toHex } from '../../support/vector-folder.js';

const SECOND = 1_000_000;
const LABEL = 48120;
const UNIX_US = Date.UTC(2026, 10, 21) * 1000;
const FEC: Fec = { type: 'bgp', prefix: prefix('5.5.5.5/32') };
const OTHER_FEC: Fec = { type: 'bgp', prefix: prefix('5.5.5.6/32') };
const UNKNOWN_FEC: Fec = { type: 'bgp', prefix: prefix('9.9.9.9/32') };
const INGRESS = '1.1.1.1';
const REMOTE = 0x4001;
const FIRST_LOCAL = 0x2001;
const SETTINGS: EgressSettings = { ...DEFAULT_EGRESS_SETTINGS, passive: true };

let nowUs: number;
let nextDiscriminator: number;
let ending: Set<string>;
let egress: EgressResponder;

beforeEach(() => {
  nowUs = 1000 * SECOND;
  nextDiscriminator = FIRST_LOCAL;
  ending = new Set(['5.5.5.5/32', '5.5.5.6/32']);
  start({});
});

function start(settings: Partial<EgressSettings>): void {
  const surroundings = {
    forwarding: {
      labelOperation: (label: number) => (label === LABEL ? ('pop' as const) : null),
      fecMapping: (fec: Fec) =>
        fec.type !== 'nil' && ending.has(formatPrefix(fec.prefix)) ? { label: LABEL } : null,
    },
    takeDiscriminator: () => nextDiscriminator++,
  };
  egress = new EgressResponder({ ...SETTINGS, ...settings }, surroundings, nowUs);
}

interface Asked extends Partial<EchoRequest> {
  readonly tlvs?: readonly LspPingTlv[];
  readonly carrier?: Partial<ReceivedEchoRequest>;
  readonly from?: string;
}

function request({ tlvs = [], carrier = {}, from = INGRESS, ...fields }: Asked = {}): ReceivedEchoRequest {
  const message = echoRequestMessage({
    fec: FEC,
    sendersHandle: REMOTE,
    sequenceNumber: 1,
    replyMode: ReplyMode.ReplyUdp,
    discriminator: REMOTE,
    sentUnixUs: UNIX_US,
    ...fields,
  });
  return {
    payload: encodeLspPing({ ...message, tlvs: [...message.tlvs, ...tlvs] }),
    labels: [LABEL],
    ttlExpired: false,
    source: addressBytes(from),
    destination: addressBytes('127.0.0.1'),
    sourcePort: 49153,
    receivedUnixUs: UNIX_US + 250_000,
    ...carrier,
  };
}

const ask = (asked: Asked = {}) => egress.handleEchoRequest(request(asked), nowUs);
const types = (effects: readonly EgressEffect[]) => effects.map(({ type }) => type);
const reasons = (effects: readonly EgressEffect[]) =>
  effects.flatMap((effect) =>
    effect.type === 'discarded' || effect.type === 'remove-session' ? [effect.reason] : [],
  );

function replyIn(effects: readonly EgressEffect[]) {
  const sent = effects.flatMap((effect) => (effect.type === 'send-reply' ? [effect.reply] : []));
  const [reply] = sent;
  if (reply === undefined || sent.length > 1) throw new Error(`${sent.length} replies`);
  return reply;
}

/** The LSP ping message of a reference frame. */
function payloadOf(name: string): Uint8Array {
  const frame = readVectors('mpls-frames').find((vector) => vector.name === name);
  return frame?.bytes.slice(-56) ?? new Uint8Array();
}

/** A pad whose first byte says what becomes of it. */
function pad(first: number): LspPingTlv {
  return { type: 'pad', value: Uint8Array.of(first, 9, 9) };
}

/** A BFD Reverse Path with empty sub-TLVs of these types. */
function path(...subTlvTypes: number[]): LspPingTlv {
  const value = Uint8Array.from(subTlvTypes.flatMap((type) => [0, type, 0, 0]));
  return { type: 'bfd-reverse-path', value, subTlvTypes };
}

function many(count: number, fields: (index: number) => Asked): (readonly EgressEffect[])[] {
  return Array.from({ length: count }, (_, index) => ask(fields(index)));
}

function discards(effects: readonly (readonly EgressEffect[])[]): Set<string> {
  return new Set(effects.flatMap(reasons));
}

/** The session of `ask()`, Up. */
function comeUp(): number {
  ask();
  egress.sessionChanged(FIRST_LOCAL, true, nowUs);
  return FIRST_LOCAL;
}

function pass(seconds: number): readonly EgressEffect[] {
  nowUs += seconds * SECOND;
  return egress.handleTimeout(nowUs);
}

describe('RFC 5884 §6: a request with a discriminator', () => {
  test('creates the session and is answered with the discriminator of the egress', () => {
    const effects = ask();
    expect(types(effects)).toEqual(['create-session', 'send-reply']);
    expect(effects[0]).toEqual({
      type: 'create-session',
      session: { peer: INGRESS, fecs: [FEC], remoteDiscriminator: REMOTE, localDiscriminator: FIRST_LOCAL },
    });
    const reply = replyIn(effects);
    expect([bfdDiscriminatorOf(reply.message), fecStackOf(reply.message)]).toEqual([FIRST_LOCAL, [FEC]]);
    expect(reply).toMatchObject({
      destination: addressBytes(INGRESS),
      destinationPort: 49153,
      trafficClass: null,
    });
  });

  test('the reply to the reference request is the reference reply, byte for byte', () => {
    const effects = egress.handleEchoRequest(
      request({ carrier: { payload: payloadOf('ex1-echo-request') } }),
      nowUs,
    );
    expect(toHex(encodeLspPing(replyIn(effects).message))).toBe(toHex(payloadOf('ex2-echo-reply')));
  });

  test('again does not create another, whatever the reply mode', () => {
    ask();
    expect(bfdDiscriminatorOf(replyIn(ask({ sequenceNumber: 2 })).message)).toBe(FIRST_LOCAL);
    expect(types(ask({ replyMode: ReplyMode.DoNotReply }))).toEqual(['prompt-session']);
    expect(egress.sessions.size).toBe(1);
  });

  test('again has a session that is not Up send again, and leaves one that is alone', () => {
    ask();
    expect(types(ask())).toEqual(['prompt-session', 'send-reply']);
    egress.sessionChanged(FIRST_LOCAL, true, nowUs);
    expect(types(ask())).toEqual(['send-reply']);
    egress.sessionChanged(FIRST_LOCAL, false, nowUs);
    expect(types(ask())).toEqual(['prompt-session', 'send-reply']);
  });

  test('without a reply wanted creates the session all the same', () => {
    expect(types(ask({ replyMode: ReplyMode.DoNotReply }))).toEqual(['create-session']);
  });

  test('RFC 9570: reply mode 3 is answered as mode 2', () => {
    expect(types(ask({ replyMode: ReplyMode.ReplyUdpRouterAlert }))).toEqual([
      'create-session',
      'send-reply',
    ]);
  });

  test('RFC 7726 §2.1: each FEC, discriminator and ingress is a session of its own', () => {
    ask();
    expect(types(ask({ discriminator: 0x4002 }))).toContain('create-session');
    expect(types(ask({ fec: OTHER_FEC }))).toContain('create-session');
    expect(types(ask({ from: '1.1.1.2' }))).toContain('create-session');
    expect(types(ask({ fec: { ...OTHER_FEC, type: 'ldp' } as Fec }))).toContain('create-session');
    expect([egress.sessions.size, egress.sessions.countOf(INGRESS)]).toEqual([5, 4]);
  });

  test.each([
    ['another label', { carrier: { labels: [] } }, 10, 1],
    ['an unknown label', { carrier: { labels: [7777] } }, 11, 1],
    ['an unknown FEC', { fec: UNKNOWN_FEC }, 4, 1],
  ])('with %s creates none, and says why', (_, asked, returnCode, returnSubcode) => {
    const effects = ask(asked);
    expect(types(effects)).toEqual(['send-reply']);
    expect(replyIn(effects).message.header).toMatchObject({ returnCode, returnSubcode });
    expect(bfdDiscriminatorOf(replyIn(effects).message)).toBeNull();
  });
});

describe('without passive creation', () => {
  beforeEach(() => {
    start({ passive: false });
  });

  test('RFC 7726 §2.1: such a request is dropped, silently, and counted', () => {
    expect(ask()).toEqual([{ type: 'discarded', reason: 'passive-disabled' }]);
    expect(ask({ fec: UNKNOWN_FEC })).toEqual([{ type: 'discarded', reason: 'passive-disabled' }]);
  });

  test('even when something else is wrong with it', () => {
    const odd: LspPingTlv = { type: 'other', tlvType: 77, value: Uint8Array.of(1) };
    expect(ask({ tlvs: [odd] })).toEqual([{ type: 'discarded', reason: 'passive-disabled' }]);
  });

  test('a plain ping is answered', () => {
    expect(replyIn(ask({ discriminator: null })).message.header).toMatchObject({
      returnCode: 3,
      returnSubcode: 1,
    });
  });
});

describe('RFC 8029 §4.5: a reply', () => {
  test('repeats what identifies the request, and tells when it came', () => {
    const { header } = replyIn(ask({ sendersHandle: 7, sequenceNumber: 9 })).message;
    expect(header).toEqual({
      globalFlags: 0,
      messageType: 2,
      replyMode: 2,
      returnCode: 3,
      returnSubcode: 1,
      sendersHandle: 7,
      sequenceNumber: 9,
      timestampSent: ntpTimestamp(UNIX_US),
      timestampReceived: ntpTimestamp(UNIX_US + 250_000),
    });
  });

  test('has the pad when that asks for it, and not when it does not', () => {
    expect(findTlv(replyIn(ask({ tlvs: [pad(2)] })).message, 'pad')).toEqual(pad(2));
    expect(findTlv(replyIn(ask({ tlvs: [pad(1)] })).message, 'pad')).toBeNull();
  });

  test('has the octet in its IP header that is asked for', () => {
    expect(replyIn(ask({ tlvs: [{ type: 'reply-tos', trafficClass: 0xb8 }] })).trafficClass).toBe(0xb8);
  });
});

describe('what is thrown away', () => {
  test.each<[string, Asked, string]>([
    [
      'a request that was routed to this system',
      { carrier: { destination: addressBytes('5.5.5.5') } },
      'destination-address',
    ],
    ['a request from a loopback address', { from: '127.0.0.1' }, 'source-address'],
    ['a request from a multicast address', { from: '224.0.0.1' }, 'source-address'],
    ['a request from nowhere', { from: '0.0.0.0' }, 'source-address'],
    ['a request from a broadcast address', { from: '255.255.255.255' }, 'source-address'],
    ['a request from a link-local address', { from: '169.254.1.1' }, 'source-address'],
    ['a request from an unspecified IPv6 address', { from: '::' }, 'source-address'],
    ['a request from a link-local IPv6 address', { from: 'fe80::1' }, 'source-address'],
    ['a request from a mapped IPv4 address', { from: '::ffff:1.1.1.1' }, 'source-address'],
    ['a reply', { carrier: { payload: fromHex(`0001000002020301${'00'.repeat(24)}`) } }, 'not-a-request'],
    [
      'a reply that is malformed',
      { carrier: { payload: fromHex(`0001000002020301${'00'.repeat(26)}`) } },
      'not-a-request',
    ],
    ['reply mode 4', { replyMode: ReplyMode.ReplyApplicationChannel }, 'reply-mode'],
    ['reply mode 5', { replyMode: ReplyMode.ReplySpecifiedPath }, 'reply-mode'],
  ])('%s', (_, asked, reason) => {
    expect(ask(asked)).toEqual([{ type: 'discarded', reason }]);
    expect(egress.sessions.size).toBe(0);
  });

  test('RFC 6425 §3.3: a request for systems where its TTL ends, unless that is here', () => {
    const { payload } = request();
    const flagged = Uint8Array.from(payload);
    flagged[3] = 2;
    expect(ask({ carrier: { payload: flagged } })).toEqual([
      { type: 'discarded', reason: 'ttl-not-expired' },
    ]);
    expect(types(ask({ carrier: { payload: flagged, ttlExpired: true } }))).toEqual([
      'create-session',
      'send-reply',
    ]);
  });

  test.each(['2001:db8::1', 'fd00::1'])('but not an IPv6 request from %s', (from) => {
    const carrier = { destination: addressBytes('::ffff:127.0.0.1') };
    expect(types(ask({ from, carrier }))).toEqual(['create-session', 'send-reply']);
  });

  test.each(
    readVectors<{ rule?: string; returnCode?: number; erroredTlvs?: string[] }>('lsp-ping').filter(
      ({ vector }) => vector.rule !== undefined,
    ),
  )('$name', ({ vector, bytes }) => {
    const effects = ask({ carrier: { payload: bytes } });
    expect(effects[0]).toEqual({ type: 'discarded', reason: vector.rule });
    const reply = effects[1]?.type === 'send-reply' ? effects[1].reply.message : null;
    expect(reply?.header.returnCode ?? null).toBe(
      vector.rule === 'tlv-not-understood' && bytes[5] === 5 ? null : (vector.returnCode ?? null),
    );
    const errored = reply === null ? undefined : findTlv(reply, 'errored-tlvs');
    expect(toHex(errored?.value ?? new Uint8Array())).toBe(
      reply === null ? '' : (vector.erroredTlvs ?? []).join(''),
    );
    expect(egress.sessions.size).toBe(0);
  });
});

describe('RFC 9612: a reverse path', () => {
  test('is not found; the session is set up over IP all the same', () => {
    const effects = ask({ tlvs: [path(1)] });
    expect(types(effects)).toEqual(['create-session', 'send-reply']);
    expect(replyIn(effects).message.header.returnCode).toBe(193);
    expect(findTlv(replyIn(effects).message, 'bfd-reverse-path')).toEqual(path(1));
    expect(bfdDiscriminatorOf(replyIn(effects).message)).toBe(REMOTE);
  });

  test('that is empty asks for nothing', () => {
    expect(replyIn(ask({ tlvs: [path()] })).message.header.returnCode).toBe(3);
  });

  test.each([17, 18, 19, 20])('with the multicast FEC %i is refused', (type) => {
    const effects = ask({ tlvs: [path(1, type)] });
    expect(types(effects)).toEqual(['send-reply']);
    expect(replyIn(effects).message.header.returnCode).toBe(192);
  });
});

describe('RFC 7726 §2.3: the end of a session', () => {
  test('one that does not come Up is given up after the delay; asking again begins it anew', () => {
    ask();
    expect(pass(59)).toEqual([]);
    ask();
    expect(pass(59)).toEqual([]);
    expect(reasons(pass(1))).toEqual(['not-up']);
    expect([egress.sessions.size, egress.pollTimeout()]).toEqual([0, Infinity]);
  });

  test('one that is Up stays; after it went down it has the delay', () => {
    const local = comeUp();
    expect(pass(3600)).toEqual([]);
    egress.sessionChanged(local, false, nowUs);
    expect(egress.pollTimeout()).toBe(nowUs + 60 * SECOND);
    expect(pass(59)).toEqual([]);
    egress.sessionChanged(local, true, nowUs);
    expect(pass(3600)).toEqual([]);
  });

  test('one that the ingress withdraws ends quietly, and is gone after the delay', () => {
    const local = comeUp();
    expect(types(egress.peerWithdrew(local, nowUs))).toEqual(['withdraw-session']);
    expect(egress.peerWithdrew(local, nowUs)).toEqual([]);
    egress.sessionChanged(local, false, nowUs);
    expect(pass(59)).toEqual([]);
    expect(pass(1)).toMatchObject([{ type: 'remove-session', reason: 'withdrawn' }]);
  });

  test('one that was withdrawn and is asked for again is another', () => {
    egress.peerWithdrew(comeUp(), nowUs);
    expect(ask()).toMatchObject([
      { session: { localDiscriminator: FIRST_LOCAL + 1 } },
      { type: 'send-reply' },
    ]);
    expect(egress.sessions.countOf(INGRESS)).toBe(1);
    expect(new Set(reasons(pass(60)))).toEqual(new Set(['withdrawn', 'not-up']));
  });

  test('the FEC is removed: all its sessions are', () => {
    ask();
    ask({ discriminator: 0x4002 });
    ask({ fec: OTHER_FEC });
    expect(reasons(egress.fecRemoved(FEC))).toEqual(['fec-removed', 'fec-removed']);
    expect(egress.sessions.size).toBe(1);
  });

  test('or that comes out when it is asked for again', () => {
    comeUp();
    ending.delete('5.5.5.5/32');
    expect(types(ask())).toEqual(['remove-session', 'send-reply']);
  });

  test('but a request with a wrong label does it no harm', () => {
    comeUp();
    expect(types(ask({ carrier: { labels: [7777] } }))).toEqual(['send-reply']);
    expect(egress.sessions.size).toBe(1);
  });

  test('passive creation is disabled: all are removed', () => {
    comeUp();
    ask({ fec: OTHER_FEC });
    expect(reasons(egress.setSettings({ ...SETTINGS, passive: false }, nowUs))).toEqual([
      'passive-disabled',
      'passive-disabled',
    ]);
  });

  test('the operator clears one', () => {
    expect(reasons(egress.clear(comeUp()))).toEqual(['cleared']);
    expect(egress.clear(FIRST_LOCAL)).toEqual([]);
  });
});

describe('policing', () => {
  test('no more sessions than allowed; that is told once, and so is that there is room again', () => {
    start({ maxSessions: 2 });
    const effects = many(5, (index) => ({ discriminator: 100 + index })).flat();
    expect(egress.sessions.size).toBe(2);
    expect(effects.filter(({ type }) => type === 'session-limit')).toEqual([
      { type: 'session-limit', reached: true },
    ]);
    expect(reasons(effects)).toEqual(['session-limit', 'session-limit', 'session-limit']);
    expect(egress.clear(FIRST_LOCAL)).toMatchObject([
      { type: 'remove-session' },
      { type: 'session-limit', reached: false },
    ]);
    expect(types(ask())).toEqual(['create-session', 'send-reply']);
  });

  test('one peer cannot have all', () => {
    start({ maxSessions: 10, maxSessionsPerPeer: 3 });
    expect(discards(many(9, (index) => ({ discriminator: 100 + index })))).toEqual(
      new Set(['peer-session-limit']),
    );
    expect(egress.sessions.countOf(INGRESS)).toBe(3);
    expect(types(ask({ from: '1.1.1.2' }))).toEqual(['create-session', 'send-reply']);
  });

  test('sessions are created at a rate', () => {
    start({ creationRate: { perSecond: 10, burst: 4 } });
    expect(discards(many(9, (index) => ({ discriminator: 100 + index })))).toEqual(
      new Set(['creation-rate']),
    );
    expect(egress.sessions.size).toBe(4);
    nowUs += SECOND / 2;
    many(9, (index) => ({ discriminator: 200 + index }));
    expect(egress.sessions.size).toBe(8);
  });

  test('a withdrawn session makes room', () => {
    start({ maxSessions: 1 });
    egress.peerWithdrew(comeUp(), nowUs);
    expect(types(ask({ discriminator: 5 }))).toEqual(['remove-session', 'create-session', 'send-reply']);
  });

  test('once, and not after it is gone', () => {
    start({ maxSessions: 2 });
    egress.peerWithdrew(comeUp(), nowUs);
    expect(reasons(pass(60))).toEqual(['withdrawn']);
    many(2, (index) => ({ discriminator: 5 + index }));
    expect(reasons(ask({ discriminator: 9 }))).toEqual(['session-limit']);
    expect(egress.sessions.size).toBe(2);
  });

  test('time makes room, which is told too', () => {
    start({ maxSessions: 1 });
    ask();
    ask({ discriminator: 5 });
    expect(pass(60)).toMatchObject([{ type: 'remove-session' }, { type: 'session-limit', reached: false }]);
  });

  test('so does one that has not come Up in ten seconds, but no other', () => {
    start({ maxSessions: 2 });
    comeUp();
    ask({ discriminator: 5 });
    expect(reasons(ask({ discriminator: 6 }))).toEqual(['session-limit']);
    nowUs += 10 * SECOND;
    expect(types(ask({ discriminator: 6 }))).toEqual(['remove-session', 'create-session', 'send-reply']);
    expect(egress.sessions.phaseOf(FIRST_LOCAL)).toBe('up');
  });

  test('strangers do not use up the replies of the sessions there are', () => {
    start({ otherReplyRate: { perSecond: 1, burst: 3 } });
    comeUp();
    const flood = many(50, () => ({ discriminator: null, from: '6.6.6.6' }));
    expect(flood.filter((effects) => types(effects).includes('send-reply'))).toHaveLength(3);
    expect(discards(flood)).toEqual(new Set(['reply-rate']));
    expect(types(ask())).toEqual(['send-reply']);
  });

  test('a session is created even when its reply is one too many', () => {
    start({ sessionReplyRate: { perSecond: 1, burst: 1 } });
    ask();
    expect(ask({ discriminator: 5 })).toMatchObject([{ type: 'create-session' }, { reason: 'reply-rate' }]);
  });
});
