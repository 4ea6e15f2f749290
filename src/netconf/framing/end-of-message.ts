import { encodeUtf8 } from '../../lib/xml/utf8.js';
import { ByteQueue } from './byte-queue.js';
import { END, TOO_BIG, type FrameDecoder, type FrameEvent } from './frame-decoder.js';

/** `]]>]]>` ends every message (RFC 6242 §4.3): in hellos, and throughout base:1.0. */
const DELIMITER_TEXT = ']]>]]>';
const DELIMITER = encodeUtf8(DELIMITER_TEXT);

/** The text that is, in UTF-8, `message` framed for base:1.0 and for hellos: encoded at once, it is copied once less. */
export function frameEndOfMessage(message: string): string {
  return message + DELIMITER_TEXT;
}

/** Decodes end-of-message framing. There is no malformed input: only messages that never end. */
export class EndOfMessageDecoder implements FrameDecoder {
  private readonly maxMessageBytes: number;
  private readonly queue = new ByteQueue();
  /** Bytes of the delimiter that have been seen, held back until it is clear what they are. */
  private matched = 0;
  private messageBytes = 0;
  private tooBig = false;
  private pendingEvent: FrameEvent | undefined;

  constructor(maxMessageBytes: number) {
    this.maxMessageBytes = maxMessageBytes;
  }

  get pendingBytes(): number {
    return this.queue.length;
  }

  push(bytes: Uint8Array): void {
    this.queue.push(bytes);
  }

  takeRest(): readonly Uint8Array[] {
    return this.queue.takeAll();
  }

  next(): FrameEvent | undefined {
    const waiting = this.pendingEvent;
    if (waiting !== undefined) {
      this.pendingEvent = undefined;
      return waiting;
    }
    for (let piece = this.queue.peek(); piece !== undefined; piece = this.queue.peek()) {
      const event = this.scan(piece);
      if (event !== undefined) return event;
    }
    return undefined;
  }

  /** Consumes `piece`, or the part of it that ends the message. */
  private scan(piece: Uint8Array): FrameEvent | undefined {
    const held = this.matched;
    let position = 0;
    while (position < piece.length && this.matched < DELIMITER.length) {
      if (this.matched === 0) {
        const bracket = piece.indexOf(DELIMITER[0]!, position);
        if (bracket === -1) {
          position = piece.length;
          break;
        }
        position = bracket;
      }
      this.matched = step(this.matched, piece[position]!);
      position += 1;
    }
    this.queue.skip(position);
    const ended = this.matched === DELIMITER.length;
    const content = this.content(held, piece, position);
    if (!ended) return this.account(content);
    this.matched = 0;
    return this.endAfter(content);
  }

  /** What of the held-back bytes and of the first `position` bytes of `piece` is content after all. */
  private content(held: number, piece: Uint8Array, position: number): Uint8Array {
    const length = held + position - this.matched;
    if (held === 0) return piece.subarray(0, length);
    if (length <= held) return DELIMITER.subarray(0, length);
    const joined = new Uint8Array(length);
    joined.set(DELIMITER.subarray(0, held));
    joined.set(piece.subarray(0, length - held), held);
    return joined;
  }

  private account(content: Uint8Array): FrameEvent | undefined {
    this.messageBytes += content.length;
    if (this.tooBig || content.length === 0) return undefined;
    if (this.messageBytes <= this.maxMessageBytes) return { type: 'data', bytes: content };
    this.tooBig = true;
    return TOO_BIG;
  }

  private endAfter(content: Uint8Array): FrameEvent {
    const last = this.account(content);
    this.messageBytes = 0;
    this.tooBig = false;
    if (last === undefined) return END;
    this.pendingEvent = END;
    return last;
  }
}

/** How many bytes of the delimiter are matched after `byte`, when `matched` were before. */
function step(matched: number, byte: number): number {
  if (byte === DELIMITER[matched]) return matched + 1;
  // Only after "]]" and "]]>]]" is a bracket not what comes next, and of both "]]" remains matched.
  return byte === DELIMITER[0] ? 2 : 0;
}
