import type { Arena } from './arena.io.js';
import { lastErrno, libc } from './libc.io.js';
import { EINTR, MSG_DONTWAIT } from './linux-constants.js';

/** Packets per system call: more gain nothing measurable. */
export const RAW_MESSAGES = 128;
/** struct mmsghdr, struct iovec. */
const HEADER_SIZE = 64;
const IOVEC_SIZE = 16;

/** What a batch of so many messages needs of an arena. */
export function rawBatchSize(messages: number): number {
  return messages * (HEADER_SIZE + IOVEC_SIZE) + 32;
}

/** A packet to send, by where its parts lie in the arena of the batch. */
export interface RawMessage {
  readonly packetOffset: number;
  readonly packetLength: number;
  readonly addressOffset: number;
  readonly addressLength: number;
  readonly controlOffset: number;
  readonly controlLength: number;
  /** How often it is in a batch that has not left. */
  pending: number;
  /** How often the kernel did not take it. */
  failedSends: number;
}

/** Packets that leave together by one socket. */
export class RawBatch {
  readonly #fd: number;
  readonly #arena: Arena;
  readonly #size: number;
  readonly #headers: number;
  readonly #iovecs: number;
  readonly #messages: RawMessage[] = [];

  /** @param size how many messages leave by one system call: 1024 at most */
  constructor(fd: number, arena: Arena, size = RAW_MESSAGES) {
    this.#fd = fd;
    this.#arena = arena;
    this.#size = size;
    this.#headers = arena.reserve(size * HEADER_SIZE);
    this.#iovecs = arena.reserve(size * IOVEC_SIZE);
    for (let index = 0; index < size; index += 1) {
      const header = this.#headers + index * HEADER_SIZE;
      arena.writePointer(header + 16, this.#iovecs + index * IOVEC_SIZE);
      arena.view.setUint32(header + 24, 1, true);
    }
  }

  /** The message must stay as it is while it is pending. */
  add(message: RawMessage): void {
    const { view } = this.#arena;
    const index = this.#messages.length;
    const header = this.#headers + index * HEADER_SIZE;
    const iovec = this.#iovecs + index * IOVEC_SIZE;
    this.#arena.writePointer(header, message.addressOffset);
    view.setUint32(header + 8, message.addressLength, true);
    this.#arena.writePointer(header + 32, message.controlOffset);
    view.setUint32(header + 40, message.controlLength, true);
    this.#arena.writePointer(iovec, message.packetOffset);
    view.setUint32(iovec + 8, message.packetLength, true);
    message.pending += 1;
    this.#messages.push(message);
    if (index + 1 === this.#size) {
      this.flush();
    }
  }

  /** Sends all that is pending. The kernel stops at a message that it does not take: it is left out. */
  flush(): void {
    const messages = this.#messages;
    let done = 0;
    while (done < messages.length) {
      const first = this.#arena.address + this.#headers + done * HEADER_SIZE;
      const sent = libc.sendmmsg(this.#fd, first, messages.length - done, MSG_DONTWAIT);
      if (sent > 0) {
        done += sent;
      } else if (lastErrno() !== EINTR) {
        const refused = messages[done];
        if (refused !== undefined) {
          refused.failedSends += 1;
        }
        done += 1;
      }
    }
    for (const message of messages) {
      message.pending -= 1;
    }
    messages.length = 0;
  }
}
