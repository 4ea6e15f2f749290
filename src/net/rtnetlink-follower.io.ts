import { Arena } from './arena.io.js';
import { lastErrno, libc } from './libc.io.js';
import {
  AF_NETLINK,
  EAGAIN,
  EINTR,
  ENOBUFS,
  MSG_DONTWAIT,
  NETLINK_ROUTE,
  SOCK_CLOEXEC,
  SOCK_NONBLOCK,
  SOCK_RAW,
} from './linux-constants.js';
import { decodeNetlink, encodeDumpRequest, type NetlinkNews } from './netlink-message.js';
import { watchReadable, type Watch } from './poll.io.js';
import { checked, SystemCallError } from './system-call-error.io.js';

/** What the kernel fills at most in one call. */
const MESSAGE_SIZE = 64 * 1024;
/** struct sockaddr_nl: family (u16), padding (u16), port (u32), groups (u32). */
const ADDRESS_SIZE = 12;
/** Receive calls per wake, so that a storm of changes cannot hold the loop. */
const CALLS_PER_WAKE = 64;

/** What is followed, and who keeps it. */
export interface FollowedNews {
  /** Multicast groups, as bits (RTMGRP_LINK and so on). */
  readonly groups: number;
  /** What the dumps are about, one after another: the kernel runs one at a time. */
  readonly dumps: readonly number[];
  /** All that was told is void: everything is told anew. */
  readonly reset: () => void;
  /** True: something is other than it was. */
  readonly apply: (news: NetlinkNews) => boolean;
  /** Called once all is known, and after every change. */
  readonly changed: () => void;
  /** Told of an exception; it should end the process. */
  readonly fatal: (error: unknown) => void;
}

/**
 * Follows a part of what this host (this network namespace) is by rtnetlink: asks for all once, then
 * listens. When the kernel had to drop news, asks for all again.
 */
export class RtnetlinkFollower {
  readonly #followed: FollowedNews;
  readonly #arena = new Arena(MESSAGE_SIZE + 4096);
  readonly #message = this.#arena.reserve(MESSAGE_SIZE);
  readonly #request = this.#arena.reserve(64);
  readonly #fd: number;
  #watch: Watch | null = null;
  #pendingDumps: number[] = [];
  #sequence = 0;

  /** @throws SystemCallError */
  constructor(followed: FollowedNews) {
    this.#followed = followed;
    const type = SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC;
    this.#fd = checked(libc.socket(AF_NETLINK, type, NETLINK_ROUTE), 'socket', 'rtnetlink');
    this.#writeAddress(followed.groups);
    checked(libc.bind(this.#fd, this.#arena.address + this.#request, ADDRESS_SIZE), 'bind', 'rtnetlink');
  }

  start(): void {
    this.#watch = watchReadable(this.#fd, () => this.#read(), this.#followed.fatal);
    this.#startOver();
  }

  stop(): void {
    this.#watch?.close();
    this.#watch = null;
    libc.close(this.#fd);
    this.#arena.free();
  }

  #startOver(): void {
    this.#followed.reset();
    this.#pendingDumps = [...this.#followed.dumps];
    this.#requestDump();
  }

  /** Asks for the next dump; the news that come in between are part of the same table. */
  #requestDump(): void {
    const [type] = this.#pendingDumps;
    if (type === undefined) {
      return;
    }
    this.#sequence += 1;
    const request = encodeDumpRequest(type, this.#sequence);
    this.#arena.bytes.set(request, this.#request);
    const sent = libc.sendto(
      this.#fd,
      this.#arena.address + this.#request,
      request.length,
      MSG_DONTWAIT,
      0,
      0,
    );
    checked(sent, 'sendto', 'rtnetlink');
  }

  #read(): void {
    let changed = false;
    for (let call = 0; call < CALLS_PER_WAKE; call += 1) {
      const length = libc.recv(this.#fd, this.#arena.address + this.#message, MESSAGE_SIZE, MSG_DONTWAIT);
      if (length < 0) {
        if (!this.#answerError(lastErrno())) {
          break;
        }
      } else {
        changed = this.#take(this.#arena.bytes.subarray(this.#message, this.#message + length)) || changed;
      }
    }
    if (changed && this.#pendingDumps.length === 0) {
      this.#followed.changed();
    }
  }

  /** True: something is other than it was, or all is known at last. */
  #take(bytes: Uint8Array): boolean {
    let changed = false;
    for (const news of decodeNetlink(bytes)) {
      if (news.type === 'error' && news.errno !== 0) {
        throw new SystemCallError('rtnetlink dump', news.errno);
      }
      if (news.type === 'done') {
        this.#pendingDumps.shift();
        this.#requestDump();
        changed = true;
      } else {
        changed = this.#followed.apply(news) || changed;
      }
    }
    return changed;
  }

  /** True: go on reading. */
  #answerError(errno: number): boolean {
    if (errno === ENOBUFS) {
      this.#startOver();
      return true;
    }
    if (errno === EAGAIN || errno === EINTR) {
      return false;
    }
    throw new SystemCallError('recv', errno, 'rtnetlink');
  }

  #writeAddress(groups: number): void {
    const { view } = this.#arena;
    view.setUint16(this.#request, AF_NETLINK, true);
    view.setUint16(this.#request + 2, 0, true);
    view.setUint32(this.#request + 4, 0, true);
    view.setUint32(this.#request + 8, groups, true);
  }
}
