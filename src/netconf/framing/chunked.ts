import { ByteQueue } from './byte-queue.js';
import { END, TOO_BIG, type FrameDecoder, type FrameEvent } from './frame-decoder.js';

const LF = 0x0a;
const HASH = 0x23;
const ZERO = 0x30;
const NINE = 0x39;
const MAX_CHUNK_SIZE = 4_294_967_295;
const END_OF_CHUNKS = Uint8Array.of(LF, HASH, HASH, LF);

/** `message` framed for base:1.1 (RFC 6242 §4.2), as one chunk. It must not be empty. */
export function frameChunked(message: Uint8Array): Uint8Array<ArrayBuffer> {
  const size = String(message.length);
  const start = size.length + 3;
  const framed = new Uint8Array(start + message.length + END_OF_CHUNKS.length);
  framed[0] = LF;
  framed[1] = HASH;
  for (let digit = 0; digit < size.length; digit += 1) framed[2 + digit] = size.charCodeAt(digit);
  framed[start - 1] = LF;
  framed.set(message, start);
  framed.set(END_OF_CHUNKS, start + message.length);
  return framed;
}

/** Where in the grammar of RFC 6242 §4.2 the next byte stands. */
type State = 'line-feed' | 'hash' | 'size-or-end' | 'size' | 'end' | 'data' | 'broken';

/** Decodes chunked framing, strictly: anything that the grammar does not allow breaks the stream. */
export class ChunkedDecoder implements FrameDecoder {
  private readonly maxMessageBytes: number;
  private readonly queue = new ByteQueue();
  private state: State = 'line-feed';
  /** The size that is being read, then what is left of the chunk. */
  private remaining = 0;
  private messageBytes = 0;
  private tooBig = false;

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
    for (let piece = this.queue.peek(); piece !== undefined; piece = this.queue.peek()) {
      if (this.state === 'broken') {
        this.queue.takeAll();
        return undefined;
      }
      const event = this.state === 'data' ? this.readData(piece) : this.readHeader(piece[0]!);
      if (event !== undefined) return event;
    }
    return undefined;
  }

  private readData(piece: Uint8Array): FrameEvent | undefined {
    const count = Math.min(this.remaining, piece.length);
    this.queue.skip(count);
    this.remaining -= count;
    this.messageBytes += count;
    if (this.remaining === 0) this.state = 'line-feed';
    if (this.tooBig) return undefined;
    if (this.messageBytes <= this.maxMessageBytes) return { type: 'data', bytes: piece.subarray(0, count) };
    this.tooBig = true;
    return TOO_BIG;
  }

  private readHeader(byte: number): FrameEvent | undefined {
    this.queue.skip(1);
    if (this.state === 'size') return this.continueSize(byte);
    if (this.state === 'size-or-end') return this.beginSize(byte);
    if (this.state === 'end') return this.finish(byte);
    return this.state === 'hash'
      ? this.expect(byte === HASH, 'size-or-end', 'A chunk must begin with a line feed and "#".')
      : this.expect(byte === LF, 'hash', 'A chunk must begin with a line feed.');
  }

  private beginSize(byte: number): FrameEvent | undefined {
    if (byte === HASH) {
      return this.expect(this.messageBytes > 0, 'end', 'A message must have at least one chunk.');
    }
    this.remaining = byte - ZERO;
    return this.expect(
      byte > ZERO && byte <= NINE,
      'size',
      'A chunk size must begin with a digit from 1 to 9.',
    );
  }

  private continueSize(byte: number): FrameEvent | undefined {
    if (byte === LF) {
      this.state = 'data';
      return undefined;
    }
    this.remaining = this.remaining * 10 + byte - ZERO;
    const isDigit = byte >= ZERO && byte <= NINE;
    if (!isDigit) return this.break('A chunk size must be digits ended by a line feed.');
    return this.expect(this.remaining <= MAX_CHUNK_SIZE, 'size', `A chunk size is above ${MAX_CHUNK_SIZE}.`);
  }

  private finish(byte: number): FrameEvent | undefined {
    if (byte !== LF) return this.break('The end of a message must be "##" and a line feed.');
    this.state = 'line-feed';
    this.messageBytes = 0;
    this.tooBig = false;
    return END;
  }

  private expect(condition: boolean, then: State, otherwise: string): FrameEvent | undefined {
    if (!condition) return this.break(otherwise);
    this.state = then;
    return undefined;
  }

  private break(reason: string): FrameEvent {
    this.state = 'broken';
    return { type: 'broken', reason };
  }
}
