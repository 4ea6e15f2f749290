import type { AddressFamily } from './host-address.js';
import { libc } from './libc.io.js';
import {
  AF_INET,
  AF_INET6,
  IPPROTO_RAW,
  SO_PRIORITY,
  SO_SNDBUF,
  SOCK_CLOEXEC,
  SOCK_NONBLOCK,
  SOCK_RAW,
  SOL_SOCKET,
  TC_PRIO_INTERACTIVE,
} from './linux-constants.js';
import { dropAll } from './packet-filter.js';
import { attachFilter, setIntegerOption } from './socket-options.io.js';
import { checked, SystemCallError } from './system-call-error.io.js';

/** Descriptors of sockets that whole packets are sent by; null where the host has not that family. */
export type RawSockets = Readonly<Record<AddressFamily, number | null>>;

/** Room for what a driver holds back for a moment: 5,000 packets. */
const SEND_BUFFER = 4 * 1024 * 1024;

/**
 * Opens them. That takes CAP_NET_RAW; to use them takes nothing.
 * @throws SystemCallError EPERM without that capability
 */
export function openRawSockets(): RawSockets {
  const ipv4 = open(AF_INET);
  try {
    return { ipv4, ipv6: open(AF_INET6) };
  } catch (error) {
    if (error instanceof SystemCallError && error.code === 'EAFNOSUPPORT') {
      return { ipv4, ipv6: null };
    }
    libc.close(ipv4);
    throw error;
  }
}

/** A socket of protocol IPPROTO_RAW receives nothing, unlike one of IPPROTO_UDP. */
function open(domain: number): number {
  const fd = checked(
    libc.socket(domain, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_RAW),
    'socket (raw)',
  );
  try {
    attachFilter(fd, dropAll());
    setIntegerOption(fd, SOL_SOCKET, SO_SNDBUF, SEND_BUFFER);
    setIntegerOption(fd, SOL_SOCKET, SO_PRIORITY, TC_PRIO_INTERACTIVE);
    return fd;
  } catch (error) {
    libc.close(fd);
    throw error;
  }
}
