import { ok, type Result } from '../../lib/result.js';
import type { EnginePort, EngineUnavailable } from '../../link/engine-port.js';
import type { SessionKey, SessionReport, TunnelKey, TunnelReport } from '../../link/messages.js';
import { lspSessionsOf, type LspSessions, type ReportedLspSession } from './lsp-sessions.js';
import type { LspState } from './lsp-state.js';
import type { SingleStates } from './state-provider.js';

type Answer<T> = Promise<Result<T, EngineUnavailable>>;

/**
 * All that there is of LSPs.
 *
 * @param reports all sessions, as the engine tells of them
 * @param learned also the groups of ietf-bfd-mpls
 */
export async function allLspState(
  engine: EnginePort,
  reports: readonly SessionReport[],
  learned: boolean,
): Answer<LspState> {
  const [tunnels, status] = await Promise.all([engine.readTunnels(null), engine.status()]);
  if (!tunnels.ok) return tunnels;
  if (!status.ok) return status;
  const sessions = lspSessionsOf(reports);
  return ok({
    sessions,
    tunnels: tunnels.value,
    groups: learned ? ingressOnly(sessions) : [],
    discriminators: discriminatorsOf(sessions),
    statistics: status.value.mpls,
  });
}

/** Single ones, or whole lists: the engine is asked for these alone. */
export async function singleLspState(
  engine: EnginePort,
  known: LspSessions,
  { lspSessions, tunnels, lspGroups }: SingleStates,
  learned: boolean,
): Answer<LspState> {
  const sessions = lspSessions === 'all' ? await known.all() : await foundSessions(known, lspSessions);
  if (!sessions.ok) return sessions;
  const wanted = await tunnelsWithSessions(engine, tunnels);
  if (!wanted.ok) return wanted;
  const grouped = await tunnelsWithSessions(engine, learned ? lspGroups : []);
  if (!grouped.ok) return grouped;
  return ok({
    sessions: sessions.value,
    tunnels: wanted.value.tunnels,
    groups: ingressOnly(grouped.value.sessions),
    discriminators: discriminatorsOf(wanted.value.sessions),
    statistics: null,
  });
}

async function foundSessions(
  known: LspSessions,
  discriminators: readonly number[],
): Answer<readonly ReportedLspSession[]> {
  const sessions: ReportedLspSession[] = [];
  for (const discriminator of discriminators) {
    const found = await known.find(discriminator);
    if (!found.ok) return found;
    if (found.value !== undefined) sessions.push(found.value);
  }
  return ok(sessions);
}

async function tunnelsWithSessions(
  engine: EnginePort,
  keys: readonly TunnelKey[] | 'all',
): Answer<{ readonly tunnels: readonly TunnelReport[]; readonly sessions: readonly ReportedLspSession[] }> {
  if (keys.length === 0) return ok({ tunnels: [], sessions: [] });
  const tunnels = await engine.readTunnels(keys === 'all' ? null : keys);
  if (!tunnels.ok) return tunnels;
  const sessionKeys = tunnels.value.flatMap(({ session }) => (session === null ? [] : [session]));
  const wanted = keys === 'all' ? null : sessionKeys;
  const sessions = sessionKeys.length === 0 ? ok([]) : await engine.read(wanted);
  if (!sessions.ok) return sessions;
  return ok({ tunnels: tunnels.value, sessions: lspSessionsOf(sessions.value) });
}

function ingressOnly(sessions: readonly ReportedLspSession[]): readonly ReportedLspSession[] {
  return sessions.filter(({ lsp }) => lsp.role === 'ingress');
}

function discriminatorsOf(sessions: readonly SessionReport[]): ReadonlyMap<SessionKey, number> {
  return new Map(sessions.map(({ key, localDiscriminator }) => [key, localDiscriminator]));
}
