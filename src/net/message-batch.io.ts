import { Arena } from './arena.io.js';
import type { AddressFamily } from './host-address.js';
import {
  SOCKADDR_IN6_ADDRESS,
  SOCKADDR_IN6_SIZE,
  SOCKADDR_IN_ADDRESS,
  SOCKADDR_IN_SIZE,
} from './socket-address.js';

const CONTROL_SIZE = 128;
/** struct mmsghdr. */
const HEADER_SIZE = 64;
const IOVEC_SIZE = 16;
/** What is handed out is aligned. */
const ALIGNMENT = 16;

/** Memory for the datagrams of one recvmmsg, and views of it that are made once and used again. */
export class MessageBatch {
  readonly view: DataView;
  /** The same memory in words of this host. */
  readonly words: Int32Array;
  readonly #arena: Arena;
  readonly #count: number;
  readonly #payloadSize: number;
  readonly #addressSize: number;
  readonly #ipBytes: number;
  readonly #ipOffset: number;
  readonly #headers: number;
  readonly #iovecs: number;
  readonly #addresses: number;
  readonly #controls: number;
  readonly #payloads: number;
  readonly #payloadViews: Uint8Array[] = [];
  readonly #sourceViews: Uint8Array[] = [];
  readonly #destinationViews: Uint8Array[] = [];

  /**
   * @param payloadSize the bytes that are kept of a datagram, at least
   * @throws Error when there is no memory
   */
  constructor(count: number, family: AddressFamily, payloadSize: number) {
    const four = family === 'ipv4';
    this.#count = count;
    this.#payloadSize = (payloadSize + 7) & ~7;
    this.#addressSize = four ? SOCKADDR_IN_SIZE : SOCKADDR_IN6_SIZE;
    this.#ipBytes = four ? 4 : 16;
    this.#ipOffset = four ? SOCKADDR_IN_ADDRESS : SOCKADDR_IN6_ADDRESS;
    const each = HEADER_SIZE + IOVEC_SIZE + this.#addressSize + CONTROL_SIZE + this.#payloadSize;
    this.#arena = new Arena(count * each + 5 * ALIGNMENT);
    this.view = this.#arena.view;
    this.words = new Int32Array(this.view.buffer, this.view.byteOffset, this.view.byteLength >> 2);
    this.#headers = this.#arena.reserve(count * HEADER_SIZE);
    this.#iovecs = this.#arena.reserve(count * IOVEC_SIZE);
    this.#addresses = this.#arena.reserve(count * this.#addressSize);
    this.#controls = this.#arena.reserve(count * CONTROL_SIZE);
    this.#payloads = this.#arena.reserve(count * this.#payloadSize);
    for (let index = 0; index < count; index += 1) {
      this.#connect(index);
    }
    this.prepare(count);
  }

  /** Of the array of struct mmsghdr, as C sees it. */
  get address(): number {
    return this.#arena.address + this.#headers;
  }

  /** Sets the lengths that the last call has overwritten, of its first `used` messages. */
  prepare(used: number): void {
    for (let index = 0; index < Math.min(used, this.#count); index += 1) {
      const header = this.#headers + index * HEADER_SIZE;
      this.view.setUint32(header + 8, this.#addressSize, true);
      this.view.setUint32(header + 40, CONTROL_SIZE, true);
    }
  }

  controlOffset(index: number): number {
    return this.#controls + index * CONTROL_SIZE;
  }

  controlLength(index: number): number {
    return this.view.getUint32(this.#headers + index * HEADER_SIZE + 40, true);
  }

  payloadLength(index: number): number {
    return this.view.getUint32(this.#headers + index * HEADER_SIZE + 56, true);
  }

  /** Where the payload begins in `words`. */
  payloadWord(index: number): number {
    return (this.#payloads + index * this.#payloadSize) >> 2;
  }

  payload(index: number): Uint8Array {
    const length = this.payloadLength(index);
    return this.#look(this.#payloadViews, index, this.#payloads + index * this.#payloadSize, length);
  }

  /** The address that the datagram came from. */
  source(index: number): Uint8Array {
    const offset = this.#addresses + index * this.#addressSize + this.#ipOffset;
    return this.#look(this.#sourceViews, index, offset, this.#ipBytes);
  }

  sourcePort(index: number): number {
    return this.view.getUint16(this.#addresses + index * this.#addressSize + 2, false);
  }

  /** The address at `offset`, where the control messages of this datagram have it. */
  destination(index: number, offset: number): Uint8Array {
    return this.#look(this.#destinationViews, index, offset, this.#ipBytes);
  }

  free(): void {
    this.#arena.free();
  }

  /** Sets the pointers of one struct mmsghdr and its struct iovec, once for all calls. */
  #connect(index: number): void {
    const arena = this.#arena;
    const header = this.#headers + index * HEADER_SIZE;
    const iovec = this.#iovecs + index * IOVEC_SIZE;
    arena.writePointer(header, this.#addresses + index * this.#addressSize);
    arena.writePointer(header + 16, iovec);
    arena.view.setUint32(header + 24, 1, true);
    arena.writePointer(header + 32, this.#controls + index * CONTROL_SIZE);
    arena.writePointer(iovec, this.#payloads + index * this.#payloadSize);
    arena.view.setUint32(iovec + 8, this.#payloadSize, true);
  }

  /** The view made the last time, if it is of the same place and length: as good as always. */
  #look(views: Uint8Array[], index: number, offset: number, length: number): Uint8Array {
    const known = views[index];
    if (known !== undefined && known.length === length && known.byteOffset === offset) {
      return known;
    }
    const made = this.#arena.bytes.subarray(offset, offset + length);
    views[index] = made;
    return made;
  }
}
