import { endLine } from './write-lines.js';

/** Where the lines of a follower go. */
export interface LineSink {
  /** Characters that have been written and not been taken yet. */
  readonly unsent: number;
  write(text: string): void;
  /** The last text; what waits is still sent, as long as the other end takes it within some seconds. */
  end(text: string): void;
}

/** What a follower may leave unread in our memory: characters. */
export const UNREAD_MAX = 4 * 1024 * 1024;
/** While so much of the snapshot waits to be read, no more of it is made. */
const SNAPSHOT_UNREAD_MAX = 256 * 1024;
/** Lines of the snapshot that are made in one turn of the event loop; it takes a quarter of a millisecond. */
const LINES_PER_TURN = 64;

/**
 * One follower: gets its snapshot as fast as it reads it, then the changes, which wait meanwhile. One that
 * reads too slowly is ended with a line that says so: nobody else waits for it.
 */
export class Follower {
  readonly #sink: LineSink;
  readonly #defer: (work: () => void) => void;
  readonly #gone: () => void;
  /** Changes up to this one are in the snapshot. */
  readonly #sequence: number;
  /** Null: all of it has been written. */
  #snapshot: Iterator<string> | null;
  #scheduled = false;
  #later: string[] = [];
  #laterLength = 0;
  #ended = false;

  /**
   * @param sequence number of the last change that the snapshot has in it
   * @param gone is called when nothing more will be written
   */
  constructor(
    sink: LineSink,
    sequence: number,
    snapshot: Iterator<string>,
    { defer, gone }: { readonly defer: (work: () => void) => void; readonly gone: () => void },
  ) {
    this.#sink = sink;
    this.#sequence = sequence;
    this.#snapshot = snapshot;
    this.#defer = defer;
    this.#gone = gone;
  }

  /** To be called to begin, and whenever the sink has got rid of what was written. */
  go(): void {
    if (this.#snapshot === null || this.#scheduled || this.#ended) return;
    this.#scheduled = true;
    this.#defer(() => {
      this.#scheduled = false;
      this.#writeSnapshot();
    });
  }

  /** @param first number of the change of the first line */
  tell(lines: readonly string[], first: number): void {
    if (this.#ended) return;
    const text = lines.slice(Math.max(0, this.#sequence + 1 - first)).join('');
    if (text === '') return;
    if (this.#snapshot === null) this.#sink.write(text);
    else {
      this.#later.push(text);
      this.#laterLength += text.length;
    }
    if (this.#sink.unsent + this.#laterLength > UNREAD_MAX) {
      this.end(`more than ${UNREAD_MAX} characters have not been read`);
    }
  }

  /** Writes the last line. */
  end(reason: string): void {
    if (this.#ended) return;
    this.close();
    this.#sink.end(endLine(reason));
  }

  /** The follower has gone by itself. */
  close(): void {
    this.#ended = true;
    this.#later = [];
    this.#gone();
  }

  #writeSnapshot(): void {
    if (this.#ended || this.#snapshot === null || this.#sink.unsent > SNAPSHOT_UNREAD_MAX) return;
    let text = '';
    for (let count = 0; count < LINES_PER_TURN && this.#snapshot !== null; count += 1) {
      const next = this.#snapshot.next();
      if (next.done === true) this.#snapshot = null;
      else text += next.value;
    }
    if (this.#snapshot === null) {
      text += this.#later.join('');
      this.#later = [];
      this.#laterLength = 0;
    }
    this.#sink.write(text);
    this.go();
  }
}
