import { Arena } from './arena.io.js';
import { libc } from './libc.io.js';
import {
  SO_ATTACH_FILTER,
  SO_ATTACH_REUSEPORT_CBPF,
  SO_BINDTODEVICE,
  SO_MEMINFO,
  SOL_SOCKET,
} from './linux-constants.js';
import { encodeFilter, INSTRUCTION_SIZE, type FilterInstruction } from './packet-filter.js';
import { checked } from './system-call-error.io.js';

/** The kernel takes interface names of up to 15 bytes. */
const INTERFACE_NAME_MAX = 15;
const FILTER_OFFSET = 32;

/** Arguments of setsockopt: used and done with within one call, so that one page serves all sockets. */
const scratch = new Arena(4096);

/** @throws SystemCallError */
export function setIntegerOption(fd: number, level: number, option: number, value: number): void {
  scratch.view.setInt32(0, value, true);
  checked(libc.setsockopt(fd, level, option, scratch.address, 4), `setsockopt ${level}/${option}`);
}

/**
 * Sends through and receives from this interface alone.
 * @throws SystemCallError, RangeError when the name cannot be that of an interface
 */
export function bindToDevice(fd: number, interfaceName: string): void {
  const name = new TextEncoder().encode(interfaceName);
  if (name.length === 0 || name.length > INTERFACE_NAME_MAX) {
    throw new RangeError(`'${interfaceName}' cannot be the name of an interface`);
  }
  scratch.bytes.set(name, 0);
  const result = libc.setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, scratch.address, name.length);
  checked(result, 'setsockopt SO_BINDTODEVICE', interfaceName);
}

/** Nine numbers of 32 bits, the last of which counts what was thrown away (enum SK_MEMINFO). */
const MEMINFO_BYTES = 36;
const MEMINFO_DROPS = 32;

/**
 * How many packets for a socket were thrown away, as its filter refused them or its buffer was full.
 * @throws SystemCallError
 */
export function socketDrops(fd: number): number {
  scratch.view.setUint32(0, MEMINFO_BYTES, true);
  const result = libc.getsockopt(fd, SOL_SOCKET, SO_MEMINFO, scratch.address + 8, scratch.address);
  checked(result, 'getsockopt SO_MEMINFO');
  return scratch.view.getUint32(8 + MEMINFO_DROPS, true);
}

/**
 * From now on the socket receives only what the program accepts. To be called before bind, so that
 * nothing slips in before.
 * @throws SystemCallError
 */
export function attachFilter(fd: number, program: readonly FilterInstruction[]): void {
  attachProgram(fd, SO_ATTACH_FILTER, 'setsockopt SO_ATTACH_FILTER', program);
}

/**
 * From now on the program says which of the sockets that share the port is given a packet, by its place
 * among them. To be called before bind.
 * @throws SystemCallError
 */
export function attachSteering(fd: number, program: readonly FilterInstruction[]): void {
  attachProgram(fd, SO_ATTACH_REUSEPORT_CBPF, 'setsockopt SO_ATTACH_REUSEPORT_CBPF', program);
}

function attachProgram(
  fd: number,
  option: number,
  call: string,
  program: readonly FilterInstruction[],
): void {
  // struct sock_fprog: number of instructions (u16), pointer at 8.
  scratch.view.setUint16(0, program.length, true);
  scratch.writePointer(8, FILTER_OFFSET);
  if (FILTER_OFFSET + program.length * INSTRUCTION_SIZE > scratch.bytes.length) {
    throw new RangeError(`a filter of ${program.length} instructions is too long`);
  }
  scratch.bytes.set(encodeFilter(program), FILTER_OFFSET);
  checked(libc.setsockopt(fd, SOL_SOCKET, option, scratch.address, 16), call);
}
