declare const TextDecoder: new () => { decode(bytes: Uint8Array): string };
declare const TextEncoder: new () => {
  encode(text: string): Uint8Array;
  encodeInto(text: string, into: Uint8Array): { read: number; written: number };
};

/** Addresses are byte offsets into the memory; 0 is the null pointer of C. */
export type Address = number;

/** Texts that were read last are kept, by where they were found: so many, and none longer. */
const KEPT_TEXTS = 2048;
const KEPT_LENGTH_MOST = 64;

/**
 * The memory of a WebAssembly instance, read and written from outside. Views of it go stale when it
 * grows: a stale view reads as undefined, and is renewed then.
 */
export class LinearMemory {
  readonly #memory: WebAssembly.Memory;
  readonly #decoder = new TextDecoder();
  readonly #encoder = new TextEncoder();
  #bytes: Uint8Array;
  #words: Uint32Array;
  readonly #kept: (string | undefined)[] = Array.from({ length: KEPT_TEXTS }, () => undefined);

  constructor(memory: WebAssembly.Memory) {
    this.#memory = memory;
    this.#bytes = new Uint8Array(memory.buffer);
    this.#words = new Uint32Array(memory.buffer);
  }

  /** Its present size in bytes; it never shrinks. */
  get byteLength(): number {
    return this.#memory.buffer.byteLength;
  }

  u8(at: Address): number {
    return this.#bytes[at] ?? this.#fresh().#bytes[at] ?? outside(at);
  }

  u16(at: Address): number {
    return this.u8(at) | (this.u8(at + 1) << 8);
  }

  /** `at` is a multiple of 4. */
  u32(at: Address): number {
    return this.#words[at >>> 2] ?? this.#fresh().#words[at >>> 2] ?? outside(at);
  }

  setU32(at: Address, value: number): void {
    this.u32(at);
    this.#words[at >>> 2] = value;
  }

  /** Writes bytes with a terminating zero. */
  setBytes(at: Address, bytes: Uint8Array): void {
    this.#fresh().#bytes.set(bytes, at);
    this.#bytes[at + bytes.length] = 0;
  }

  /** A text as UTF-8. */
  encode(text: string): Uint8Array {
    return this.#encoder.encode(text);
  }

  /** The zero-terminated UTF-8 text at `at`; undefined for the null pointer. */
  text(at: Address): string | undefined {
    if (at === 0) return undefined;
    // Most texts are names and values that are read again and again: to compare one costs less than to make it.
    const place = (at >>> 2) % KEPT_TEXTS;
    const kept = this.#kept[place];
    if (kept !== undefined && this.#isAt(at, kept)) return kept;
    const bytes = this.#fresh().#bytes;
    const end = bytes.indexOf(0, at);
    if (end < 0) outside(at);
    if (end - at > KEPT_LENGTH_MOST) return this.#decoder.decode(bytes.subarray(at, end));
    const text = end - at < 24 ? this.#shortText(at, end) : this.#decoder.decode(bytes.subarray(at, end));
    if (text.length === end - at) this.#kept[place] = text;
    return text;
  }

  /**
   * Writes a text as UTF-8 with a terminating zero.
   *
   * @param capacity the bytes there are
   * @returns how many bytes were written with the zero, or undefined when there was not enough room
   */
  setText(at: Address, text: string, capacity: number): number | undefined {
    const into = this.#fresh().#bytes.subarray(at, at + capacity - 1);
    const { read, written } = this.#encoder.encodeInto(text, into);
    if (read < text.length) return undefined;
    this.#bytes[at + written] = 0;
    return written + 1;
  }

  /** Whether the text at `at` is that one, which is ASCII. */
  #isAt(at: Address, text: string): boolean {
    const bytes = this.#fresh().#bytes;
    for (let i = 0; i < text.length; i += 1) if (bytes[at + i] !== text.charCodeAt(i)) return false;
    return bytes[at + text.length] === 0;
  }

  /** The decoder costs more than the text where the text is short, and most texts are: names, numbers. */
  #shortText(at: Address, end: Address): string {
    let text = '';
    for (let i = at; i < end; i += 1) {
      const byte = this.u8(i);
      if (byte > 127) return this.#decoder.decode(this.#bytes.subarray(at, end));
      text += String.fromCharCode(byte);
    }
    return text;
  }

  #fresh(): this {
    if (this.#bytes.length === 0) {
      this.#bytes = new Uint8Array(this.#memory.buffer);
      this.#words = new Uint32Array(this.#memory.buffer);
    }
    return this;
  }
}

function outside(at: Address): never {
  throw new RangeError(`address ${at} is outside the memory`);
}
