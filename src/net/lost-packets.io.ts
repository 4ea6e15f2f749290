import { readFileSync } from 'node:fs';
import { monotonicUs } from './monotonic-clock.io.js';
import { socketDrops } from './socket-options.io.js';
import { receiveBufferErrors, receiveBufferErrors6 } from './udp-statistics.js';

/** Looks at the kernel's count, which costs a third of a millisecond, are so far apart where they are not needed. */
const OVERFLOWS_AGE_US = 1_000_000;

/**
 * How many packets found the buffers of some sockets full. A socket's own count has those in it that its
 * filter refused, spoofed ones above all, and the kernel's count of full buffers those of all sockets of
 * the network namespace: what both have seen since the last look is taken.
 */
export class LostPackets {
  readonly #sockets: () => readonly number[];
  #total = 0;
  #drops = 0;
  #overflows: number;
  /** When the kernel's count was looked at. */
  #overflowsUs = monotonicUs();

  /** @param sockets the file descriptors of the sockets that there are */
  constructor(sockets: () => readonly number[]) {
    this.#sockets = sockets;
    this.#overflows = overflows();
  }

  /** All so far. Costs some microseconds while the sockets have dropped nothing. */
  total(): number {
    const drops = this.#sockets().reduce((sum, fd) => sum + socketDrops(fd), 0);
    const nowUs = monotonicUs();
    if (drops === this.#drops && nowUs - this.#overflowsUs < OVERFLOWS_AGE_US) {
      return this.#total;
    }
    const full = overflows();
    this.#total += Math.max(0, Math.min(drops - this.#drops, full - this.#overflows));
    this.#drops = drops;
    this.#overflows = full;
    this.#overflowsUs = nowUs;
    return this.#total;
  }
}

/** Zero where the kernel does not tell: no packet is called lost that may have been refused. */
function overflows(): number {
  return (receiveBufferErrors(read('snmp')) ?? 0) + (receiveBufferErrors6(read('snmp6')) ?? 0);
}

function read(name: string): string {
  try {
    return readFileSync(`/proc/self/net/${name}`, 'latin1');
  } catch {
    return '';
  }
}
