import { AF_PACKET, SOCK_DGRAM } from './linux-constants.js';
import { openSendOnlySocket } from './send-only-socket.io.js';

/**
 * Opens a packet socket that only sends: of no protocol, so that nothing comes in. The kernel writes the
 * link-layer header, and packets pass the queue of their interface, where network control goes first.
 *
 * @returns its descriptor
 * @throws SystemCallError EPERM without CAP_NET_RAW
 */
export function openPacketSender(): number {
  return openSendOnlySocket({ domain: AF_PACKET, type: SOCK_DGRAM, protocol: 0, name: 'packet' });
}
