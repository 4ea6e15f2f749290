import { pino, type Logger } from 'pino';
import { nodeDigest } from '../bfd/auth/node-digest.io.js';
import { createRandomSource } from '../bfd/engine/random-source.io.js';
import { rehearse } from '../bfd/engine/rehearsal.js';
import type { StateChangeEvent } from '../bfd/engine/session-model.js';
import { LostPackets } from '../net/lost-packets.io.js';
import { StateLines } from './state-lines.js';

/** The second life runs what the first has compiled: measured, a fall costs a tenth from then on. */
const LIVES = 2;

/**
 * Makes this process quick from the first session on that goes down (see rehearsal.ts), with all that is told
 * of one; nobody hears it. Takes about a tenth of a second.
 *
 * @param logEvent writes an event to a log
 */
export function rehearseEngine(logEvent: (log: Logger, event: StateChangeEvent) => void): void {
  const log = pino({}, { write: () => undefined });
  const lines = new StateLines([], () => undefined);
  const lostPackets = new LostPackets(() => []);
  const onEvent = (event: StateChangeEvent): void => {
    logEvent(log, event);
    lines.tell(event, event.timeMs);
    // As the link to an agent does.
    JSON.stringify(event);
  };
  rehearse(
    { digest: nodeDigest, random: createRandomSource(), lostPackets: () => lostPackets.total(), onEvent },
    LIVES,
  );
}
