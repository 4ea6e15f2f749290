import { beforeEach, expect, test } from 'vitest';
import { MessageType, ReplyMode } from '../../../src/mpls/lsp-ping/codepoints.js';
import type { LspPingMessage } from '../../../src/mpls/lsp-ping/message.js';
import { NO_TIMESTAMP } from '../../../src/mpls/lsp-ping/ntp-timestamp.js';
import { OnDemandPing } from '../../../src/mpls/lsp-ping/on-demand-ping.js';
import type { OnDemandPingOptions } from '../../../src/mpls/lsp-ping/on-demand-ping.js';

const SECOND = 1_000_000;
const HANDLE = 0x7777;
const OPTIONS: OnDemandPingOptions = {
  sendersHandle: HANDLE,
  count: 3,
  intervalUs: SECOND,
  timeoutUs: 2 * SECOND,
  replyMode: ReplyMode.ReplyUdp,
};

let nowUs: number;

beforeEach(() => {
  nowUs = 500 * SECOND;
});

function reply(sequenceNumber: number, returnCode = 3): LspPingMessage {
  const header = {
    globalFlags: 0,
    messageType: MessageType.EchoReply,
    replyMode: ReplyMode.ReplyUdp,
    returnCode,
    returnSubcode: 1,
    sendersHandle: HANDLE,
    sequenceNumber,
    timestampSent: NO_TIMESTAMP,
    timestampReceived: NO_TIMESTAMP,
  };
  return { header, tlvs: [] };
}

/** What comes out until nothing more is waited for: `[seconds passed, what]`. */
function run(ping: OnDemandPing): [number, string][] {
  const fromUs = nowUs;
  const log: [number, string][] = [];
  while (ping.pollTimeout() < Infinity) {
    nowUs = ping.pollTimeout();
    for (const { type } of ping.handleTimeout(nowUs)) log.push([(nowUs - fromUs) / SECOND, type]);
  }
  return log;
}

test('requests go out at the interval, and the last one’s answer is waited for', () => {
  const ping = new OnDemandPing(OPTIONS, nowUs);
  expect(run(ping)).toEqual([
    [0, 'send-echo-request'],
    [1, 'send-echo-request'],
    [2, 'send-echo-request'],
    [4, 'finished'],
  ]);
  expect([ping.sent, ping.replies]).toEqual([3, []]);
});

test('every answer tells who, what and after how long; with the last one it is over', () => {
  const ping = new OnDemandPing({ ...OPTIONS, count: 2 }, nowUs);
  ping.handleTimeout(nowUs);
  nowUs += SECOND;
  ping.handleTimeout(nowUs);
  nowUs += 1500;
  expect(ping.handleReply(reply(2, 8), '9.9.9.9', nowUs)).toEqual([]);
  nowUs += 500;
  expect(ping.handleReply(reply(1), '5.5.5.5', nowUs)).toEqual([{ type: 'finished' }]);
  expect(ping.replies).toEqual([
    { sequenceNumber: 1, from: '5.5.5.5', returnCode: 3, returnSubcode: 1, roundTripUs: SECOND + 2000 },
    { sequenceNumber: 2, from: '9.9.9.9', returnCode: 8, returnSubcode: 1, roundTripUs: 1500 },
  ]);
  expect(ping.pollTimeout()).toBe(Infinity);
});

test('a second answer, one to no request, and one after the end count for nothing', () => {
  const ping = new OnDemandPing(OPTIONS, nowUs);
  ping.handleTimeout(nowUs);
  ping.handleReply(reply(1), '5.5.5.5', nowUs);
  for (const sequenceNumber of [0, 1, 2, 4]) {
    expect(ping.handleReply(reply(sequenceNumber, 10), '6.6.6.6', nowUs)).toEqual([]);
  }
  run(ping);
  expect(ping.handleReply(reply(2), '5.5.5.5', nowUs)).toEqual([]);
  expect(ping.replies).toMatchObject([{ from: '5.5.5.5', returnCode: 3 }]);
});

test('where no answer is wanted, none is waited for', () => {
  expect(run(new OnDemandPing({ ...OPTIONS, replyMode: ReplyMode.DoNotReply }, nowUs)).at(-1)).toEqual([
    2,
    'finished',
  ]);
});

test('called too early, it does nothing', () => {
  const ping = new OnDemandPing(OPTIONS, nowUs);
  ping.handleTimeout(nowUs);
  expect(ping.handleTimeout(nowUs + SECOND - 1)).toEqual([]);
  expect(ping.sent).toBe(1);
});
