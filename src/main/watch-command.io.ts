import { connect, type Socket } from 'node:net';
import type { EventLine } from '../link/events/event-line.js';
import { reasonOf } from '../lib/reason-of.js';
import { eventText } from './event-text.js';
import { StartError } from './start-error.js';

/**
 * Prints what an event socket tells, until the process is interrupted or whoever reads it has gone.
 *
 * @param form `text` for people, `json` as it comes
 * @throws StartError when there is nothing to be told, or no more
 */
export async function watchEvents(path: string, form: 'text' | 'json'): Promise<void> {
  // `head` has read enough.
  process.stdout.on('error', () => process.exit(0));
  let reason = 'the engine has gone';
  try {
    for await (const text of linesOf(connect(path))) {
      const line: EventLine = JSON.parse(text);
      if (line.type === 'end') reason = line.reason;
      const shown = form === 'json' ? text : eventText(line);
      if (shown !== null && !process.stdout.write(`${shown}\n`)) await drained();
    }
  } catch (error) {
    reason = reasonOf(error);
  }
  throw new StartError(`watch ${path}: ${reason}`);
}

async function* linesOf(socket: Socket): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of socket.setEncoding('utf8')) {
    const lines = (rest + String(chunk)).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
}

function drained(): Promise<void> {
  return new Promise((resolve) => {
    process.stdout.once('drain', resolve);
  });
}
