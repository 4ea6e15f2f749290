import type { Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ServerChannel } from 'ssh2';
import type { SessionTransport } from '../session/session-transport.js';

/** Bytes collected before they are handed to SSH without waiting for the turn to end. */
const COLLECT_BYTES = 64 * 1024;

/** Bytes that may wait in the TCP connection before the session is held up. */
const SOCKET_BACKLOG_BYTES = 1024 * 1024;

/** How long a peer may take to answer the closing of a channel. */
const CLOSE_TIMEOUT_MS = 5_000;

/**
 * A session's transport over an SSH channel. What is written in one turn of the event loop goes out in
 * one piece: each SSH packet costs an encryption and a system call.
 */
export class ChannelTransport implements SessionTransport {
  private readonly channel: ServerChannel;
  private readonly socket: Socket;
  private collected: Uint8Array[] = [];
  private collectedBytes = 0;
  private scheduled: NodeJS.Immediate | undefined;
  private closeTimer: NodeJS.Timeout | undefined;
  private closing = false;
  private gone = false;
  private waiters: (() => void)[] = [];

  constructor(channel: ServerChannel, socket: Socket) {
    this.channel = channel;
    this.socket = socket;
    channel.on('drain', () => this.wake());
  }

  write(bytes: Uint8Array): void {
    if (this.closing || this.gone) return;
    this.collected.push(bytes);
    this.collectedBytes += bytes.length;
    if (this.collectedBytes >= COLLECT_BYTES) this.flush();
    else this.scheduled ??= setImmediate(() => this.flush());
  }

  flush(): void {
    clearImmediate(this.scheduled);
    this.scheduled = undefined;
    const { collected } = this;
    if (collected.length === 0) return;
    this.collected = [];
    this.collectedBytes = 0;
    if (!this.gone && this.channel.writable) {
      // ssh2 writes a packet in three pieces.
      this.socket.cork();
      this.channel.write(collected.length === 1 ? collected[0] : Buffer.concat(collected));
      this.socket.uncork();
    }
  }

  drained(): Promise<void> | undefined {
    if (this.gone) return undefined;
    if (this.channel.writableNeedDrain) return this.woken();
    if (this.socket.writableLength <= SOCKET_BACKLOG_BYTES) return undefined;
    this.socket.once('drain', () => this.wake());
    return this.woken();
  }

  pause(): void {
    this.channel.pause();
  }

  resume(): void {
    this.channel.resume();
  }

  nextTurn(): Promise<void> {
    this.flush();
    return nextTurn();
  }

  close(): void {
    if (this.closing || this.gone) return;
    this.flush();
    this.closing = true;
    if (this.channel.writable) {
      this.channel.exit(0);
      this.channel.end();
    }
    this.closeTimer = setTimeout(() => this.socket.destroy(), CLOSE_TIMEOUT_MS);
    // What still arrives is taken and dropped, so that the channel can come to its end.
    this.channel.resume();
  }

  /** The peer has closed the channel, or the connection is gone. */
  peerClosed(): void {
    this.gone = true;
    clearTimeout(this.closeTimer);
    clearImmediate(this.scheduled);
    this.collected = [];
    this.channel.resume();
    this.wake();
  }

  private woken(): Promise<void> {
    return new Promise((resolve) => {
      this.waiters.push(resolve);
    });
  }

  private wake(): void {
    const { waiters } = this;
    this.waiters = [];
    for (const waiter of waiters) waiter();
  }
}
