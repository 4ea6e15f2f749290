import { Arena } from './arena.io.js';
import { libc } from './libc.io.js';
import { EPOLL_CLOEXEC, EPOLL_CTL_ADD, EPOLL_CTL_DEL, EPOLL_CTL_MOD, EPOLLIN } from './linux-constants.js';
import { checked } from './system-call-error.io.js';

/** struct epoll_event: events first on every architecture; the data behind is not used. */
const scratch = new Arena(4096);

/** One readable descriptor that stands for several sockets, whose interest can be switched off. */
export class Epoll {
  readonly fd: number;

  /** @throws SystemCallError */
  constructor() {
    this.fd = checked(libc.epollCreate1(EPOLL_CLOEXEC), 'epoll_create1');
  }

  /** Watches `fd` for something to read. */
  add(fd: number): void {
    this.#control(EPOLL_CTL_ADD, fd, EPOLLIN);
  }

  /** To be called before `fd` is closed. */
  remove(fd: number): void {
    this.#control(EPOLL_CTL_DEL, fd, 0);
  }

  /** Stops watching an added `fd`, or watches it again. */
  setWatched(fd: number, watched: boolean): void {
    this.#control(EPOLL_CTL_MOD, fd, watched ? EPOLLIN : 0);
  }

  close(): void {
    libc.close(this.fd);
  }

  #control(operation: number, fd: number, events: number): void {
    scratch.view.setUint32(0, events, true);
    checked(libc.epollCtl(this.fd, operation, fd, scratch.address), 'epoll_ctl');
  }
}
