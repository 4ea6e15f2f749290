import { libc } from './libc.io.js';
import {
  SO_PRIORITY,
  SO_SNDBUF,
  SOCK_CLOEXEC,
  SOCK_NONBLOCK,
  SOL_SOCKET,
  TC_PRIO_INTERACTIVE,
} from './linux-constants.js';
import { setIntegerOption } from './socket-options.io.js';
import { checked } from './system-call-error.io.js';

/** Room for what a driver holds back for a moment: 5,000 packets. */
const SEND_BUFFER = 4 * 1024 * 1024;

/** The arguments of socket(2), and what to call it in errors. */
export interface SocketKind {
  readonly domain: number;
  readonly type: number;
  readonly protocol: number;
  readonly name: string;
}

/**
 * Opens a socket that packets of all sessions leave by, as network control.
 *
 * @param prepare sees to whatever else the socket needs
 * @returns its descriptor
 * @throws SystemCallError EPERM without CAP_NET_RAW, or what `prepare` throws; nothing stays open
 */
export function openSendOnlySocket(
  { domain, type, protocol, name }: SocketKind,
  prepare: (fd: number) => void = () => undefined,
): number {
  const fd = checked(libc.socket(domain, type | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol), `socket (${name})`);
  try {
    prepare(fd);
    setIntegerOption(fd, SOL_SOCKET, SO_SNDBUF, SEND_BUFFER);
    setIntegerOption(fd, SOL_SOCKET, SO_PRIORITY, TC_PRIO_INTERACTIVE);
    return fd;
  } catch (error) {
    libc.close(fd);
    throw error;
  }
}
