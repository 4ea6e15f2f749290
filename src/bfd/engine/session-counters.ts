import { SessionState } from '../packet/session-state.js';
import { NUMBER, WORD, type SessionRow } from '../session/session-rows.js';
import type { SessionReport } from './session-model.js';

/** The counters and times of a report. */
export type SessionStatistics = Pick<
  SessionReport,
  | 'createdMs'
  | 'lastUpMs'
  | 'lastDownMs'
  | 'upCount'
  | 'downCount'
  | 'adminDownCount'
  | 'receivedPackets'
  | 'sentPackets'
  | 'invalidPackets'
  | 'failedSends'
>;

/** Numbers that are counted one by one. */
type Counted = 'receivedPackets' | 'sentPackets' | 'invalidPackets';

/** Begins to count in a row that is new. */
export function beginCounters({ block: { numbers }, at }: SessionRow, createdMs: number): void {
  numbers[at + NUMBER.createdMs] = createdMs;
  for (const never of [NUMBER.lastUpMs, NUMBER.lastDownMs, NUMBER.lastChangeMs]) {
    numbers[at + never] = Number.NaN;
  }
}

/**
 * Counts from zero again; when the session was Up and Down stays known.
 *
 * @param failedNow failed sends that the way out has counted so far, which are not counted again
 */
export function resetCounters({ block: { numbers, words }, at }: SessionRow, failedNow: number): void {
  numbers[at + NUMBER.receivedPackets] = 0;
  numbers[at + NUMBER.invalidPackets] = 0;
  numbers[at + NUMBER.sentPackets] = failedNow;
  numbers[at + NUMBER.failedSends] = -failedNow;
  for (const word of [WORD.upCount, WORD.downCount, WORD.adminDownCount]) {
    words[2 * at + word] = 0;
  }
}

/** One more. */
export function count({ block: { numbers }, at }: SessionRow, what: Counted): void {
  numbers[at + NUMBER[what]] = (numbers[at + NUMBER[what]] ?? 0) + 1;
}

/** Packets that were counted as sent turn out not to have been. */
export function countFailedSends({ block: { numbers }, at }: SessionRow, failed: number): void {
  numbers[at + NUMBER.sentPackets] = (numbers[at + NUMBER.sentPackets] ?? 0) - failed;
  numbers[at + NUMBER.failedSends] = (numbers[at + NUMBER.failedSends] ?? 0) + failed;
}

/**
 * Counts a change of state: every one to Down and to AdminDown, whatever the state before (RFC 9314,
 * session-statistics).
 */
export function countTransition(
  { block: { numbers, words }, at }: SessionRow,
  from: SessionState,
  to: SessionState,
  timeMs: number,
): void {
  const add = (word: number): void => {
    words[2 * at + word] = (words[2 * at + word] ?? 0) + 1;
  };
  numbers[at + NUMBER.lastChangeMs] = timeMs;
  if (to === SessionState.Up) {
    add(WORD.upCount);
    numbers[at + NUMBER.lastUpMs] = timeMs;
  } else if (from === SessionState.Up) {
    numbers[at + NUMBER.lastDownMs] = timeMs;
  }
  if (to === SessionState.AdminDown) {
    add(WORD.adminDownCount);
  } else if (to === SessionState.Down) {
    add(WORD.downCount);
  }
}

/** When the state last changed; null: not since the session was created. */
export function lastChangeMs({ block: { numbers }, at }: SessionRow): number | null {
  return timeOrNull(numbers[at + NUMBER.lastChangeMs]);
}

/** As they stand. */
export function readStatistics({ block: { numbers, words }, at }: SessionRow): SessionStatistics {
  const number = (index: number): number => numbers[at + index] ?? 0;
  const word = (index: number): number => words[2 * at + index] ?? 0;
  return {
    createdMs: number(NUMBER.createdMs),
    lastUpMs: timeOrNull(numbers[at + NUMBER.lastUpMs]),
    lastDownMs: timeOrNull(numbers[at + NUMBER.lastDownMs]),
    upCount: word(WORD.upCount),
    downCount: word(WORD.downCount),
    adminDownCount: word(WORD.adminDownCount),
    receivedPackets: number(NUMBER.receivedPackets),
    sentPackets: number(NUMBER.sentPackets),
    invalidPackets: number(NUMBER.invalidPackets),
    failedSends: number(NUMBER.failedSends),
  };
}

function timeOrNull(timeMs: number | undefined): number | null {
  return timeMs === undefined || Number.isNaN(timeMs) ? null : timeMs;
}
