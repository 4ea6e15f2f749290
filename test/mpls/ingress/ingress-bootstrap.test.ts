import { beforeEach, describe, expect, test } from 'vitest';
import type { BootstrapEffect } from '../../../src/mpls/ingress/bootstrap-effects.js';
import { DEFAULT_BOOTSTRAP_SETTINGS } from '../../../src/mpls/ingress/bootstrap-settings.js';
import type { BootstrapSettings } from '../../../src/mpls/ingress/bootstrap-settings.js';
import { IngressBootstrap } from '../../../src/mpls/ingress/ingress-bootstrap.js';
import { MessageType, ReplyMode } from '../../../src/mpls/lsp-ping/codepoints.js';
import type { LspPingMessage } from '../../../src/mpls/lsp-ping/message.js';
import { NO_TIMESTAMP } from '../../../src/mpls/lsp-ping/ntp-timestamp.js';

const SECOND = 1_000_000;
const SETTINGS: BootstrapSettings = { ...DEFAULT_BOOTSTRAP_SETTINGS, maxOutstanding: 2 };
const FEC = '5.5.5.5/32';
const LOCAL = 0x4001;
const EGRESS = 0x2001;

let nowUs: number;
let bootstrap: IngressBootstrap;
let draw: number;

beforeEach(() => {
  nowUs = 1000 * SECOND;
  draw = 0;
  start({});
});

function start(settings: Partial<BootstrapSettings>): void {
  bootstrap = new IngressBootstrap({ ...SETTINGS, ...settings }, () => draw);
}

function reply(
  fields: Partial<LspPingMessage['header']> = {},
  discriminator: number | null = EGRESS,
): LspPingMessage {
  const tlvs = discriminator === null ? [] : [{ type: 'bfd-discriminator' as const, discriminator }];
  const header = {
    globalFlags: 0,
    messageType: MessageType.EchoReply,
    replyMode: ReplyMode.ReplyUdp,
    returnCode: 3,
    returnSubcode: 1,
    sendersHandle: LOCAL,
    sequenceNumber: 1,
    timestampSent: NO_TIMESTAMP,
    timestampReceived: NO_TIMESTAMP,
    ...fields,
  };
  return { header, tlvs };
}

/** Turns the clock, calling the machine at each of its deadlines; what came out, with the seconds passed. */
function pass(seconds: number): (BootstrapEffect & { readonly after: number })[] {
  const fromUs = nowUs;
  const untilUs = nowUs + seconds * SECOND;
  const effects: (BootstrapEffect & { readonly after: number })[] = [];
  while (bootstrap.pollTimeout() <= untilUs) {
    nowUs = Math.max(nowUs, bootstrap.pollTimeout());
    const after = (nowUs - fromUs) / SECOND;
    effects.push(...bootstrap.handleTimeout(nowUs).map((effect) => ({ ...effect, after })));
  }
  nowUs = untilUs;
  return effects;
}

const sent = (effects: readonly BootstrapEffect[]) =>
  effects.flatMap((effect) => (effect.type === 'send-echo-request' ? [effect.key] : []));

/** The seconds after which requests have gone out. */
const sentAfter = (effects: readonly (BootstrapEffect & { readonly after: number })[]) =>
  effects.flatMap(({ type, after }) => (type === 'send-echo-request' ? [after] : []));

/** The session as it is after the handshake. */
function comeUp(): void {
  bootstrap.add(FEC, LOCAL, nowUs);
  bootstrap.handleReply(reply(), '5.5.5.5', nowUs);
  bootstrap.packetReceived(FEC, EGRESS, nowUs);
  bootstrap.sessionChanged(FEC, true, nowUs);
}

