import type { DesiredChange } from '../../link/engine-port.js';
import type { DesiredSession, SessionKey, SessionReport, StateName } from '../../link/messages.js';
import type { OwnedSession } from '../handlers/configured-session.js';

/** Which sessions decide: all, or those that the commits touch. */
export type HealthScope = 'all' | 'touched';

/** A session that was Up before a commit and is not Up after it. */
export interface LostSession {
  readonly key: SessionKey;
  readonly type: DesiredSession['type'] | 'mpls-lsp';
  /** The bfdv1 instance whose it is. */
  readonly instance: string;
  /** The keys of its entry in the configuration, by leaf; of a session of an LSP the addresses of both ends. */
  readonly entryKeys: Readonly<Record<string, string>>;
  /** Undefined where the engine knows none. */
  readonly state: StateName | undefined;
  /** Diagnostic code of RFC 5880 §4.1. */
  readonly diagnostic: number | undefined;
}

/** What health has said of a commit. */
export interface HealthVerdict {
  /** How many sessions decided. */
  readonly watched: number;
  readonly lost: readonly LostSession[];
}

/** The sessions whose health decides on a commit: those that are Up before it, in its scope. */
export function watchedSessions(
  before: readonly SessionReport[],
  scope: HealthScope,
  touches: (session: SessionReport) => boolean,
): ReadonlySet<SessionKey> {
  const up = before.filter(({ localState }) => localState === 'up');
  return new Set(up.filter((session) => scope === 'all' || touches(session)).map(({ key }) => key));
}

/** Whether a change concerns a session: of an LSP, by its tunnel or by what all of them have. */
export function concernsSession(change: DesiredChange): (session: SessionReport) => boolean {
  const keys = new Set(change.set.map(({ key }) => key));
  const tunnels = new Set(change.tunnels?.set.map(({ key }) => key));
  return ({ key, lsp }) =>
    keys.has(key) || (lsp !== undefined && (change.mpls !== undefined || tunnels.has(lsp.fec)));
}

/**
 * The watched sessions of LSPs that there still are and that are not Up. One that is gone has not been lost: the
 * commit has taken its tunnel or its role away.
 *
 * @param instance the bfdv1 instance that has BFD over MPLS
 */
export function lostLspSessions(
  watched: ReadonlySet<SessionKey>,
  after: readonly SessionReport[],
  instance: string,
): readonly LostSession[] {
  return after.flatMap(({ key, lsp, localState: state, localDiagnostic: diagnostic }) => {
    if (lsp === undefined || !watched.has(key) || state === 'up') return [];
    const source = lsp.sourceAddress === null ? {} : { 'source-addr': lsp.sourceAddress };
    const entryKeys = { ...source, 'dest-addr': lsp.peer };
    return [{ key, type: 'mpls-lsp' as const, instance, entryKeys, state, diagnostic }];
  });
}

/**
 * The watched sessions that should be Up and are not.
 * @param expected sessions that are configured, and not taken down by their own configuration
 * @param after what the engine tells of sessions now
 */
export function lostSessions(
  watched: ReadonlySet<SessionKey>,
  expected: Iterable<OwnedSession>,
  after: readonly SessionReport[],
): readonly LostSession[] {
  const reports = new Map(after.map((report) => [report.key, report]));
  return [...expected]
    .filter(({ desired: { key } }) => watched.has(key) && reports.get(key)?.localState !== 'up')
    .map(({ desired: { key, type }, instance, entryKeys }) => {
      const report = reports.get(key);
      return {
        key,
        type,
        instance,
        entryKeys,
        state: report?.localState,
        diagnostic: report?.localDiagnostic,
      };
    })
    .toSorted((left, right) => (left.key < right.key ? -1 : 1));
}

/** The lost sessions as a sentence for the log and the commit record; long lists are cut. */
export function describeLost(lost: readonly Pick<LostSession, 'key' | 'state'>[]): string {
  const names = lost.slice(0, MAX_NAMED).map(({ key, state }) => `${key} (${state ?? 'unknown'})`);
  const more = lost.length > MAX_NAMED ? ` and ${lost.length - MAX_NAMED} more` : '';
  return `sessions that were Up before are not: ${names.join(', ')}${more}`;
}

const MAX_NAMED = 20;
