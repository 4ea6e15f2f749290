import { readFileSync } from 'node:fs';
import { Arena } from './arena.io.js';
import { libc } from './libc.io.js';
import {
  CAP_NET_RAW,
  CAPABILITY_VERSION,
  F_SETFD,
  PR_CAP_AMBIENT,
  PR_CAP_AMBIENT_CLEAR_ALL,
  PR_CAP_AMBIENT_RAISE,
  PR_CAPBSET_DROP,
  PR_SET_NO_NEW_PRIVS,
} from './linux-constants.js';
import { checked } from './system-call-error.io.js';

/** struct __user_cap_header_struct and two of struct __user_cap_data_struct. */
const HEADER_SIZE = 8;
const DATA_SIZE = 24;
const KEPT = 1 << CAP_NET_RAW;

/**
 * Sees to it that the next program of this process has CAP_NET_RAW at most, if it is there at all, and can
 * never come by more. Capabilities are a thread's: those of this thread are what `replaceProgram` hands
 * on, and all threads of the next program have them from its main thread.
 *
 * @throws SystemCallError
 */
export function confineNextProgram(): void {
  const arena = new Arena(4096);
  checked(libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), 'prctl PR_SET_NO_NEW_PRIVS');
  dropBounding();
  checked(libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0), 'prctl PR_CAP_AMBIENT');
  arena.view.setUint32(0, CAPABILITY_VERSION, true);
  checked(libc.capget(arena.address, arena.address + HEADER_SIZE), 'capget');
  const permitted = arena.view.getUint32(HEADER_SIZE + 4, true) & KEPT;
  arena.bytes.fill(0, HEADER_SIZE, HEADER_SIZE + DATA_SIZE);
  for (const set of ['effective', 'permitted', 'inheritable'].keys()) {
    arena.view.setUint32(HEADER_SIZE + 4 * set, permitted, true);
  }
  checked(libc.capset(arena.address, arena.address + HEADER_SIZE), 'capset');
  if (permitted !== 0) {
    // A user other than root keeps it in this way alone.
    const raised = libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_NET_RAW, 0, 0);
    checked(raised, 'prctl PR_CAP_AMBIENT_RAISE');
  }
  arena.free();
}

/** Without CAP_SETPCAP it cannot be dropped; then no_new_privs alone keeps what is in it out of reach. */
function dropBounding(): void {
  const last = Number(readFileSync('/proc/sys/kernel/cap_last_cap', 'utf8'));
  for (let capability = 0; capability <= last; capability += 1) {
    if (capability !== CAP_NET_RAW) {
      libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0);
    }
  }
}

/**
 * Replaces the program of this process by another: the process stays, with its number and its
 * standard streams; all else of this program ends at once.
 *
 * @param args the arguments, the name of the program among them as the first
 * @throws SystemCallError when the program cannot be run
 */
export function replaceProgram(path: string, args: readonly string[]): never {
  const texts = [path, ...args].map((text) => new TextEncoder().encode(`${text}\0`));
  const pointers = 8 * (args.length + 1);
  const arena = new Arena(pointers + texts.reduce((sum, { length }) => sum + length + 16, 32));
  const offsets = texts.map((text) => {
    const offset = arena.reserve(text.length);
    arena.bytes.set(text, offset);
    return offset;
  });
  const list = arena.reserve(pointers);
  offsets.slice(1).forEach((offset, index) => arena.writePointer(list + 8 * index, offset));
  for (const stream of [0, 1, 2]) {
    // Node marks all that it was given to be closed.
    checked(libc.fcntl(stream, F_SETFD, 0), 'fcntl');
  }
  checked(libc.execv(arena.address + (offsets[0] ?? 0), arena.address + list), 'execv', path);
  throw new Error('a program that was replaced goes on');
}
