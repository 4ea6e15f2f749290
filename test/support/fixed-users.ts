import type { UserDirectory } from '../../src/config/config-service.js';

/** Users with plain passwords and keys, for tests of logins. */
export class FixedUsers implements UserDirectory {
  /** Password by user name. */
  readonly passwords = new Map<string, string>();
  /** Keys by user name, as the base64 of their SSH wire form. */
  readonly keys = new Map<string, string>();

  async checkPassword(user: string, password: string): Promise<boolean> {
    return this.passwords.get(user) === password;
  }

  hasKey(user: string, _algorithm: string, blob: Uint8Array): boolean {
    return this.keys.get(user) === Buffer.from(blob).toString('base64');
  }
}
