import type { EventLine } from '../../../src/link/events/event-line.js';
import type { LineSink } from '../../../src/link/events/follower.js';

/** A follower's end of the socket: takes what is written when it is asked to. */
export class FollowerSink implements LineSink {
  /** What has been read so far. */
  readonly lines: EventLine[] = [];
  ended = false;
  #unread = '';

  get unsent(): number {
    return this.#unread.length;
  }

  write(text: string): void {
    if (this.ended) throw new Error('written after the end');
    this.#unread += text;
  }

  end(text: string): void {
    this.write(text);
    this.ended = true;
  }

  /** Reads all that waits: whole lines. */
  read(): readonly EventLine[] {
    const lines = this.#unread
      .split('\n')
      .filter(Boolean)
      .map((text): EventLine => JSON.parse(text));
    this.#unread = '';
    this.lines.push(...lines);
    return lines;
  }
}

/** Work that is put off, as an event loop runs it. */
export class Turns {
  #due: (() => void)[] = [];

  readonly defer = (work: () => void): void => {
    this.#due.push(work);
  };

  /** Everything that is due now. False: nothing was. */
  turn(): boolean {
    const due = this.#due;
    this.#due = [];
    for (const work of due) work();
    return due.length > 0;
  }

  /** Until nothing is due. */
  run(): void {
    while (this.turn());
  }
}
