import type { SessionReport, StateName } from '../../link/messages.js';
import type { OwnedSession } from '../handlers/configured-session.js';
import { authenticationName, BFD_STATES, diagnosticName } from './bfd-names.js';
import { flightRecord } from './flight-record.js';
import { dateAndTime, element, identityLeaf, leaf, leafOf } from './xml-text.js';

const BFD_TYPES = { prefix: 'bfd-types', namespace: 'urn:ietf:params:xml:ns:yang:ietf-bfd-types' };

const BFD_AGENT_BFD = 'urn:bfd-agent:yang:bfd-agent-bfd';

/** A uint32 has no more; a peer may ask for a Detection Time that is 255 times as long. */
const LONGEST_TIME_US = 2 ** 32 - 1;

type IpPathType = 'path-ip-sh' | 'path-ip-mh';
type LspPathType = 'path-mpls-lsp';

/** A configured session, and what the engine tells of it. */
export interface ReportedSession {
  readonly session: OwnedSession;
  readonly report: SessionReport;
}

/** A leaf with an identity of ietf-bfd-types. */
export function bfdIdentityLeaf(name: string, identity: string): string {
  return identityLeaf(name, { ...BFD_TYPES, name: identity });
}

/** An entry of ip-sh/sessions/session. */
export function ipShEntry(reported: ReportedSession): string {
  return element('session', [...entryKeys(reported), ...allSession('path-ip-sh', reported.report)]);
}

/** An entry of ip-mh/session-groups/session-group, with its one session. */
export function ipMhEntry(reported: ReportedSession): string {
  const session = element('sessions', allSession('path-ip-mh', reported.report));
  return element('session-group', [...entryKeys(reported), session]);
}

/** session-statistics-summary of RFC 9314. */
export function summaryOf(sessions: readonly Pick<SessionReport, 'localState'>[]): string {
  const count = (...states: readonly StateName[]): number =>
    sessions.filter(({ localState }) => states.includes(localState)).length;
  return element('summary', [
    leaf('number-of-sessions', sessions.length),
    leaf('number-of-sessions-up', count('up')),
    leaf('number-of-sessions-down', count('down', 'init')),
    leaf('number-of-sessions-admin-down', count('admin-down')),
  ]);
}

function entryKeys({ session }: ReportedSession): readonly string[] {
  return Object.entries(session.entryKeys).map(([name, value]) => leaf(name, value));
}

/** all-session of RFC 9314, and what bfd-agent-bfd adds to it. */
export function allSession(pathType: LspPathType | IpPathType, report: SessionReport): readonly string[] {
  return [
    bfdIdentityLeaf('path-type', pathType),
    leaf('ip-encapsulation', true),
    leaf('local-discriminator', report.localDiscriminator),
    ...sessionState(pathType !== 'path-mpls-lsp', report),
  ];
}

/**
 * The leaves of all-session behind those that say which session it is.
 *
 * @param demand whether the operator can have demand mode
 */
export function sessionState(demand: boolean, report: SessionReport): readonly string[] {
  return [
    leaf('remote-discriminator', report.remoteDiscriminator ?? 0),
    leaf('remote-multiplier', report.remoteMultiplier),
    leaf('demand-capability', demand),
    leaf('source-port', report.sourcePort),
    leaf('dest-port', report.destinationPort),
    running(report),
    statistics(report),
    leafOf(BFD_AGENT_BFD, 'obstacle', report.obstacle),
    leafOf(BFD_AGENT_BFD, 'echo-obstacle', report.echoObstacle ?? null),
    flightRecord(report.downRecord),
  ];
}

function running(report: SessionReport): string {
  return element('session-running', [
    // The discriminator is unique in this system and stays while the session exists (RFC 5880 §6.8.1).
    leaf('session-index', report.localDiscriminator),
    leaf('local-state', BFD_STATES[report.localState]),
    leaf('remote-state', BFD_STATES[report.remoteState]),
    leaf('local-diagnostic', diagnosticName(report.localDiagnostic)),
    leaf('remote-diagnostic', diagnosticName(report.remoteDiagnostic)),
    leaf('remote-authenticated', report.remoteAuthType !== null),
    leaf('remote-authentication-type', authenticationName(report.remoteAuthType)),
    leaf('detection-mode', detectionMode(report)),
    leaf('negotiated-tx-interval', report.negotiatedTxIntervalUs),
    leaf('negotiated-rx-interval', report.negotiatedRxIntervalUs),
    leaf('detection-time', report.detectionTimeUs && Math.min(report.detectionTimeUs, LONGEST_TIME_US)),
    leaf('echo-tx-interval-in-use', report.echoTxIntervalUs),
  ]);
}

function detectionMode({ demandActive, echoTxIntervalUs }: SessionReport): string {
  return `${demandActive ? 'demand' : 'async'}-${echoTxIntervalUs === null ? 'without' : 'with'}-echo`;
}

function statistics(report: SessionReport): string {
  return element('session-statistics', [
    leaf('create-time', dateAndTime(report.createdMs)),
    leaf('last-down-time', dateAndTime(report.lastDownMs)),
    leaf('last-up-time', dateAndTime(report.lastUpMs)),
    leaf('down-count', report.downCount),
    leaf('admin-down-count', report.adminDownCount),
    leaf('receive-packet-count', report.receivedPackets),
    leaf('send-packet-count', report.sentPackets),
    leaf('receive-invalid-packet-count', report.invalidPackets),
    leaf('send-failed-packet-count', report.failedSends),
  ]);
}
