import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import type { EventLine } from '../../src/link/events/event-line.js';
import { waitFor } from './wait-for.js';

/** A program that follows an engine, with all that it has read. */
export class EventFollower {
  readonly lines: EventLine[] = [];
  readonly closed: Promise<void>;
  readonly socket: Socket;

  constructor(path: string) {
    this.socket = connect(path);
    createInterface({ input: this.socket }).on('line', (text) => this.lines.push(JSON.parse(text)));
    this.closed = new Promise((resolve, reject) => {
      this.socket.once('close', () => resolve());
      this.socket.once('error', reject);
    });
  }

  /** The first line that fits, as soon as it is there. */
  async line<T extends EventLine['type']>(
    type: T,
    fits: (line: Extract<EventLine, { type: T }>) => boolean = () => true,
  ): Promise<Extract<EventLine, { type: T }>> {
    const isOne = (line: EventLine): line is Extract<EventLine, { type: T }> => line.type === type;
    return waitFor(
      () => this.lines.filter(isOne).find(fits),
      async () => `line ${type} as wanted; there are ${JSON.stringify(this.lines)}`,
    );
  }

  close(): void {
    this.socket.destroy();
  }
}