describe('setting up', () => {
  test('a request goes out at once, with the discriminator as its handle', () => {
    expect(bootstrap.add(FEC, LOCAL, nowUs)).toEqual([
      {
        type: 'send-echo-request',
        key: FEC,
        sendersHandle: LOCAL,
        sequenceNumber: 1,
        replyMode: ReplyMode.ReplyUdp,
      },
    ]);
    expect(bootstrap.record(FEC)).toMatchObject({ state: 'requested', requestsSent: 1 });
  });

  test('RFC 5884 §6: the discriminator of the egress is learned from its reply', () => {
    bootstrap.add(FEC, LOCAL, nowUs);
    nowUs += 2500;
    expect(bootstrap.handleReply(reply(), '5.5.5.5', nowUs)).toEqual([
      { type: 'discriminator-learned', key: FEC, discriminator: EGRESS },
    ]);
    expect(bootstrap.record(FEC)).toMatchObject({
      state: 'confirmed',
      remoteDiscriminator: EGRESS,
      repliesReceived: 1,
      lastReturnCode: 3,
      lastReturnSubcode: 1,
      lastRoundTripUs: 2500,
    });
  });

  test('or from its BFD packet, whichever comes first', () => {
    bootstrap.add(FEC, LOCAL, nowUs);
    expect(bootstrap.packetReceived(FEC, EGRESS, nowUs)).toEqual([]);
    expect(bootstrap.handleReply(reply({}, 0x9999), '5.5.5.5', nowUs)).toEqual([]);
    expect(bootstrap.record(FEC)?.remoteDiscriminator).toBe(EGRESS);
  });

  test('RFC 5884 §6: the reply need not carry it', () => {
    bootstrap.add(FEC, LOCAL, nowUs);
    expect(bootstrap.handleReply(reply({}, null), '5.5.5.5', nowUs)).toEqual([]);
    expect(bootstrap.record(FEC)).toMatchObject({ state: 'confirmed', remoteDiscriminator: null });
  });

  test('a lost request costs a second', () => {
    bootstrap.add(FEC, LOCAL, nowUs);
    const [, repeated] = pass(1);
    expect(repeated).toMatchObject({ type: 'send-echo-request', sequenceNumber: 2, after: 1 });
    expect(bootstrap.handleReply(reply({ sequenceNumber: 2 }), '5.5.5.5', nowUs)).toMatchObject([
      { type: 'discriminator-learned' },
    ]);
  });

  test('without an answer it is repeated ever later, then at the retry interval, and told once', () => {
    start({ retryIntervalUs: 10 * SECOND });
    bootstrap.add(FEC, LOCAL, nowUs);
    const effects = pass(46);
    expect(effects.map(({ type, after }) => [type, after])).toEqual([
      ['bootstrap-failed', 1],
      ...[1, 3, 7, 15, 25, 35, 45].map((after) => ['send-echo-request', after]),
    ]);
    expect(effects[0]).toMatchObject({ failure: { cause: 'no-answer' } });
  });

  test('nor is it repeated faster than a short retry interval wants it', () => {
    start({ retryIntervalUs: 2 * SECOND });
    bootstrap.add(FEC, LOCAL, nowUs);
    expect(sentAfter(pass(8))).toEqual([1, 3, 5, 7]);
  });

  test('an answer of whatever kind ends the haste, and the next silence begins it anew', () => {
    bootstrap.add(FEC, LOCAL, nowUs);
    pass(1);
    bootstrap.handleReply(reply({ sequenceNumber: 2, returnCode: 10 }), '9.9.9.9', nowUs);
    expect(sentAfter(pass(13))).toEqual([5, 6, 8, 12]);
  });

  test('what one silence has made longer is short again after the session was Up', () => {
    bootstrap.add(FEC, LOCAL, nowUs);
    pass(100);
    bootstrap.sessionChanged(FEC, true, nowUs);
    pass(30);
    expect(sent(bootstrap.sessionChanged(FEC, false, nowUs))).toEqual([FEC]);
    expect(sentAfter(pass(4))).toEqual([1, 3]);
  });

  test('confirmed but not Up, it is tried again all the same', () => {
    bootstrap.add(FEC, LOCAL, nowUs);
    bootstrap.handleReply(reply(), '5.5.5.5', nowUs);
    expect(pass(6).map(({ type, after }) => [type, after])).toEqual([
      ['send-echo-request', 5],
      ['bootstrap-failed', 6],
      ['send-echo-request', 6],
    ]);
  });

  test.each([1, 2, 4, 8, 10, 11, 12])(
    'return code %i is a failure; another one is told anew',
    (returnCode) => {
      bootstrap.add(FEC, LOCAL, nowUs);
      const failed = bootstrap.handleReply(reply({ returnCode, returnSubcode: 2 }), '9.9.9.9', nowUs);
      expect(failed).toEqual([
        {
          type: 'bootstrap-failed',
          key: FEC,
          failure: { cause: 'return-code', returnCode, returnSubcode: 2, from: '9.9.9.9' },
        },
      ]);
      expect(bootstrap.record(FEC)).toMatchObject({ state: 'failed', remoteDiscriminator: null });
      expect(sent(pass(5))).toEqual([FEC]);
      const same = reply({ returnCode, returnSubcode: 2, sequenceNumber: 2 });
      expect(bootstrap.handleReply(same, '9.9.9.9', nowUs)).toEqual([]);
      expect(sent(pass(5))).toEqual([FEC]);
      const other = reply({ returnCode: 13, returnSubcode: 0, sequenceNumber: 3 });
      expect(bootstrap.handleReply(other, '9.9.9.9', nowUs)).toMatchObject([{ type: 'bootstrap-failed' }]);
    },
  );

  test('intervals are up to a quarter shorter, so that what began together spreads out', () => {
    draw = 1;
    bootstrap.add(FEC, LOCAL, nowUs);
    expect(sentAfter(pass(14))).toEqual([1, 2.5, 5.5, 9.25, 13]);
  });
});

