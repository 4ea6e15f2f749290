import { Arena } from './arena.io.js';
import { SOCKADDR_LL_INTERFACE, SOCKADDR_LL_PACKET_TYPE } from './link-address.js';

/** Room for a struct sockaddr_ll. */
const ADDRESS_SIZE = 32;
/** struct mmsghdr. */
const HEADER_SIZE = 64;
const IOVEC_SIZE = 16;
const ALIGNMENT = 16;

/** Memory for the packets of one recvmmsg on a packet socket, and views of it that are used again. */
export class FrameBatch {
  readonly #arena: Arena;
  readonly #count: number;
  readonly #packetSize: number;
  readonly #headers: number;
  readonly #iovecs: number;
  readonly #addresses: number;
  readonly #packets: number;
  readonly #views: Uint8Array[] = [];

  /**
   * @param packetSize the bytes that are kept of a packet
   * @throws Error when there is no memory
   */
  constructor(count: number, packetSize: number) {
    this.#count = count;
    this.#packetSize = packetSize;
    const each = HEADER_SIZE + IOVEC_SIZE + ADDRESS_SIZE + packetSize;
    const arena = new Arena(count * each + 4 * ALIGNMENT);
    this.#arena = arena;
    this.#headers = arena.reserve(count * HEADER_SIZE);
    this.#iovecs = arena.reserve(count * IOVEC_SIZE);
    this.#addresses = arena.reserve(count * ADDRESS_SIZE);
    this.#packets = arena.reserve(count * packetSize);
    for (let index = 0; index < count; index += 1) {
      const header = this.#headers + index * HEADER_SIZE;
      const iovec = this.#iovecs + index * IOVEC_SIZE;
      arena.writePointer(header, this.#addresses + index * ADDRESS_SIZE);
      arena.writePointer(header + 16, iovec);
      arena.view.setUint32(header + 24, 1, true);
      arena.writePointer(iovec, this.#packets + index * packetSize);
      arena.view.setUint32(iovec + 8, packetSize, true);
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
      this.#arena.view.setUint32(this.#headers + index * HEADER_SIZE + 8, ADDRESS_SIZE, true);
    }
  }

  /** The interface that the packet came in by. */
  interfaceIndex(index: number): number {
    return this.#arena.view.getInt32(this.#addresses + index * ADDRESS_SIZE + SOCKADDR_LL_INTERFACE, true);
  }

  /** Whom it was for, on its link: PACKET_HOST and so on. */
  packetType(index: number): number {
    return this.#arena.view.getUint8(this.#addresses + index * ADDRESS_SIZE + SOCKADDR_LL_PACKET_TYPE);
  }

  /** The view made the last time, if it is of the same length: as good as always. */
  packet(index: number): Uint8Array {
    const length = this.#arena.view.getUint32(this.#headers + index * HEADER_SIZE + 56, true);
    const known = this.#views[index];
    if (known !== undefined && known.length === length) {
      return known;
    }
    const offset = this.#packets + index * this.#packetSize;
    const made = this.#arena.bytes.subarray(offset, offset + length);
    this.#views[index] = made;
    return made;
  }

  free(): void {
    this.#arena.free();
  }
}
