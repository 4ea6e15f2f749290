import { randomInt, timingSafeEqual } from 'node:crypto';
import koffi from 'koffi';
import { LONGEST_PASSWORD_BYTES, type PasswordCrypt } from './password-crypt.js';

const SALT_ALPHABET = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const SALT_LENGTH = 16;
/** The names under which the library of crypt(3) is installed. */
const LIBRARIES = ['libcrypt.so.1', 'libcrypt.so.2'];
/** Larger than struct crypt_data of every implementation (32 KiB in libxcrypt, 128 KiB in old glibc). */
const CRYPT_DATA_BYTES = 256 * 1024;
/** So many hashes are computed at a time; the rest waits, so that logins leave threads for files. */
const CONCURRENT_HASHES = 2;

/**
 * The system's crypt(3), called in a worker thread so that the event loop stays free.
 * Throws when the machine has no libcrypt.
 */
export function loadPasswordCrypt(): PasswordCrypt {
  const crypt = limited(CONCURRENT_HASHES, loadCryptR());
  return {
    async hash(cleartext) {
      if (!hashable(cleartext)) {
        throw new RangeError(`a password has at most ${LONGEST_PASSWORD_BYTES} bytes and no NUL`);
      }
      const hash = await crypt(cleartext, `$6$${randomSalt()}$`);
      if (hash === undefined) throw new Error('crypt(3) did not hash the password');
      return hash;
    },
    async matches(cleartext, stored) {
      if (!hashable(cleartext)) return false;
      const hash = await crypt(cleartext, stored);
      return hash !== undefined && equalInConstantTime(hash, stored);
    },
  };
}

type Crypt = (phrase: string, setting: string) => Promise<string | undefined>;

function loadCryptR(): Crypt {
  const library = loadFirst(LIBRARIES);
  const cryptR = library.func('const char *crypt_r(const char *phrase, const char *setting, void *data)');
  return (phrase, setting) =>
    new Promise((resolve, reject) => {
      const data = Buffer.alloc(CRYPT_DATA_BYTES);
      cryptR.async(phrase, setting, data, (error: unknown, hash: string | null) => {
        data.fill(0);
        if (error instanceof Error) reject(error);
        // crypt(3) reports a setting that it does not know as "*0" or "*1".
        else resolve(hash === null || hash.startsWith('*') ? undefined : hash);
      });
    });
}

function loadFirst(names: readonly string[]): ReturnType<typeof koffi.load> {
  for (const name of names) {
    try {
      return koffi.load(name);
    } catch {
      // The next name is tried; when none is left, the error below tells.
    }
  }
  throw new Error(
    `None of ${names.join(', ')} is installed: the library of crypt(3) is needed for passwords.`,
  );
}

function limited(most: number, crypt: Crypt): Crypt {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (phrase, setting) => {
    if (running >= most) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
    try {
      return await crypt(phrase, setting);
    } finally {
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
}

function hashable(cleartext: string): boolean {
  return !cleartext.includes('\0') && Buffer.byteLength(cleartext) <= LONGEST_PASSWORD_BYTES;
}

function equalInConstantTime(left: string, right: string): boolean {
  const a = Buffer.from(left);
  const b = Buffer.from(right);
  return a.length === b.length && timingSafeEqual(a, b);
}

function randomSalt(): string {
  const characters = Array.from({ length: SALT_LENGTH }, () =>
    SALT_ALPHABET.charAt(randomInt(SALT_ALPHABET.length)),
  );
  return characters.join('');
}
