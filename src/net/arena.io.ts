import koffi from 'koffi';
import { libc } from './libc.io.js';
import { MAP_PRIVATE_ANONYMOUS, PROT_READ_WRITE } from './linux-constants.js';

/**
 * Memory that system calls read and write: one anonymous mapping, seen from both sides. It never
 * moves, and is handed out once, from the beginning to the end; a socket keeps its parts for life.
 */
export class Arena {
  /** Of the first byte, as C sees it. */
  readonly address: number;
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly #size: number;
  #used = 0;

  /**
   * @param size bytes; the kernel gives the pages when they are first written
   * @throws Error when there is no memory
   */
  constructor(size: number) {
    const address = libc.mmap(0, size, PROT_READ_WRITE, MAP_PRIVATE_ANONYMOUS, -1, 0);
    // MAP_FAILED is (void *)-1, which as a number is beyond every real address.
    if (address > Number.MAX_SAFE_INTEGER) {
      throw new Error(`no memory for ${size} bytes of packet buffers`);
    }
    const buffer = koffi.view(BigInt(address), size);
    this.address = address;
    this.bytes = new Uint8Array(buffer);
    this.view = new DataView(buffer);
    this.#size = size;
  }

  /**
   * Hands out `length` bytes, aligned for every C type; the answer is their offset.
   * @throws RangeError when the arena is used up: its size was computed wrongly
   */
  reserve(length: number): number {
    const offset = (this.#used + 15) & ~15;
    if (offset + length > this.#size) {
      throw new RangeError(`arena of ${this.#size} bytes cannot hold ${length} more`);
    }
    this.#used = offset + length;
    return offset;
  }

  /** Writes a pointer to `target` (an offset in this arena) at `offset`. */
  writePointer(offset: number, target: number): void {
    const pointer = this.address + target;
    this.view.setUint32(offset, pointer >>> 0, true);
    this.view.setUint32(offset + 4, pointer / 2 ** 32, true);
  }

  /** Gives the memory back. Nothing may use the arena or its views afterwards. */
  free(): void {
    libc.munmap(this.address, this.#size);
  }
}
