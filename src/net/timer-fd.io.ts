import { Arena } from './arena.io.js';
import { libc } from './libc.io.js';
import { CLOCK_MONOTONIC, TFD_CLOEXEC, TFD_NONBLOCK } from './linux-constants.js';
import { checked } from './system-call-error.io.js';

/** struct itimerspec: interval (seconds, nanoseconds), value (seconds, nanoseconds), 8 bytes each. */
const scratch = new Arena(4096);
const VALUE = 16;

/** A kernel timer that wakes a poll: fires within some ten microseconds, where setTimeout takes 700. */
export class TimerFd {
  readonly fd: number;

  /** @throws SystemCallError */
  constructor() {
    this.fd = checked(libc.timerfdCreate(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC), 'timerfd_create');
  }

  /** Fires once after `delayUs` (at least 1); what was set before is forgotten, an expiry unread too. */
  arm(delayUs: number): void {
    const delay = Math.max(1, Math.ceil(delayUs));
    this.#set(Math.floor(delay / 1_000_000), (delay % 1_000_000) * 1000);
  }

  disarm(): void {
    this.#set(0, 0);
  }

  close(): void {
    libc.close(this.fd);
  }

  #set(seconds: number, nanoseconds: number): void {
    scratch.view.setUint32(VALUE, seconds, true);
    scratch.view.setUint32(VALUE + 8, nanoseconds, true);
    checked(libc.timerfdSettime(this.fd, 0, scratch.address, 0), 'timerfd_settime');
  }
}
