import type { UserDirectory } from '../config-service.js';
import type { PasswordCrypt } from './password-crypt.js';
import { typeServes, type SshPublicKey } from './ssh-public-key.js';

/** A user as the configuration has it. */
export interface UserAccount {
  readonly name: string;
  /** Null: the user has no password, and cannot log in with one. */
  readonly passwordHash: string | null;
  readonly keys: readonly SshPublicKey[];
}

/** Setting that an unknown user's password is hashed with, so that it takes as long as a known one's. */
const NOBODY = '$6$nobodynobodynobo$';

/** The users of the running configuration, for the SSH server. */
export class ConfiguredUsers implements UserDirectory {
  readonly #find: (name: string) => UserAccount | undefined;
  readonly #crypt: PasswordCrypt;

  constructor(find: (name: string) => UserAccount | undefined, crypt: PasswordCrypt) {
    this.#find = find;
    this.#crypt = crypt;
  }

  async checkPassword(user: string, password: string): Promise<boolean> {
    const stored = this.#find(user)?.passwordHash ?? NOBODY;
    const matches = await this.#crypt.matches(password, stored);
    return matches && stored !== NOBODY;
  }

  hasKey(user: string, algorithm: string, blob: Uint8Array): boolean {
    const keys = this.#find(user)?.keys ?? [];
    return keys.some((key) => typeServes(key.type, algorithm) && equalBytes(key.blob, blob));
  }
}

function equalBytes(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, index) => byte === right[index]);
}
