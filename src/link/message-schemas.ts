import * as v from 'valibot';
import { DISCARD_REASONS } from '../bfd/packet/discard-reason.js';
import { err, ok, type Result } from '../lib/result.js';
import {
  PART_MAX,
  VERDICTS,
  type AgentMessage,
  type DesiredSession,
  type DownRecord,
  type EngineEvent,
  type EngineMessage,
  type EngineStatus,
  type RefusedSession,
  type SessionReport,
} from './messages.js';
import {
  desiredMpls,
  desiredTunnel,
  lspSessionReport,
  mplsAction,
  mplsActionResult,
  mplsEvents,
  mplsStatistics,
  tunnelReport,
} from './mpls-schemas.js';
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

/** What comes from the other process is checked once, here; all behind it relies on the types. */

const port = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(0xffff));
const diagnostic = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(31));
const stateName = v.picklist(['admin-down', 'down', 'init', 'up']);

const sessionBase = {
  key,
  role: v.picklist(['active', 'passive']),
  destination: address,
  detectMult: integer(1, 255),
  desiredMinTxIntervalUs: v.pipe(uint32, v.minValue(1)),
  requiredMinRxIntervalUs: uint32,
  adminDown: v.boolean(),
  demand: v.boolean(),
  authentication,
} as const;

const anyDesiredSession: v.GenericSchema<unknown, DesiredSession> = v.variant('type', [
  v.strictObject({
    type: v.literal('ip-sh'),
    ...sessionBase,
    interface: v.pipe(v.string(), v.minLength(1), v.maxLength(255)),
    source: v.nullable(address),
    desiredMinEchoTxIntervalUs: uint32,
    requiredMinEchoRxIntervalUs: uint32,
  }),
  v.strictObject({
    type: v.literal('ip-mh'),
    ...sessionBase,
    source: address,
    transmitTtl: integer(1, 255),
    requiredTtl: integer(1, 255),
  }),
]);
const desiredSession = v.pipe(anyDesiredSession, v.transform(inOnePiece));

const sessions = v.pipe(v.array(desiredSession), v.maxLength(PART_MAX));
const keys = v.pipe(v.array(key), v.maxLength(PART_MAX));
const tunnels = v.pipe(v.array(desiredTunnel), v.maxLength(PART_MAX));
const mpls = v.exactOptional(v.nullable(desiredMpls));

const agentMessage: v.GenericSchema<unknown, AgentMessage> = v.variant('type', [
  v.strictObject({ type: v.literal('hello'), version: v.number() }),
  v.strictObject({ type: v.literal('plan'), revision: counter, sessions, tunnels, mpls, last: v.boolean() }),
  v.strictObject({
    type: v.literal('change'),
    revision: counter,
    set: sessions,
    remove: keys,
    tunnels: v.exactOptional(v.strictObject({ set: tunnels, remove: keys })),
    mpls,
    last: v.boolean(),
  }),
  v.strictObject({ type: v.literal('read'), request: counter, keys: v.nullable(keys) }),
  v.strictObject({ type: v.literal('read-states'), request: counter }),
  v.strictObject({ type: v.literal('read-tunnels'), request: counter, keys: v.nullable(keys) }),
  v.strictObject({ type: v.literal('act'), request: counter, action: mplsAction }),
  v.strictObject({ type: v.literal('status'), request: counter }),
]);

const microseconds = v.pipe(v.number(), v.finite());
const recorded = <T>(item: v.GenericSchema<unknown, T>) => v.pipe(v.array(item), v.maxLength(64));

const downRecord: v.GenericSchema<unknown, DownRecord> = v.strictObject({
  timeMs: milliseconds,
  verdict: v.picklist(VERDICTS),
  localDiagnostic: diagnostic,
  remoteState: stateName,
  remoteDiagnostic: diagnostic,
  silentForUs: v.nullable(microseconds),
  detectionTimeUs: microseconds,
  remoteDetectionTimeUs: microseconds,
  lateUs: microseconds,
  longestLateUs: microseconds,
  droppedPackets: counter,
  longestSendGapUs: microseconds,
  refusedPackets: counter,
  refusedFor: v.nullable(text),
  keyMissing: v.boolean(),
  receivedAgoUs: recorded(microseconds),
  sentAgoUs: recorded(microseconds),
  standstills: recorded(v.strictObject({ agoUs: microseconds, lengthUs: microseconds })),
  drops: recorded(v.strictObject({ agoUs: microseconds, packets: counter })),
  changes: recorded(v.strictObject({ agoUs: microseconds, from: stateName, to: stateName, diagnostic })),
});

const sessionReport: v.GenericSchema<unknown, SessionReport> = v.strictObject({
  key,
  localDiscriminator: uint32,
  remoteDiscriminator: v.nullable(uint32),
  localState: stateName,
  remoteState: stateName,
  localDiagnostic: diagnostic,
  remoteDiagnostic: diagnostic,
  remoteMultiplier: v.nullable(counter),
  negotiatedTxIntervalUs: v.nullable(counter),
  negotiatedRxIntervalUs: v.nullable(counter),
  detectionTimeUs: v.nullable(counter),
  remoteAuthType: v.nullable(integer(1, 255)),
  demandActive: v.boolean(),
  echoTxIntervalUs: v.nullable(uint32),
  sourcePort: v.nullable(port),
  destinationPort: port,
  obstacle: v.nullable(text),
  echoObstacle: v.exactOptional(text),
  createdMs: milliseconds,
  lastUpMs: v.nullable(milliseconds),
  lastDownMs: v.nullable(milliseconds),
  upCount: counter,
  downCount: counter,
  adminDownCount: counter,
  receivedPackets: counter,
  sentPackets: counter,
  invalidPackets: counter,
  failedSends: counter,
  downRecord: v.exactOptional(downRecord),
  lsp: v.exactOptional(lspSessionReport),
});

