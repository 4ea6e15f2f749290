/** What is checked of messages about LSPs when it comes from the other process. */
import * as v from 'valibot';
import type { BootstrapFailure } from '../mpls/ingress/bootstrap-effects.js';
import type {
  DesiredMpls,
  DesiredTunnel,
  LspSessionReport,
  MplsAction,
  MplsActionResult,
  MplsStatistics,
  TunnelReport,
} from '../mpls/mpls-model.js';
import {
  address,
  authentication,
  counter,
  integer,
  key,
  milliseconds,
  text,
  uint32,
} from './schema-parts.js';

/** Bounds that keep what is wanted of LSPs within a frame; the configuration has lower ones. */
const PREFIX_LIST_MAX = 2048;
const LABEL_BINDINGS_MAX = 8192;
const PEERS_MAX = 1024;
const INTERFACES_MAX = 1024;
const LSPS_MAX = 8;
const LABELS_MAX = 16;
const REASONS_MAX = 256;
const REPLIES_MAX = 1024;

const prefix = v.pipe(v.string(), v.maxLength(64));
const interfaceName = v.pipe(v.string(), v.minLength(1), v.maxLength(255));
const interval = v.pipe(uint32, v.minValue(1));
const replyMode = v.picklist(['do-not-reply', 'reply-udp']);
const trafficClass = integer(0, 7);
const microseconds = v.pipe(v.number(), v.finite());
const byte = integer(0, 255);

const lspSessionParameters = v.strictObject({
  detectMult: integer(1, 255),
  desiredMinTxIntervalUs: interval,
  requiredMinRxIntervalUs: uint32,
  authentication,
});

const trigger = v.variant('type', [
  v.strictObject({ type: v.literal('none') }),
  v.strictObject({ type: v.literal('host') }),
  v.strictObject({
    type: v.literal('ip-prefix'),
    name: text,
    entries: v.pipe(
      v.array(
        v.strictObject({
          index: uint32,
          action: v.picklist(['permit', 'deny']),
          prefix,
          greaterEqual: v.nullable(integer(0, 128)),
          lessEqual: v.nullable(integer(0, 128)),
        }),
      ),
      v.maxLength(PREFIX_LIST_MAX),
    ),
  }),
]);

const ingress = v.strictObject({
  enabled: v.boolean(),
  trigger,
  sourceIpv4: v.nullable(address),
  sourceIpv6: v.nullable(address),
  session: lspSessionParameters,
  trafficClass,
  delayUpSeconds: integer(0, 600),
  pingIntervalUs: interval,
  retryIntervalUs: interval,
  replyMode,
  innerLabelTtlOne: v.boolean(),
  maxOutstanding: interval,
  maxSessions: v.nullable(uint32),
});

const egress = v.strictObject({
  passive: v.boolean(),
  session: lspSessionParameters,
  deleteDelayUs: uint32,
  maxSessions: uint32,
  passivePeers: v.pipe(
    v.array(
      v.strictObject({
        peer: address,
        destinationPort: v.picklist([3784, 4784]),
        detectMult: integer(1, 255),
      }),
    ),
    v.maxLength(PEERS_MAX),
  ),
  labelBindings: v.nullable(
    v.pipe(
      v.array(v.strictObject({ label: integer(0, 0xf_ffff), fec: prefix })),
      v.maxLength(LABEL_BINDINGS_MAX),
    ),
  ),
});

/** See `DesiredMpls`. */
export const desiredMpls: v.GenericSchema<unknown, DesiredMpls> = v.strictObject({
  interfaces: v.pipe(v.array(interfaceName), v.maxLength(INTERFACES_MAX)),
  ingress,
  egress,
});

const lsp = {
  role: v.picklist(['primary', 'backup']),
  nextHop: address,
  outInterface: interfaceName,
  labels: v.pipe(
    v.array(v.strictObject({ label: integer(0, 0xf_ffff), trafficClass, ttl: byte })),
    v.maxLength(LABELS_MAX),
  ),
} as const;

/** See `DesiredTunnel`. */
export const desiredTunnel: v.GenericSchema<unknown, DesiredTunnel> = v.strictObject({
  key: prefix,
  lsps: v.pipe(v.array(v.strictObject(lsp)), v.maxLength(LSPS_MAX)),
});

const tunnelState = v.picklist(['up', 'bfd-down', 'lsp-down', 'unmonitored']);

const ineligibleReason = v.picklist([
  'bfd-disabled',
  'not-enabled',
  'no-policy',
  'not-host-route',
  'denied-by-prefix-list',
  'no-lsp',
  'no-source-address',
  'session-limit',
]);

