import { diagnosticName, downText } from '../messages.js';
import type { Change, ToldSession, ToldTunnel } from './change.js';
import {
  EVENT_LINES_VERSION,
  type ChangeLine,
  type EndLine,
  type SessionFacts,
  type SnapshotPart,
  type TunnelFacts,
} from './event-line.js';

/** Milliseconds since 1970 as yang:date-and-time. */
export type DateAndTime = (timeMs: number) => string;

/** The same, with the last answer at hand: much happens in the same millisecond. */
export function rememberingLast(dateAndTime: DateAndTime): DateAndTime {
  let [lastMs, lastText] = [Number.NaN, ''];
  return (timeMs) => {
    if (timeMs !== lastMs) [lastMs, lastText] = [timeMs, dateAndTime(timeMs)];
    return lastText;
  };
}

/** What there is at a moment. */
export interface Snapshot {
  readonly sequence: number;
  readonly timeMs: number;
  readonly sessions: readonly ToldSession[];
  readonly tunnels: readonly ToldTunnel[];
}

/** The lines of a snapshot, each made when it is asked for. */
export function* snapshotLines(snapshot: Snapshot, dateAndTime: DateAndTime): Generator<string, void> {
  const { sequence, timeMs, sessions, tunnels } = snapshot;
  yield line({
    type: 'snapshot',
    version: EVENT_LINES_VERSION,
    sequence,
    time: dateAndTime(timeMs),
    sessions: sessions.length,
    tunnels: tunnels.length,
  });
  for (const session of sessions) yield line({ type: 'session', ...sessionFacts(session, dateAndTime) });
  for (const tunnel of tunnels) yield line({ type: 'tunnel', ...tunnelFacts(tunnel, dateAndTime) });
  yield line({ type: 'snapshot-end' });
}

/** The line of a change. */
export function changeLine(change: Change, sequence: number, dateAndTime: DateAndTime): string {
  return line(changeFacts(change, { sequence, time: dateAndTime(change.timeMs) }, dateAndTime));
}

/** The line that is the last. */
export function endLine(reason: string): string {
  return line({ type: 'end', reason });
}

function changeFacts(
  change: Change,
  head: { readonly sequence: number; readonly time: string },
  dateAndTime: DateAndTime,
): ChangeLine {
  switch (change.type) {
    case 'session-created':
      return { type: change.type, ...head, ...sessionFacts(change.session, dateAndTime) };
    case 'session-state': {
      const { type, from, session, downRecord } = change;
      const why =
        downRecord === undefined ? {} : { verdict: downRecord.verdict, explanation: downText(downRecord) };
      return { type, ...head, from, ...sessionFacts(session, dateAndTime), ...why };
    }
    case 'session-deleted': {
      const { type, reason, session } = change;
      return { type, ...head, reason, ...sessionFacts(session, dateAndTime) };
    }
    case 'tunnel-created':
    case 'tunnel-deleted':
      return { type: change.type, ...head, ...tunnelFacts(change.tunnel, dateAndTime) };
    case 'tunnel-state':
      return { type: change.type, ...head, from: change.from, ...tunnelFacts(change.tunnel, dateAndTime) };
    case 'bootstrap-failed': {
      const { type, key, fec, up, failure } = change;
      return { type, ...head, key, fec, up, ...failure };
    }
    case 'session-limit': {
      const { type, role, limit, reached } = change;
      return { type, ...head, role, limit, reached };
    }
    default:
      return change satisfies never;
  }
}

/** Member by member: copying the rest of an object takes twice the time of all else. */
function sessionFacts(session: ToldSession, dateAndTime: DateAndTime): SessionFacts {
  return {
    key: session.key,
    kind: session.kind,
    interface: session.interface,
    source: session.source,
    destination: session.destination,
    fec: session.fec,
    state: session.state,
    diagnostic: diagnosticName(session.diagnostic),
    since: dateAndTime(session.sinceMs),
    localDiscriminator: session.localDiscriminator,
    remoteDiscriminator: session.remoteDiscriminator,
  };
}

function tunnelFacts({ fec, state, sinceMs }: ToldTunnel, dateAndTime: DateAndTime): TunnelFacts {
  return { fec, state, since: dateAndTime(sinceMs) };
}

function line(content: SnapshotPart | ChangeLine | EndLine): string {
  return `${JSON.stringify(content)}\n`;
}
