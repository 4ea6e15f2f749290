import type { DesiredSession, SessionKey, SessionReport, StateName } from '../../link/messages.js';
import type { OwnedSession } from '../handlers/configured-session.js';

/** Which sessions decide: all, or those that the commits touch. */
export type HealthScope = 'all' | 'touched';

/** A session that was Up before a commit and is not Up after it. */
export interface LostSession {
  readonly key: SessionKey;
  readonly type: DesiredSession['type'];
  /** The bfdv1 instance whose it is. */
  readonly instance: string;
  /** The keys of its entry in the configuration, by leaf. */
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
  touched: ReadonlySet<SessionKey>,
): ReadonlySet<SessionKey> {
  const up = before.filter(({ localState }) => localState === 'up').map(({ key }) => key);
  return new Set(up.filter((key) => scope === 'all' || touched.has(key)));
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
