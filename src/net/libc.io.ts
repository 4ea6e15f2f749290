import koffi from 'koffi';

/**
 * The C library, as far as the agent calls it. Pointers are plain numbers (`uintptr_t`): user space
 * addresses have at most 47 bits, and a number is the cheapest argument. What is behind a pointer
 * lives in an `Arena`, which no garbage collector moves.
 */
const library = koffi.load(null);

const pointer = 'uintptr_t';

interface LibC {
  socket(domain: number, type: number, protocol: number): number;
  bind(fd: number, address: number, length: number): number;
  getsockname(fd: number, address: number, length: number): number;
  getsockopt(fd: number, level: number, option: number, value: number, length: number): number;
  setsockopt(fd: number, level: number, option: number, value: number, length: number): number;
  sendto(
    fd: number,
    bytes: number,
    length: number,
    flags: number,
    address: number,
    addressLength: number,
  ): number;
  recv(fd: number, bytes: number, length: number, flags: number): number;
  sendmmsg(fd: number, headers: number, count: number, flags: number): number;
  recvmmsg(fd: number, headers: number, count: number, flags: number, timeout: number): number;
  close(fd: number): number;
  epollCreate1(flags: number): number;
  epollCtl(epollFd: number, operation: number, fd: number, event: number): number;
  timerfdCreate(clock: number, flags: number): number;
  timerfdSettime(fd: number, flags: number, newValue: number, oldValue: number): number;
  mmap(
    address: number,
    length: number,
    protection: number,
    flags: number,
    fd: number,
    offset: number,
  ): number;
  munmap(address: number, length: number): number;
  prctl(option: number, second: number, third: number, fourth: number, fifth: number): number;
  capget(header: number, data: number): number;
  capset(header: number, data: number): number;
  fcntl(fd: number, command: number, argument: number): number;
  execv(path: number, args: number): number;
  schedSetscheduler(threadId: number, policy: number, parameter: number): number;
}

/** Calls answer as in C: -1 for an error, whose number `lastErrno` tells right after the call. */
export const libc: LibC = {
  socket: library.func('socket', 'int', ['int', 'int', 'int']),
  bind: library.func('bind', 'int', ['int', pointer, 'uint32_t']),
  getsockname: library.func('getsockname', 'int', ['int', pointer, pointer]),
  getsockopt: library.func('getsockopt', 'int', ['int', 'int', 'int', pointer, pointer]),
  setsockopt: library.func('setsockopt', 'int', ['int', 'int', 'int', pointer, 'uint32_t']),
  sendto: library.func('sendto', 'int64_t', ['int', pointer, 'size_t', 'int', pointer, 'uint32_t']),
  recv: library.func('recv', 'int64_t', ['int', pointer, 'size_t', 'int']),
  recvmmsg: library.func('recvmmsg', 'int', ['int', pointer, 'uint32_t', 'int', pointer]),
  sendmmsg: library.func('sendmmsg', 'int', ['int', pointer, 'uint32_t', 'int']),
  close: library.func('close', 'int', ['int']),
  epollCreate1: library.func('epoll_create1', 'int', ['int']),
  epollCtl: library.func('epoll_ctl', 'int', ['int', 'int', 'int', pointer]),
  timerfdCreate: library.func('timerfd_create', 'int', ['int', 'int']),
  timerfdSettime: library.func('timerfd_settime', 'int', ['int', 'int', pointer, pointer]),
  mmap: library.func('mmap', pointer, [pointer, 'size_t', 'int', 'int', 'int', 'int64_t']),
  munmap: library.func('munmap', 'int', [pointer, 'size_t']),
  prctl: library.func('prctl', 'int', ['int', 'uint64_t', 'uint64_t', 'uint64_t', 'uint64_t']),
  capget: library.func('capget', 'int', [pointer, pointer]),
  capset: library.func('capset', 'int', [pointer, pointer]),
  fcntl: library.func('fcntl', 'int', ['int', 'int', 'int']),
  execv: library.func('execv', 'int', [pointer, pointer]),
  schedSetscheduler: library.func('sched_setscheduler', 'int', ['int', 'int', pointer]),
};

/** The number of the error of the last call; only right directly after it. */
export function lastErrno(): number {
  return koffi.errno();
}
