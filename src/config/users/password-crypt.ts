/** The hashing of iana-crypt-hash (RFC 7317 §4), as crypt(3) of the system does it. */
export interface PasswordCrypt {
  /** A `$6$` hash of `cleartext` with a random salt. Throws when `cleartext` is too long or holds NUL. */
  hash(cleartext: string): Promise<string>;
  /** True when `stored` (`$1$`, `$5$` or `$6$`) is a hash of `cleartext`. */
  matches(cleartext: string, stored: string): Promise<boolean>;
}

/** Longest password that can be hashed, in bytes of UTF-8 (crypt(5)). */
export const LONGEST_PASSWORD_BYTES = 511;

/** More rounds than this would keep a login busy for longer than a second. */
export const MOST_ROUNDS = 1_000_000;

const CLEARTEXT_MARK = '$0$';

/** The password inside a `$0$` value (RFC 7317: cleartext, to be hashed on arrival), else undefined. */
export function cleartextOf(value: string): string | undefined {
  return value.startsWith(CLEARTEXT_MARK) ? value.slice(CLEARTEXT_MARK.length) : undefined;
}

/** Why `stored` cannot serve as the hash of a password; undefined when it can. A sentence for the operator. */
export function hashProblem(stored: string): string | undefined {
  if (cleartextOf(stored) !== undefined) return 'a cleartext password was not hashed on arrival';
  const rounds = /^\$[56]\$rounds=(\d+)\$/u.exec(stored)?.[1];
  if (rounds !== undefined && Number(rounds) > MOST_ROUNDS) {
    return `the hash asks for ${rounds} rounds, more than ${MOST_ROUNDS}, and would make every login slow; use fewer rounds`;
  }
  return undefined;
}
