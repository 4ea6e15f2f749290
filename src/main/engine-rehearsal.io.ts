import { pino, type Logger } from 'pino';
import { nodeDigest } from '../bfd/auth/node-digest.io.js';
import { createRandomSource } from '../bfd/engine/random-source.io.js';
import { rehearsal, type RehearsalParts } from '../bfd/engine/rehearsal.js';
import type { DesiredSession, StateChangeEvent } from '../bfd/engine/session-model.js';
import { parseDesiredSessions } from '../link/message-schemas.js';
import { LoopbackWire } from '../net/loopback-wire.io.js';
import { LostPackets } from '../net/lost-packets.io.js';
import { SystemCallError } from '../net/system-call-error.io.js';
import type { Transmitter } from '../net/transmitter.js';
import { StateLines } from './state-lines.js';

/** The second life runs what the first has compiled: measured, a fall costs a tenth from then on. */
const LIVES_AT_START = 2;
/** Half a second, which thousands of sessions that come at once are worth. */
const LIVES_FOR_MANY = 30;
/** Measured: thousands of sessions come Up in half the time after these; more gain little. */
const LIVES_BY_AND_BY = 100;
/** What of them is done in one turn of the event loop, and the time to the next turn. */
const SLICE_MS = 0.5;
const PAUSE_MS = 5;
/** The event loop has other things to do when a turn comes so late. */
const LATE_MS = 2;

/** What of a rehearsal has not been done at the start. */
export interface RestOfRehearsal {
  /** Does at once what many sessions need. */
  prepareForMany(): void;
  /** Does the rest by and by, as long as `quiet` says yes: who has much to do learns from that. Once, and last. */
  goOn(quiet: () => boolean): void;
}

/**
 * Makes this process quick from the first session on that comes Up or goes down (see rehearsal.ts), with all
 * that is told of one; nobody hears it, and no other host sees its packets. Takes about a tenth of a second.
 *
 * @param transmitter by which the packets of real sessions leave, too
 * @param logEvent writes an event to a log
 * @param log is told when the host does not let packets come back
 */
export function rehearseEngine(
  transmitter: Transmitter,
  logEvent: (log: Logger, event: StateChangeEvent) => void,
  log: Logger,
): RestOfRehearsal {
  const wire = openWire(transmitter, log);
  if (wire === null) {
    return { prepareForMany: () => undefined, goOn: () => undefined };
  }
  const parts = rehearsalParts(wire, logEvent);
  finish(rehearsal(parts, LIVES_AT_START));
  return {
    prepareForMany: () => finish(rehearsal(parts, LIVES_FOR_MANY)),
    goOn: (quiet) => goOn(rehearsal(parts, LIVES_BY_AND_BY), quiet, () => wire.close()),
  };
}

function openWire(transmitter: Transmitter, log: Logger): LoopbackWire | null {
  try {
    return new LoopbackWire(transmitter);
  } catch (error) {
    if (error instanceof SystemCallError) {
      log.warn({ obstacle: error.message }, 'nothing is rehearsed: the first sessions may come Up slowly');
      return null;
    }
    throw error;
  }
}

function rehearsalParts(
  wire: LoopbackWire,
  logEvent: (log: Logger, event: StateChangeEvent) => void,
): RehearsalParts {
  const log = pino({}, { write: () => undefined });
  const lines = new StateLines([], () => undefined);
  const lostPackets = new LostPackets(() => []);
  return {
    wire,
    digest: nodeDigest,
    createRandom: createRandomSource,
    lostPackets: () => lostPackets.total(),
    onEvent: (event: StateChangeEvent): void => {
      logEvent(log, event);
      lines.tell(event, event.timeMs);
      // As the link to an agent does.
      JSON.stringify(event);
    },
    asItComes,
  };
}

function finish(turns: Iterator<unknown>): void {
  while (turns.next().done !== true);
}

function goOn(turns: Generator, quiet: () => boolean, ended: () => void): void {
  const dueMs = performance.now() + PAUSE_MS;
  setTimeout(() => {
    if (quiet() && (performance.now() - dueMs > LATE_MS || !isDone(turns))) {
      goOn(turns, quiet, ended);
    } else {
      turns.return(undefined);
      ended();
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
