import { EAGAIN, EINTR, ENETDOWN, ENOBUFS, ENOMEM } from './linux-constants.js';
import { SystemCallError } from './system-call-error.io.js';

/**
 * What a receive call that failed comes to: 0, nothing waits; -1, the kernel could not answer at this moment
 * (a signal, memory that is short), and what waits is still there at the next call.
 *
 * @throws SystemCallError when the socket is unusable
 */
export function receiveError(errno: number): 0 | -1 {
  if (errno === EAGAIN) {
    return 0;
  }
  // A packet socket tells once that an interface that it was bound to went down.
  if (errno === EINTR || errno === ENOMEM || errno === ENOBUFS || errno === ENETDOWN) {
    return -1;
  }
  throw new SystemCallError('recvmmsg', errno);
}
