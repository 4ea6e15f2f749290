import type { Address } from './linear-memory.js';
import type { Native } from './native.js';

/** The bytes that are kept ready for arguments; what does not fit is allocated. */
const arenaBytes = 65_536;

/** Memory for the arguments of a call: texts, words, places for results. Valid until its frame ends. */
export class CallFrame {
  readonly #native: Native;
  readonly #arena: Arena;
  #allocated: Address[] | undefined;

  constructor(native: Native, arena: Arena) {
    this.#native = native;
    this.#arena = arena;
  }

  /**
   * A zero-terminated UTF-8 copy of a text; the null pointer for undefined.
   *
   * @throws {RangeError} for a text with U+0000, which C would take for its end
   */
  text(text: string | undefined): Address {
    if (text === undefined) return 0;
    if (text.includes('\0')) throw new RangeError('the text contains the character U+0000');
    const { free, end } = this.#arena;
    const written =
      text.length < end - free ? this.#native.memory.setText(free, text, end - free) : undefined;
    return written === undefined ? this.bytes(this.#native.memory.encode(text)) : this.#take(written);
  }

  /** A copy of `bytes` with a terminating zero. */
  bytes(bytes: Uint8Array): Address {
    const at = this.#allocate(bytes.length + 1);
    this.#native.memory.setBytes(at, bytes);
    return at;
  }

  /** Consecutive 32-bit words: an array of pointers, or one word as the place of a result. */
  words(...values: number[]): Address {
    const size = 4 * values.length;
    const at = size <= this.#arena.end - this.#arena.free ? this.#take(size) : this.#allocate(size);
    for (let index = 0; index < values.length; index += 1) {
      this.#native.memory.setU32(at + 4 * index, values[index] ?? 0);
    }
    return at;
  }

  /** Gives back what did not fit the arena. */
  release(): void {
    for (const at of this.#allocated ?? []) this.#native.call('free', at);
  }

  #take(size: number): Address {
    const at = this.#arena.free;
    this.#arena.free = Math.min(at + ((size + 7) & ~7), this.#arena.end);
    return at;
  }

  #allocate(size: number): Address {
    const at = this.#native.call('malloc', size);
    if (at === 0) throw new RangeError(`libyang has no ${size} bytes of memory left`);
    this.#allocated ??= [];
    this.#allocated.push(at);
    return at;
  }
}

/** The frames of nested calls, one behind the other in one allocation. */
export class FrameStack {
  readonly #native: Native;
  readonly #arena: Arena;

  constructor(native: Native) {
    this.#native = native;
    const start = native.call('malloc', arenaBytes);
    this.#arena = { free: start, end: start + arenaBytes };
  }

  run<T>(use: (frame: CallFrame) => T): T {
    const start = this.#arena.free;
    const frame = new CallFrame(this.#native, this.#arena);
    try {
      return use(frame);
    } finally {
      this.#arena.free = start;
      if (!this.#native.crashed) frame.release();
    }
  }
}

interface Arena {
  free: Address;
  readonly end: Address;
}
