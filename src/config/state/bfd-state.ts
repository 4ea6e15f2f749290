import { ok } from '../../lib/result.js';
import type { EnginePort } from '../../link/engine-port.js';
import type { SessionKey, SessionReport } from '../../link/messages.js';
import type { OwnedSession } from '../handlers/configured-session.js';
import {
  bfdIdentityLeaf,
  ipMhEntry,
  ipShEntry,
  summaryOf,
  type ReportedSession,
} from './bfd-session-state.js';
import type { StateProvider } from './state-provider.js';
import { element, leaf } from './xml-text.js';

const ROUTING = 'urn:ietf:params:xml:ns:yang:ietf-routing';
const BFD = 'urn:ietf:params:xml:ns:yang:ietf-bfd';
const BFD_IP_SH = 'urn:ietf:params:xml:ns:yang:ietf-bfd-ip-sh';
const BFD_IP_MH = 'urn:ietf:params:xml:ns:yang:ietf-bfd-ip-mh';

/** What the running configuration has of BFD. */
export interface ConfiguredBfd {
  instances(): Iterable<string>;
  sessions(): Iterable<OwnedSession>;
  session(key: SessionKey): OwnedSession | undefined;
}

/**
 * ietf-bfd, ietf-bfd-ip-sh and ietf-bfd-ip-mh: the operational data of RFC 9314 for every configured
 * session, and the summaries of each bfdv1 instance, by type and over all. While the engine cannot be asked
 * there is no state to show.
 */
export function bfdState(configured: ConfiguredBfd, engine: EnginePort): StateProvider {
  return {
    module: 'ietf-bfd',
    namespace: ROUTING,
    root: 'routing',
    hasSessions: true,
    async xml(only) {
      if (only !== undefined) return singleSessions(configured, engine, only);
      const read = await engine.read(null);
      return read.ok ? everything(configured, new Map(read.value.map((report) => [report.key, report]))) : '';
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
    return session === undefined ? [] : [instance(session.instance, [{ session, report }], () => '')];
  });
  return routing(instances);
}

function everything(configured: ConfiguredBfd, reports: ReadonlyMap<SessionKey, SessionReport>): string {
  const byInstance = new Map<string, ReportedSession[]>();
  for (const name of configured.instances()) byInstance.set(name, []);
  for (const session of configured.sessions()) {
    const report = reports.get(session.desired.key);
    if (report !== undefined) byInstance.get(session.instance)?.push({ session, report });
  }
  return routing([...byInstance].map(([name, sessions]) => instance(name, sessions, summaryOf)));
}

function routing(instances: readonly string[]): string {
  if (instances.length === 0) return '';
  return element('routing', [element('control-plane-protocols', instances)], ROUTING);
}

function instance(
  name: string,
  sessions: readonly ReportedSession[],
  summary: (sessions: readonly ReportedSession[]) => string,
): string {
  const ipSh = sessions.filter(({ session }) => session.desired.type === 'ip-sh');
  const ipMh = sessions.filter(({ session }) => session.desired.type === 'ip-mh');
  const bfd = [
    summary(sessions),
    element('ip-sh', [summary(ipSh), list('sessions', ipSh, ipShEntry)], BFD_IP_SH),
    element('ip-mh', [summary(ipMh), list('session-groups', ipMh, ipMhEntry)], BFD_IP_MH),
  ];
  return element('control-plane-protocol', [
    bfdIdentityLeaf('type', 'bfdv1'),
    leaf('name', name),
    element('bfd', bfd, BFD),
  ]);
}

function list(
  name: string,
  sessions: readonly ReportedSession[],
  entry: (session: ReportedSession) => string,
): string {
  return element(
    name,
    sessions.map((session) => entry(session)),
  );
}