const sessionState = v.strictObject({ key, localState: stateName, ofLsp: v.boolean() });

const stateChange = v.strictObject({
  type: v.literal('state-change'),
  key,
  timeMs: milliseconds,
  from: stateName,
  to: stateName,
  localDiagnostic: diagnostic,
  previousChangeMs: v.nullable(milliseconds),
  sourceAddress: v.nullable(text),
  report: sessionReport,
});

const engineEvent: v.GenericSchema<unknown, EngineEvent> = v.variant('type', [stateChange, ...mplsEvents]);

const refused: v.GenericSchema<unknown, RefusedSession> = v.strictObject({ key, reason: text });

const engineStatus: v.GenericSchema<unknown, EngineStatus> = v.strictObject({
  startedMs: milliseconds,
  realTimePriority: v.nullable(counter),
  socketDrops: counter,
  discards: v.pipe(
    v.array(v.strictObject({ reason: v.picklist(DISCARD_REASONS), count: counter })),
    v.maxLength(DISCARD_REASONS.length),
  ),
  mpls: v.nullable(mplsStatistics),
});

const engineMessage: v.GenericSchema<unknown, EngineMessage> = v.variant('type', [
  v.strictObject({
    type: v.literal('hello'),
    version: v.number(),
    pid: v.number(),
    engines: v.exactOptional(v.number()),
  }),
  v.strictObject({
    type: v.literal('applied'),
    revision: counter,
    refused: v.array(refused),
    last: v.boolean(),
  }),
  v.strictObject({
    type: v.literal('state'),
    request: counter,
    sessions: v.pipe(v.array(sessionReport), v.maxLength(PART_MAX)),
    last: v.boolean(),
  }),
  v.strictObject({
    type: v.literal('states'),
    request: counter,
    sessions: v.pipe(v.array(sessionState), v.maxLength(PART_MAX)),
    last: v.boolean(),
  }),
  v.strictObject({
    type: v.literal('tunnels'),
    request: counter,
    tunnels: v.pipe(v.array(tunnelReport), v.maxLength(PART_MAX)),
    last: v.boolean(),
  }),
  v.strictObject({ type: v.literal('acted'), request: counter, result: mplsActionResult }),
  v.strictObject({ type: v.literal('status'), request: counter, status: engineStatus }),
  v.strictObject({ type: v.literal('event'), event: engineEvent }),
  v.strictObject({ type: v.literal('goodbye'), reason: text }),
]);

/** Sessions from a file, as many as there are. The error names the first member that is not as it must be. */
export function parseDesiredSessions(value: unknown): Result<readonly DesiredSession[], string> {
  return parse(v.array(desiredSession), value);
}

/** The error names the first member that is not as it must be. */
export function parseAgentMessage(value: unknown): Result<AgentMessage, string> {
  return parse(agentMessage, value);
}

/** The error names the first member that is not as it must be. */
export function parseEngineMessage(value: unknown): Result<EngineMessage, string> {
  return parse(engineMessage, value);
}

function parse<T>(schema: v.GenericSchema<unknown, T>, value: unknown): Result<T, string> {
  const parsed = v.safeParse(schema, value, { abortEarly: true });
  if (parsed.success) {
    return ok(parsed.output);
  }
  const [issue] = parsed.issues;
  return err(`${v.getDotPath(issue) ?? 'message'}: ${issue.message}`);
}

/** Written down at once: what is put together property by property takes more memory, and is kept for long. */
function inOnePiece(session: DesiredSession): DesiredSession {
  return session.type === 'ip-sh'
    ? {
        type: session.type,
        key: session.key,
        interface: session.interface,
        source: session.source,
        destination: session.destination,
        role: session.role,
        detectMult: session.detectMult,
        desiredMinTxIntervalUs: session.desiredMinTxIntervalUs,
        requiredMinRxIntervalUs: session.requiredMinRxIntervalUs,
        adminDown: session.adminDown,
        demand: session.demand,
        authentication: session.authentication,
        desiredMinEchoTxIntervalUs: session.desiredMinEchoTxIntervalUs,
        requiredMinEchoRxIntervalUs: session.requiredMinEchoRxIntervalUs,
      }
    : {
        type: session.type,
        key: session.key,
        source: session.source,
        destination: session.destination,
        role: session.role,
        detectMult: session.detectMult,
        desiredMinTxIntervalUs: session.desiredMinTxIntervalUs,
        requiredMinRxIntervalUs: session.requiredMinRxIntervalUs,
        adminDown: session.adminDown,
        demand: session.demand,
        authentication: session.authentication,
        transmitTtl: session.transmitTtl,
        requiredTtl: session.requiredTtl,
      };
}
