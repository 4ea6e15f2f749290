import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { loadPasswordCrypt } from '../../../src/config/users/crypt.io.js';

const crypt = loadPasswordCrypt();

/** What OpenSSL makes of a password: an independent implementation of the same schemes. */
function openssl(scheme: '-1' | '-5' | '-6', salt: string, password: string): string {
  const output = execFileSync('openssl', ['passwd', scheme, '-salt', salt, '-stdin'], { input: password });
  return output.toString().trim();
}

describe('password hashes', () => {
  for (const [scheme, name] of [
    ['-1', 'MD5'],
    ['-5', 'SHA-256'],
    ['-6', 'SHA-512'],
  ] as const) {
    it(`of ${name} made elsewhere are recognised`, async () => {
      const stored = openssl(scheme, 'saltsalt', 'pässwörd "1"');
      expect(await crypt.matches('pässwörd "1"', stored)).toBe(true);
      expect(await crypt.matches('pässwörd "2"', stored)).toBe(false);
    });
  }

  it('made here are those of OpenSSL with the same salt', async () => {
    const made = await crypt.hash('secret');
    const salt = /^\$6\$([./0-9A-Za-z]{16})\$[./0-9A-Za-z]{86}$/u.exec(made)?.[1];
    expect(salt).toBeDefined();
    expect(openssl('-6', salt ?? '', 'secret')).toBe(made);
  });

  it('of one password differ by their salts', async () => {
    expect(await crypt.hash('secret')).not.toBe(await crypt.hash('secret'));
  });

  it('are not made of passwords that crypt(3) would cut', async () => {
    await expect(crypt.hash('a\0b')).rejects.toThrow(RangeError);
    await expect(crypt.hash('x'.repeat(512))).rejects.toThrow(RangeError);
  });

  it('do not match a password that agrees up to a NUL', async () => {
    expect(await crypt.matches('secret\0', openssl('-6', 'saltsalt', 'secret'))).toBe(false);
  });

  it('of no known scheme match nothing', async () => {
    for (const stored of ['', '*', '*0', 'secret', '$6$', '$9$abc$def']) {
      expect(await crypt.matches('secret', stored)).toBe(false);
    }
  });

  it('are computed beside the event loop, many at a time', async () => {
    const stored = openssl('-6', 'saltsalt', 'secret');
    let turns = 0;
    const timer = setInterval(() => (turns += 1), 1);
    const answers = await Promise.all(Array.from({ length: 40 }, () => crypt.matches('secret', stored)));
    clearInterval(timer);
    expect(answers.every(Boolean)).toBe(true);
    expect(turns).toBeGreaterThan(5);
  });
});
