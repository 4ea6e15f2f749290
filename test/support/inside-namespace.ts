import { closeSync, openSync } from 'node:fs';
import koffi from 'koffi';
import type { Namespace } from './netns.js';

const CLONE_NEWNET = 0x4000_0000;
const setns = koffi.load(null).func('setns', 'int', ['int', 'int']);

/**
 * Does `work`, which must end before it returns, with this thread in the namespace: the sockets that it opens
 * are of that namespace for good. What libuv does on other threads is not concerned.
 */
export function insideNamespace<T>(namespace: Namespace, work: () => T): T {
  const home = openSync('/proc/thread-self/ns/net', 'r');
  const other = openSync(`/run/netns/${namespace.name}`, 'r');
  try {
    enter(other);
    return work();
  } finally {
    enter(home);
    closeSync(other);
    closeSync(home);
  }
}

function enter(fd: number): void {
  if (setns(fd, CLONE_NEWNET) !== 0) throw new Error('this thread cannot change its network namespace');
}
