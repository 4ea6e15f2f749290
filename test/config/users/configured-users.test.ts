import { describe, expect, it } from 'vitest';
import { ConfiguredUsers, type UserAccount } from '../../../src/config/users/configured-users.js';
import { loadPasswordCrypt } from '../../../src/config/users/crypt.io.js';
import { generatePassword } from '../../../src/config/users/generated-password.io.js';
import type { PasswordCrypt } from '../../../src/config/users/password-crypt.js';
import { ed25519Key, rsaKey } from '../../support/ssh-keys.js';

const crypt = loadPasswordCrypt();
const [own, other, rsa] = [ed25519Key(), ed25519Key(), rsaKey(2048)];
const accounts = new Map<string, UserAccount>([
  [
    'ada',
    { name: 'ada', passwordHash: await crypt.hash('secret'), keys: [{ type: 'ssh-ed25519', blob: own }] },
  ],
  ['bob', { name: 'bob', passwordHash: null, keys: [{ type: 'ssh-rsa', blob: rsa }] }],
]);

function directory(counted: PasswordCrypt = crypt): ConfiguredUsers {
  return new ConfiguredUsers((name) => accounts.get(name), counted);
}

describe('a login', () => {
  it('needs the password of that user', async () => {
    expect(await directory().checkPassword('ada', 'secret')).toBe(true);
    expect(await directory().checkPassword('ada', 'Secret')).toBe(false);
    expect(await directory().checkPassword('ada', '')).toBe(false);
  });

  it('with a password is refused to users without one and to unknown users', async () => {
    expect(await directory().checkPassword('bob', '')).toBe(false);
    expect(await directory().checkPassword('eve', 'secret')).toBe(false);
    expect(await directory().checkPassword('eve', '')).toBe(false);
  });

  it('costs an unknown user the same work', async () => {
    const settings: string[] = [];
    const counting: PasswordCrypt = {
      hash: (cleartext) => crypt.hash(cleartext),
      matches(cleartext, stored) {
        settings.push(stored.slice(0, 3));
        return crypt.matches(cleartext, stored);
      },
    };
    await directory(counting).checkPassword('ada', 'guess');
    await directory(counting).checkPassword('eve', 'guess');
    await directory(counting).checkPassword('bob', 'guess');
    expect(settings).toEqual(['$6$', '$6$', '$6$']);
  });

  it('takes a key of that user with an algorithm that fits', () => {
    expect(directory().hasKey('ada', 'ssh-ed25519', own)).toBe(true);
    expect(directory().hasKey('ada', 'ssh-ed25519', other)).toBe(false);
    expect(directory().hasKey('ada', 'ssh-rsa', own)).toBe(false);
    expect(directory().hasKey('bob', 'rsa-sha2-512', rsa)).toBe(true);
    expect(directory().hasKey('bob', 'ssh-ed25519', own)).toBe(false);
    expect(directory().hasKey('eve', 'ssh-ed25519', own)).toBe(false);
  });
});

describe('a generated password', () => {
  it('is long, unambiguous and never the same', () => {
    const passwords = Array.from({ length: 50 }, () => generatePassword());
    for (const password of passwords) expect(password).toMatch(/^[A-HJ-NP-Za-hjkmnp-z2-9]{20,}$/u);
    expect(new Set(passwords).size).toBe(50);
  });
});