describe('a session that is Up', () => {
  test('is verified at the ping interval', () => {
    comeUp();
    expect(pass(59)).toEqual([]);
    expect(pass(1)).toMatchObject([{ type: 'send-echo-request', sequenceNumber: 2 }]);
    bootstrap.handleReply(reply({ sequenceNumber: 2 }), '5.5.5.5', nowUs);
    expect(sent(pass(60))).toEqual([FEC]);
  });

  test('goes on when a verification fails; that is told once, and again after a good one', () => {
    comeUp();
    pass(60);
    const bad = (sequenceNumber: number) => reply({ returnCode: 10, sequenceNumber });
    expect(bootstrap.handleReply(bad(2), '5.5.5.5', nowUs)).toMatchObject([{ type: 'verification-failed' }]);
    pass(60);
    expect(bootstrap.handleReply(bad(3), '5.5.5.5', nowUs)).toEqual([]);
    pass(60);
    bootstrap.handleReply(reply({ sequenceNumber: 4 }), '5.5.5.5', nowUs);
    pass(60);
    expect(bootstrap.handleReply(bad(5), '5.5.5.5', nowUs)).toMatchObject([{ type: 'verification-failed' }]);
  });

  test('is set up again at once when it fails', () => {
    comeUp();
    pass(30);
    expect(sent(bootstrap.sessionChanged(FEC, false, nowUs))).toEqual([FEC]);
    expect(bootstrap.record(FEC)).toMatchObject({ remoteDiscriminator: null, state: 'requested' });
  });

  test('but not sooner than the retry interval after the last request, however it flaps', () => {
    comeUp();
    for (let flap = 0; flap < 4; flap += 1) {
      expect(bootstrap.sessionChanged(FEC, false, nowUs)).toEqual([]);
      expect(bootstrap.sessionChanged(FEC, true, nowUs)).toEqual([]);
    }
    bootstrap.sessionChanged(FEC, false, nowUs);
    expect(pass(5)).toMatchObject([{ type: 'send-echo-request', after: 5 }]);
  });

  test('that came Up before its answer waits for the answer, which tells the round trip', () => {
    bootstrap.add(FEC, LOCAL, nowUs);
    bootstrap.sessionChanged(FEC, true, nowUs);
    expect(bootstrap.outstanding).toBe(1);
    nowUs += 700;
    expect(bootstrap.handleReply(reply(), '5.5.5.5', nowUs)).toEqual([]);
    expect(bootstrap.record(FEC)?.lastRoundTripUs).toBe(700);
    expect(bootstrap.outstanding).toBe(0);
  });
});

describe('without replies', () => {
  beforeEach(() => {
    start({ replyMode: ReplyMode.DoNotReply, maxOutstanding: 1 });
  });

  test('the first BFD packet is the answer', () => {
    expect(bootstrap.add(FEC, LOCAL, nowUs)).toMatchObject([{ replyMode: ReplyMode.DoNotReply }]);
    expect(bootstrap.add('other', 7, nowUs)).toEqual([]);
    expect(sent(bootstrap.packetReceived(FEC, EGRESS, nowUs))).toEqual(['other']);
    expect(bootstrap.record(FEC)).toMatchObject({ state: 'confirmed', remoteDiscriminator: EGRESS });
  });

  test('without one it has failed; while Up it has not', () => {
    bootstrap.add(FEC, LOCAL, nowUs);
    expect(pass(1)).toMatchObject([{ type: 'bootstrap-failed' }, { type: 'send-echo-request' }]);
    bootstrap.sessionChanged(FEC, true, nowUs);
    expect(pass(200).map(({ type }) => type)).toEqual(Array(3).fill('send-echo-request'));
  });
});

