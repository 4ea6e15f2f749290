import { err, ok, type Result } from '../lib/result.js';

/**
 * Messages on a byte stream: the length of the body in bytes, an unsigned big-endian number of 32 bits,
 * then the body.
 */

export const FRAME_HEADER = 4;
/** Longest body. A part of a list has at most 256 elements of far less than 4 KiB. */
export const FRAME_BODY_MAX = 1024 * 1024;

/** `body` with its length before it. Throws RangeError when it is too long: the sender's mistake. */
export function encodeFrame(body: Uint8Array): Uint8Array {
  if (body.length > FRAME_BODY_MAX) {
    throw new RangeError(`message of ${body.length} bytes exceeds ${FRAME_BODY_MAX}`);
  }
  const frame = new Uint8Array(FRAME_HEADER + body.length);
  new DataView(frame.buffer).setUint32(0, body.length, false);
  frame.set(body, FRAME_HEADER);
  return frame;
}

/** Finds the frames in a stream that arrives in chunks of any size. */
export class FrameReader {
  #header = new Uint8Array(FRAME_HEADER);
  #headerFilled = 0;
  /** The body that is being filled; null while its length is not known. */
  #body: Uint8Array | null = null;
  #bodyFilled = 0;

  /**
   * Takes a chunk, and answers the bodies that it completes.
   * The error is a body that is announced longer than allowed; the stream is of no use afterwards.
   */
  push(chunk: Uint8Array): Result<readonly Uint8Array[], string> {
    const bodies: Uint8Array[] = [];
    let at = 0;
    while (at < chunk.length || this.#isComplete()) {
      if (this.#body === null) {
        at += this.#fillHeader(chunk, at);
        if (this.#headerFilled === FRAME_HEADER) {
          const length = new DataView(this.#header.buffer).getUint32(0, false);
          if (length > FRAME_BODY_MAX) {
            return err(`message of ${length} bytes announced, at most ${FRAME_BODY_MAX} are allowed`);
          }
          this.#body = new Uint8Array(length);
          this.#bodyFilled = 0;
        }
      } else if (this.#isComplete()) {
        bodies.push(this.#body);
        this.#body = null;
        this.#headerFilled = 0;
      } else {
        const taken = chunk.subarray(at, at + this.#body.length - this.#bodyFilled);
        this.#body.set(taken, this.#bodyFilled);
        this.#bodyFilled += taken.length;
        at += taken.length;
      }
    }
    return ok(bodies);
  }

  #isComplete(): boolean {
    return this.#body !== null && this.#bodyFilled === this.#body.length;
  }

  #fillHeader(chunk: Uint8Array, at: number): number {
    const taken = chunk.subarray(at, at + FRAME_HEADER - this.#headerFilled);
    this.#header.set(taken, this.#headerFilled);
    this.#headerFilled += taken.length;
    return taken.length;
  }
}