/** See `TunnelReport`. */
export const tunnelReport: v.GenericSchema<unknown, TunnelReport> = v.strictObject({
  key: prefix,
  source: v.picklist(['static', 'bgp']),
  state: tunnelState,
  ineligibleReason: v.nullable(ineligibleReason),
  session: v.nullable(key),
  lsps: v.pipe(
    v.array(v.strictObject({ ...lsp, usable: v.boolean(), active: v.boolean() })),
    v.maxLength(LSPS_MAX),
  ),
  lastChangeMs: milliseconds,
});

/** See `LspSessionReport`. */
export const lspSessionReport: v.GenericSchema<unknown, LspSessionReport> = v.strictObject({
  role: v.picklist(['ingress', 'egress']),
  fec: prefix,
  peer: address,
  sourceAddress: v.nullable(address),
  destinationAddress: address,
  sendersHandle: uint32,
  bootstrap: v.nullable(v.picklist(['queued', 'requested', 'confirmed', 'failed'])),
  echoRequestsSent: counter,
  echoRequestsReceived: counter,
  echoRepliesSent: counter,
  echoRepliesReceived: counter,
  lastReturnCode: v.nullable(byte),
  lastReturnSubcode: v.nullable(byte),
  lastRoundTripUs: v.nullable(microseconds),
  lastEchoMs: v.nullable(milliseconds),
  notUpReason: v.nullable(text),
});

const counts = v.pipe(v.array(v.strictObject({ reason: text, count: counter })), v.maxLength(REASONS_MAX));

/** See `MplsStatistics`. */
export const mplsStatistics: v.GenericSchema<unknown, MplsStatistics> = v.strictObject({
  echoRequestsSent: counter,
  echoRequestsReceived: counter,
  echoRepliesSent: counter,
  echoRepliesReceived: counter,
  discardedEchoRequests: counts,
  discardedEchoReplies: counts,
  discardedBfdPackets: counts,
});

const failure: v.GenericSchema<unknown, BootstrapFailure> = v.variant('cause', [
  v.strictObject({ cause: v.literal('no-answer') }),
  v.strictObject({
    cause: v.literal('return-code'),
    returnCode: byte,
    returnSubcode: byte,
    from: address,
  }),
]);

const removalReason = v.picklist([
  'fec-removed',
  ...ineligibleReason.options,
  'not-up',
  'withdrawn',
  'passive-disabled',
  'cleared',
]);

const sessionEvent = {
  timeMs: milliseconds,
  key,
  localDiscriminator: uint32,
  lsp: lspSessionReport,
} as const;

/** The events of LSPs; see `MplsEvent`. */
export const mplsEvents = [
  v.strictObject({ type: v.literal('lsp-session-created'), ...sessionEvent }),
  v.strictObject({ type: v.literal('lsp-session-deleted'), ...sessionEvent, reason: removalReason }),
  v.strictObject({
    type: v.literal('bootstrap-failed'),
    timeMs: milliseconds,
    key,
    fec: prefix,
    up: v.boolean(),
    failure,
  }),
  v.strictObject({
    type: v.literal('tunnel-state-change'),
    timeMs: milliseconds,
    fec: prefix,
    from: tunnelState,
    to: tunnelState,
    session: v.nullable(key),
  }),
  v.strictObject({
    type: v.literal('session-limit'),
    timeMs: milliseconds,
    role: v.picklist(['ingress', 'egress']),
    limit: counter,
    reached: v.boolean(),
  }),
] as const;

/** See `MplsAction`. */
export const mplsAction: v.GenericSchema<unknown, MplsAction> = v.variant('type', [
  v.strictObject({
    type: v.literal('lsp-ping'),
    fec: prefix,
    count: integer(1, REPLIES_MAX),
    timeoutMs: integer(1, 60_000),
    replyMode,
    size: v.nullable(integer(0, 9000)),
  }),
  v.strictObject({ type: v.literal('clear'), key, graceful: v.boolean() }),
  v.strictObject({ type: v.literal('reset-statistics'), key: v.nullable(key) }),
]);

/** See `MplsActionResult`. */
export const mplsActionResult: v.GenericSchema<unknown, MplsActionResult> = v.variant('type', [
  v.strictObject({ type: v.literal('done') }),
  v.strictObject({ type: v.literal('refused'), reason: text }),
  v.strictObject({
    type: v.literal('lsp-ping'),
    sent: counter,
    replies: v.pipe(
      v.array(
        v.strictObject({
          sequenceNumber: uint32,
          from: address,
          returnCode: byte,
          returnSubcode: byte,
          roundTripUs: microseconds,
        }),
      ),
      v.maxLength(REPLIES_MAX),
    ),
  }),
]);
