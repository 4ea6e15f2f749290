import { libc } from './libc.io.js';
import {
  AF_PACKET,
  SO_PRIORITY,
  SO_SNDBUF,
  SOCK_CLOEXEC,
  SOCK_DGRAM,
  SOCK_NONBLOCK,
  SOL_SOCKET,
  TC_PRIO_INTERACTIVE,
} from './linux-constants.js';
import { setIntegerOption } from './socket-options.io.js';
import { checked } from './system-call-error.io.js';

/** Room for what a driver holds back for a moment: 5,000 packets. */
const SEND_BUFFER = 4 * 1024 * 1024;

/**
 * Opens a packet socket that only sends: of no protocol, so that nothing comes in. The kernel writes the
 * link-layer header, and packets pass the queue of their interface, where network control goes first.
 *
 * @returns its descriptor
 * @throws SystemCallError EPERM without CAP_NET_RAW
 */
export function openPacketSender(): number {
  const type = SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC;
  const fd = checked(libc.socket(AF_PACKET, type, 0), 'socket (packet)');
  try {
    setIntegerOption(fd, SOL_SOCKET, SO_SNDBUF, SEND_BUFFER);
    setIntegerOption(fd, SOL_SOCKET, SO_PRIORITY, TC_PRIO_INTERACTIVE);
    return fd;
  } catch (error) {
    libc.close(fd);
    throw error;
  }
}
