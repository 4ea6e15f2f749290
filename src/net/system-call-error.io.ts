import { getSystemErrorName } from 'node:util';
import { lastErrno } from './libc.io.js';

/** A system call that failed. */
export class SystemCallError extends Error {
  override readonly name = 'SystemCallError';
  readonly call: string;
  readonly errno: number;
  /** The error's symbol, for example `EADDRINUSE`. */
  readonly code: string;

  /** `subject` names what the call was about, for the reader of the message. */
  constructor(call: string, errno: number, subject?: string) {
    const code = getSystemErrorName(-errno);
    super(`${call}${subject === undefined ? '' : ` (${subject})`} failed: ${code}`);
    this.call = call;
    this.errno = errno;
    this.code = code;
  }
}

/**
 * Answers `result` unless it is negative.
 * @throws SystemCallError with the error of the call just made
 */
export function checked(result: number, call: string, subject?: string): number {
  if (result < 0) {
    throw new SystemCallError(call, lastErrno(), subject);
  }
  return result;
}
