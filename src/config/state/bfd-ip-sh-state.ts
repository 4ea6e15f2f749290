import { ok } from '../../lib/result.js';
import type { EnginePort } from '../../link/engine-port.js';
import type { SessionKey, SessionReport, StateName } from '../../link/messages.js';
import type { OwnedIpSh } from '../handlers/bfd-ip-sh.js';
import { diagnosticName } from './bfd-diagnostics.js';
import type { StateProvider } from './state-provider.js';
import { dateAndTime, element, identityLeaf, leaf } from './xml-text.js';

const ROUTING = 'urn:ietf:params:xml:ns:yang:ietf-routing';
const BFD = 'urn:ietf:params:xml:ns:yang:ietf-bfd';
const BFD_IP_SH = 'urn:ietf:params:xml:ns:yang:ietf-bfd-ip-sh';
const BFD_TYPES = { prefix: 'bfd-types', namespace: 'urn:ietf:params:xml:ns:yang:ietf-bfd-types' };

/** Names of the states in ietf-bfd-types. */
export const BFD_STATES: Readonly<Record<StateName, string>> = {
  'admin-down': 'adminDown',
  down: 'down',
  init: 'init',
  up: 'up',
};

/** What the running configuration has of BFD. */
export interface ConfiguredBfd {
  instances(): Iterable<string>;
  sessions(): Iterable<OwnedIpSh>;
  session(key: SessionKey): OwnedIpSh | undefined;
}

/**
 * ietf-bfd and ietf-bfd-ip-sh: the operational data of RFC 9314 for every configured session, and the
 * summaries of each bfdv1 instance. While the engine cannot be asked there is no state to show.
 */
export function bfdIpShState(configured: ConfiguredBfd, engine: EnginePort): StateProvider {
  return {
    module: 'ietf-bfd-ip-sh',
    namespace: ROUTING,
    root: 'routing',
    hasSessions: true,
    async xml(only) {
      if (only !== undefined) return singleSessions(configured, engine, only);
      const read = await engine.read(null);
      return read.ok ? routing(configured, new Map(read.value.map((report) => [report.key, report]))) : '';
    },
  };
}

/** The entries of these sessions alone, without the summaries around them. */
async function singleSessions(
  configured: ConfiguredBfd,
  engine: EnginePort,
  keys: readonly SessionKey[],
): Promise<string> {
  const read = keys.length === 0 ? ok([]) : await engine.read(keys);
  if (!read.ok) return '';
  const instances = read.value.flatMap((report) => {
    const session = configured.session(report.key);
    return session === undefined
      ? []
      : [aroundSessions(session.instance, '', [sessionEntry({ session, report })])];
  });
  return instances.length === 0
    ? ''
    : element('routing', [element('control-plane-protocols', instances)], ROUTING);
}

function routing(configured: ConfiguredBfd, reports: ReadonlyMap<SessionKey, SessionReport>): string {
  const byInstance = new Map<string, Reported[]>();
  for (const name of configured.instances()) byInstance.set(name, []);
  for (const session of configured.sessions()) {
    const report = reports.get(session.configured.key);
    if (report !== undefined) byInstance.get(session.instance)?.push({ session, report });
  }
  const instances = [...byInstance].map(([name, sessions]) => instance(name, sessions));
  if (instances.length === 0) return '';
  return element('routing', [element('control-plane-protocols', instances)], ROUTING);
}

interface Reported {
  readonly session: OwnedIpSh;
  readonly report: SessionReport;
}

function instance(name: string, sessions: readonly Reported[]): string {
  const summary = summaryOf(sessions);
  const entries = sessions.map((reported) => sessionEntry(reported));
  return aroundSessions(name, summary, entries);
}

function aroundSessions(name: string, summary: string, entries: readonly string[]): string {
  const ipSh = element('ip-sh', [summary, element('sessions', entries)], BFD_IP_SH);
  return element('control-plane-protocol', [
    identityLeaf('type', { ...BFD_TYPES, name: 'bfdv1' }),
    leaf('name', name),
    element('bfd', [summary, ipSh], BFD),
  ]);
}

function summaryOf(sessions: readonly Reported[]): string {
  const count = (...states: readonly StateName[]): number =>
    sessions.filter(({ report }) => states.includes(report.localState)).length;
  return element('summary', [
    leaf('number-of-sessions', sessions.length),
    leaf('number-of-sessions-up', count('up')),
    leaf('number-of-sessions-down', count('down', 'init')),
    leaf('number-of-sessions-admin-down', count('admin-down')),
  ]);
}

function sessionEntry({ session, report }: Reported): string {
  return element('session', [
    leaf('interface', session.configured.interface),
    leaf('dest-addr', session.configured.destination),
    identityLeaf('path-type', { ...BFD_TYPES, name: 'path-ip-sh' }),
    leaf('ip-encapsulation', true),
    leaf('local-discriminator', report.localDiscriminator),
    leaf('remote-discriminator', report.remoteDiscriminator ?? 0),
    leaf('remote-multiplier', report.remoteMultiplier),
    leaf('source-port', report.sourcePort),
    leaf('dest-port', report.destinationPort),
    running(report),
    statistics(report),
  ]);
}

function running(report: SessionReport): string {
  return element('session-running', [
    // The discriminator is unique in this system and stays while the session exists (RFC 5880 §6.8.1).
    leaf('session-index', report.localDiscriminator),
    leaf('local-state', BFD_STATES[report.localState]),
    leaf('remote-state', BFD_STATES[report.remoteState]),
    leaf('local-diagnostic', diagnosticName(report.localDiagnostic)),
    leaf('remote-diagnostic', diagnosticName(report.remoteDiagnostic)),
    leaf('remote-authenticated', false),
    leaf('detection-mode', 'async-without-echo'),
    leaf('negotiated-tx-interval', report.negotiatedTxIntervalUs),
    leaf('negotiated-rx-interval', report.negotiatedRxIntervalUs),
    leaf('detection-time', report.detectionTimeUs),
  ]);
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
