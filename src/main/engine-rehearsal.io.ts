import { pino, type Logger } from 'pino';
import { nodeDigest } from '../bfd/auth/node-digest.io.js';
import { createRandomSource } from '../bfd/engine/random-source.io.js';
import { rehearsal } from '../bfd/engine/rehearsal.js';
import type { DesiredSession, StateChangeEvent } from '../bfd/engine/session-model.js';
import { parseDesiredSessions } from '../link/message-schemas.js';
import { LostPackets } from '../net/lost-packets.io.js';
import { StateLines } from './state-lines.js';

/** The second life runs what the first has compiled: measured, a fall costs a tenth from then on. */
const LIVES_AT_START = 2;
/** Measured: thousands of sessions come Up in two thirds of the time after these; more gain little. */
const LIVES = 60;
/** What of them is done in one turn of the event loop, and the time to the next turn. */
const SLICE_MS = 0.5;
const PAUSE_MS = 5;
/** The event loop has other things to do when a turn comes so late. */
const LATE_MS = 2;

/** What of a rehearsal has not been done at the start. */
export interface RestOfRehearsal {
  /** Does it now, in half a second, which many sessions at once are worth. */
  finish(): void;
  /** Does it by and by, while there is little else to do. */
  goOn(): void;
}

/**
 * Makes this process quick from the first session on that goes down (see rehearsal.ts), with all that is told
 * of one; nobody hears it. Takes about a tenth of a second.
 *
 * @param logEvent writes an event to a log
 */
export function rehearseEngine(logEvent: (log: Logger, event: StateChangeEvent) => void): RestOfRehearsal {
  const log = pino({}, { write: () => undefined });
  const lines = new StateLines([], () => undefined);
  const lostPackets = new LostPackets(() => []);
  const parts = {
    digest: nodeDigest,
    random: createRandomSource(),
    lostPackets: () => lostPackets.total(),
    onEvent: (event: StateChangeEvent): void => {
      logEvent(log, event);
      lines.tell(event, event.timeMs);
      // As the link to an agent does.
      JSON.stringify(event);
    },
    asItComes,
  };
  finish(rehearsal(parts, LIVES_AT_START));
  const rest = rehearsal(parts, LIVES);
  return { finish: () => finish(rest), goOn: () => goOn(rest) };
}

function finish(turns: Iterator<unknown>): void {
  while (turns.next().done !== true);
}

function goOn(turns: Iterator<unknown>): void {
  const dueMs = performance.now() + PAUSE_MS;
  setTimeout(() => {
    if (performance.now() - dueMs > LATE_MS || !isDone(turns)) {
      goOn(turns);
    }
  }, PAUSE_MS);
}

/** Does one slice. */
function isDone(turns: Iterator<unknown>): boolean {
  const endMs = performance.now() + SLICE_MS;
  while (performance.now() < endMs) {
    if (turns.next().done === true) {
      return true;
    }
  }
  return false;
}

/** Through the check of what comes from an agent. */
function asItComes(session: DesiredSession): DesiredSession {
  const parsed = parseDesiredSessions([session]);
  return (parsed.ok ? parsed.value[0] : undefined) ?? session;
}
