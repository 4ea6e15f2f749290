import type { AddressFamily } from './host-address.js';
import { libc } from './libc.io.js';
import { AF_INET, AF_INET6, IPPROTO_RAW, SOCK_RAW } from './linux-constants.js';
import { dropAll } from './packet-filter.js';
import { openSendOnlySocket } from './send-only-socket.io.js';
import { attachFilter } from './socket-options.io.js';
import { SystemCallError } from './system-call-error.io.js';

/** Descriptors of sockets that whole packets are sent by; null where the host has not that family. */
export type RawSockets = Readonly<Record<AddressFamily, number | null>>;

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
  const kind = { domain, type: SOCK_RAW, protocol: IPPROTO_RAW, name: 'raw' };
  return openSendOnlySocket(kind, (fd) => attachFilter(fd, dropAll()));
}
