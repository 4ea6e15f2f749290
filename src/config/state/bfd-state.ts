import { ok } from '../../lib/result.js';
import type { EnginePort } from '../../link/engine-port.js';
import type { SessionKey, SessionState } from '../../link/messages.js';
import type { OwnedSession } from '../handlers/configured-session.js';
import type { LspSessions } from './lsp-sessions.js';
import {
  bfdIdentityLeaf,
  ipMhEntry,
  ipShEntry,
  summaryOf,
  type ReportedSession,
} from './bfd-session-state.js';
import { mplsState, NO_LSP_STATE, type LspState } from './lsp-state.js';
import { allLspState, singleLspState } from './read-lsp-state.js';
import type { SingleStates, StateProvider } from './state-provider.js';
import { element, leaf } from './xml-text.js';

const ROUTING = 'urn:ietf:params:xml:ns:yang:ietf-routing';
const BFD = 'urn:ietf:params:xml:ns:yang:ietf-bfd';
const BFD_IP_SH = 'urn:ietf:params:xml:ns:yang:ietf-bfd-ip-sh';
const BFD_IP_MH = 'urn:ietf:params:xml:ns:yang:ietf-bfd-ip-mh';

/** What the running configuration has of BFD. */
export interface ConfiguredBfd {
  instances(): Iterable<string>;
  /** The instance that has BFD over MPLS; undefined: none has. */
  mplsInstance(): string | undefined;
  sessions(): Iterable<OwnedSession>;
  session(key: SessionKey): OwnedSession | undefined;
}

/** Where the state of BFD comes from. */
export interface BfdSources {
  readonly configured: ConfiguredBfd;
  readonly engine: EnginePort;
  readonly lspSessions: LspSessions;
}

/** A bfdv1 instance, and what of it is to be shown. */
interface Instance {
  readonly name: string;
  readonly sessions: readonly ReportedSession[];
  /** Undefined: it has no BFD over MPLS. */
  readonly lsps: LspState | undefined;
  /** All its sessions, for its summaries; undefined: none are wanted. */
  readonly counted: Counted | undefined;
}

type HasState = Pick<SessionState, 'localState'>;

/** The sessions of an instance, by what has a summary of its own. */
type Counted = Readonly<Record<IpType | 'lsp', readonly HasState[]>>;

type IpType = OwnedSession['desired']['type'];

/**
 * ietf-bfd, ietf-bfd-ip-sh, ietf-bfd-ip-mh, ietf-bfd-mpls and mpls-bgp-bfd: the operational data of RFC 9314
 * for every configured session, tunnels and sessions of LSPs, and the summaries of each bfdv1 instance, by
 * type and over all. While the engine cannot be asked there is no state to show.
 */
export function bfdState(sources: BfdSources): StateProvider {
  return {
    module: 'ietf-bfd',
    namespace: ROUTING,
    root: 'routing',
    hasSessions: true,
    xml: ({ only, learned } = { learned: false }) =>
      only === undefined ? everything(sources, learned) : singles(sources, only, learned),
  };
}

/** The entries of these alone, and the summaries around them where they are wanted. */
async function singles(
  { configured, engine, lspSessions }: BfdSources,
  only: SingleStates,
  learned: boolean,
): Promise<string> {
  const read = only.sessions.length === 0 ? ok([]) : await engine.read(only.sessions);
  if (!read.ok) return '';
  const instances = read.value.flatMap((report) => {
    const session = configured.session(report.key);
    if (session === undefined) return [];
    const sessions = [{ session, report }];
    return [instance({ name: session.instance, sessions, lsps: undefined, counted: undefined })];
  });
  const name = configured.mplsInstance();
  if (name !== undefined) {
    const lsps = await singleLspState(engine, lspSessions, only, learned);
    if (lsps.ok) instances.push(instance({ name, sessions: [], lsps: lsps.value, counted: undefined }));
  }
  if (only.summaries) instances.push(...(await summaries(configured, engine)));
  return routing(instances);
}

/** The summaries of all instances alone. */
async function summaries(configured: ConfiguredBfd, engine: EnginePort): Promise<readonly string[]> {
  const states = await engine.readStates();
  if (!states.ok) return [];
  const mplsInstance = configured.mplsInstance();
  const byInstance = new Map<string, Record<keyof Counted, HasState[]>>();
  for (const name of configured.instances()) byInstance.set(name, { 'ip-sh': [], 'ip-mh': [], lsp: [] });
  for (const state of states.value) {
    const session = state.ofLsp ? undefined : configured.session(state.key);
    const name = state.ofLsp ? mplsInstance : session?.instance;
    if (name !== undefined) byInstance.get(name)?.[session?.desired.type ?? 'lsp'].push(state);
  }
  return [...byInstance].map(([name, counted]) => {
    const lsps = name === mplsInstance ? NO_LSP_STATE : undefined;
    return instance({ name, sessions: [], lsps, counted });
  });
}

async function everything({ configured, engine }: BfdSources, learned: boolean): Promise<string> {
  const read = await engine.read(null);
  if (!read.ok) return '';
  const reports = new Map(read.value.map((report) => [report.key, report]));
  const byInstance = new Map<string, ReportedSession[]>();
  for (const name of configured.instances()) byInstance.set(name, []);
  for (const session of configured.sessions()) {
    const report = reports.get(session.desired.key);
    if (report !== undefined) byInstance.get(session.instance)?.push({ session, report });
  }
  const mplsInstance = configured.mplsInstance();
  const lsps = mplsInstance === undefined ? ok(undefined) : await allLspState(engine, read.value, learned);
  if (!lsps.ok) return '';
  const instances = [...byInstance].map(([name, sessions]) => {
    const own = name === mplsInstance ? lsps.value : undefined;
    const reported = (type: IpType): readonly HasState[] =>
      ofType(type, sessions).map(({ report }) => report);
    const counted = { 'ip-sh': reported('ip-sh'), 'ip-mh': reported('ip-mh'), lsp: own?.sessions ?? [] };
    return instance({ name, sessions, lsps: own, counted });
  });
  return routing(instances);
}

/** '' where there is nothing in any of them. */
function routing(instances: readonly string[]): string {
  if (instances.every((text) => text === '')) return '';
  return element('routing', [element('control-plane-protocols', instances)], ROUTING);
}

function instance({ name, sessions, lsps, counted }: Instance): string {
  const summary = (...types: readonly (keyof Counted)[]): string =>
    counted === undefined ? '' : summaryOf(types.flatMap((type) => counted[type]));
  const bfd = element(
    'bfd',
    [
      summary('ip-sh', 'ip-mh', 'lsp'),
      element('ip-sh', [summary('ip-sh'), list('sessions', ofType('ip-sh', sessions), ipShEntry)], BFD_IP_SH),
      element(
        'ip-mh',
        [summary('ip-mh'), list('session-groups', ofType('ip-mh', sessions), ipMhEntry)],
        BFD_IP_MH,
      ),
      lsps === undefined ? '' : mplsState(lsps, summary('lsp')),
    ],
    BFD,
  );
  if (bfd === '') return '';
  return element('control-plane-protocol', [bfdIdentityLeaf('type', 'bfdv1'), leaf('name', name), bfd]);
}

function ofType(type: IpType, sessions: readonly ReportedSession[]): readonly ReportedSession[] {
  return sessions.filter(({ session }) => session.desired.type === type);
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