describe('replies that are nobody’s', () => {
  test.each([
    ['an unknown handle', { sendersHandle: 0x9999 }, 'unknown-senders-handle'],
    ['another sequence number', { sequenceNumber: 2 }, 'unknown-sequence-number'],
    ['sequence number zero', { sequenceNumber: 0 }, 'unknown-sequence-number'],
  ])('%s', (_, fields, reason) => {
    bootstrap.add(FEC, LOCAL, nowUs);
    expect(bootstrap.handleReply(reply(fields), '9.9.9.9', nowUs)).toEqual([
      { type: 'reply-discarded', reason },
    ]);
    expect(bootstrap.record(FEC)).toMatchObject({ state: 'requested', repliesReceived: 0 });
  });

  test('a second one', () => {
    bootstrap.add(FEC, LOCAL, nowUs);
    bootstrap.handleReply(reply(), '5.5.5.5', nowUs);
    expect(bootstrap.handleReply(reply({}, 0x9999), '9.9.9.9', nowUs)).toEqual([
      { type: 'reply-discarded', reason: 'repeated-reply' },
    ]);
    expect(bootstrap.record(FEC)?.remoteDiscriminator).toBe(EGRESS);
  });

  test('one of a session that is gone', () => {
    bootstrap.add(FEC, LOCAL, nowUs);
    bootstrap.remove(FEC, nowUs);
    expect(bootstrap.handleReply(reply(), '5.5.5.5', nowUs)).toMatchObject([
      { reason: 'unknown-senders-handle' },
    ]);
    expect([bootstrap.record(FEC), bootstrap.pollTimeout()]).toEqual([null, Infinity]);
  });

  test('but a late one to the last request counts', () => {
    bootstrap.add(FEC, LOCAL, nowUs);
    pass(2.5);
    expect(bootstrap.handleReply(reply({ sequenceNumber: 2 }), '5.5.5.5', nowUs)).toMatchObject([
      { type: 'discriminator-learned' },
    ]);
    expect(bootstrap.record(FEC)).toMatchObject({ state: 'confirmed', lastRoundTripUs: 1.5 * SECOND });
  });
});

/** The keys of the requests that an answer of the egress to a session's first request lets go. */
function answer(sendersHandle: number): string[] {
  return sent(bootstrap.handleReply(reply({ sendersHandle }), '5.5.5.5', nowUs));
}

describe('pacing', () => {
  test('no more requests are outstanding than allowed; each answer lets the next go', () => {
    const first = ['a', 'b', 'c', 'd'].flatMap((key, index) => sent(bootstrap.add(key, index + 1, nowUs)));
    expect(first).toEqual(['a', 'b']);
    expect([answer(1), answer(2), answer(3)]).toEqual([['c'], ['d'], []]);
  });

  test('a session that is removed makes room', () => {
    for (const [index, key] of ['a', 'b', 'c'].entries()) bootstrap.add(key, index + 1, nowUs);
    expect(sent(bootstrap.remove('a', nowUs))).toEqual(['c']);
  });

  test('what has not been tried goes before what is tried again', () => {
    bootstrap.add('dead 1', 1, nowUs);
    bootstrap.add('dead 2', 2, nowUs);
    pass(2.9);
    for (const [index, key] of ['b', 'c', 'd'].entries()) bootstrap.add(key, index + 3, nowUs);
    expect(sent(pass(1.5))).toEqual(['d', 'dead 1']);
  });

  test('other settings hold at once', () => {
    comeUp();
    bootstrap.setSettings({ ...SETTINGS, pingIntervalUs: 30 * SECOND }, nowUs);
    expect(sent(pass(29))).toEqual([]);
    expect(sent(pass(1))).toEqual([FEC]);
    for (const [index, key] of ['a', 'b', 'c'].entries()) bootstrap.add(key, index + 1, nowUs);
    expect(sent(bootstrap.setSettings({ ...SETTINGS, maxOutstanding: 4 }, nowUs))).toEqual(['b', 'c']);
  });
});

test('a key or a discriminator that is in use is refused', () => {
  bootstrap.add(FEC, LOCAL, nowUs);
  expect(() => bootstrap.add(FEC, 1, nowUs)).toThrow(RangeError);
  expect(() => bootstrap.add('other', LOCAL, nowUs)).toThrow(RangeError);
});
