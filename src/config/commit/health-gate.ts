import type { SessionKey, SessionReport, StateName } from '../../link/messages.js';

/** Which sessions decide: all, or those that the commits touch. */
export type HealthScope = 'all' | 'touched';

/** A session that was Up before a commit and is not Up after it; `state` is undefined when none is known. */
export interface LostSession {
  readonly key: SessionKey;
  readonly state: StateName | undefined;
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
  expected: Iterable<SessionKey>,
  after: readonly SessionReport[],
): readonly LostSession[] {
  const states = new Map(after.map(({ key, localState }) => [key, localState]));
  return [...expected]
    .filter((key) => watched.has(key) && states.get(key) !== 'up')
    .toSorted()
    .map((key) => ({ key, state: states.get(key) }));
}

/** The lost sessions as a sentence for the log and the commit record; long lists are cut. */
export function describeLost(lost: readonly LostSession[]): string {
  const names = lost.slice(0, MAX_NAMED).map(({ key, state }) => `${key} (${state ?? 'unknown'})`);
  const more = lost.length > MAX_NAMED ? ` and ${lost.length - MAX_NAMED} more` : '';
  return `sessions that were Up before are not: ${names.join(', ')}${more}`;
}

const MAX_NAMED = 20;
