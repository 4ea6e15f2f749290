import { execFileSync } from 'node:child_process';
import { createPrivateKey, createPublicKey } from 'node:crypto';
import { chmodSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import ssh2 from 'ssh2';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { HostKeyAlgorithm } from '../../../src/config/host-keys/host-key-store.js';
import { HostKeyError, HostKeyFolder } from '../../../src/netconf/ssh/host-keys.io.js';
import { encodeOpensshPrivateKey } from '../../../src/netconf/ssh/openssh-private-key.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'host-keys-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const publicKeyOf = (path: string): string => execFileSync('ssh-keygen', ['-y', '-f', path]).toString();

async function loadHostKeys(
  path: string,
  defaults: readonly HostKeyAlgorithm[] = ['ed25519'],
): Promise<readonly string[]> {
  const keys = new HostKeyFolder(path, defaults);
  await keys.open();
  return keys.privateKeys();
}

describe('host keys', () => {
  it('are made once, for their owner only, and OpenSSH reads them', async () => {
    const state = join(folder, 'state');
    const keys = await loadHostKeys(state, ['ed25519', 'rsa']);
    expect(keys).toHaveLength(2);
    expect(readdirSync(state).toSorted()).toEqual(['ssh_host_ed25519_key', 'ssh_host_rsa_key']);
    for (const type of ['ed25519', 'rsa']) {
      const path = join(state, `ssh_host_${type}_key`);
      expect(statSync(path).mode & 0o777).toBe(0o600);
      expect(publicKeyOf(path)).toMatch(new RegExp(`^ssh-${type} `));
      expect(keys).toContain(readFileSync(path, 'utf8'));
    }
    expect(await loadHostKeys(state, ['ed25519', 'rsa'])).toEqual(keys);
    expect(await loadHostKeys(state)).toEqual([keys[0]]);
  });

  it('of OpenSSH are taken', async () => {
    const path = join(folder, 'ssh_host_ed25519_key');
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', path]);
    expect(await loadHostKeys(folder)).toEqual([readFileSync(path, 'utf8')]);
  });

  it.each([
    ['that others may read', () => chmodSync(join(folder, 'ssh_host_ed25519_key'), 0o640)],
    ['that are no keys', () => writeFileSync(join(folder, 'ssh_host_ed25519_key'), 'nonsense')],
    ['that are empty', () => writeFileSync(join(folder, 'ssh_host_ed25519_key'), '')],
    [
      'of another type',
      () => {
        rmSync(join(folder, 'ssh_host_ed25519_key'));
        execFileSync('ssh-keygen', [
          '-q',
          '-t',
          'ecdsa',
          '-N',
          '',
          '-f',
          join(folder, 'ssh_host_ed25519_key'),
        ]);
      },
    ],
    [
      'with a passphrase',
      () =>
        execFileSync('ssh-keygen', ['-q', '-p', '-N', 'secret', '-f', join(folder, 'ssh_host_ed25519_key')]),
    ],
  ])('%s are refused and left as they are', async (_what, spoil) => {
    await loadHostKeys(folder);
    spoil();
    const before = readFileSync(join(folder, 'ssh_host_ed25519_key'));
    await expect(loadHostKeys(folder)).rejects.toThrow(HostKeyError);
    expect(readFileSync(join(folder, 'ssh_host_ed25519_key'))).toEqual(before);
  });

  it('are generated and removed by name, and tell their public part alone', async () => {
    const keys = new HostKeyFolder(folder);
    await keys.open();
    const made = await keys.generate('second-1', 'ed25519');
    const path = join(folder, 'ssh_host_second-1_key');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const shown = execFileSync('ssh-keygen', ['-l', '-E', 'sha256', '-f', path]).toString();
    expect(made).toMatchObject({ ok: true, value: { name: 'second-1', algorithm: 'ed25519' } });
    const { fingerprint, publicKey } = keys.find('second-1')!;
    expect(shown).toContain(` ${fingerprint} `);
    expect(publicKeyOf(path)).toContain(publicKey);
    expect(JSON.stringify(keys.keys())).not.toContain('PRIVATE');
    expect(keys.privateKeys(['second-1'])).toEqual([readFileSync(path, 'utf8')]);
    const later = new HostKeyFolder(folder);
    await later.open(['second-1']);
    expect(later.keys().map(({ name }) => name)).toEqual(['ed25519', 'second-1']);
    expect(await later.remove('second-1')).toEqual({ ok: true, value: undefined });
    expect(later.find('second-1')).toBeUndefined();
    expect(readdirSync(folder)).toEqual(['ssh_host_ed25519_key']);
  });

  it('that are configured and absent are told; without any those of the first start are used', async () => {
    const keys = new HostKeyFolder(folder);
    expect(await keys.open(['lost'])).toEqual(['The host key "lost" is configured, and is not there.']);
    expect(keys.privateKeys(['lost'])).toEqual([readFileSync(join(folder, 'ssh_host_ed25519_key'), 'utf8')]);
  });

  it('that are not to be used may be damaged', async () => {
    writeFileSync(join(folder, 'ssh_host_old_key'), 'nonsense', { mode: 0o600 });
    const [problem, ...none] = await new HostKeyFolder(folder).open();
    expect(problem).toContain('ssh_host_old_key cannot be used');
    expect(none).toEqual([]);
    await expect(new HostKeyFolder(folder).open(['old'])).rejects.toThrow(HostKeyError);
  });

  it('have a form that is right for every key', () => {
    const seed32 = fc.uint8Array({ minLength: 32, maxLength: 32 });
    fc.assert(
      fc.property(seed32, fc.nat(), fc.stringMatching(/^[ -~]{0,12}$/), (seed, check, comment) => {
        const pkcs8 = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]);
        const publicPart = createPublicKey(createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' }));
        const raw = Buffer.from(publicPart.export({ format: 'jwk' }).x!, 'base64url');
        const encoded = encodeOpensshPrivateKey({ privateKey: seed, publicKey: raw }, comment, check);
        const pem = `-----BEGIN OPENSSH PRIVATE KEY-----\n${Buffer.from(encoded).toString('base64')}\n-----END OPENSSH PRIVATE KEY-----\n`;
        const key = ssh2.utils.parseKey(pem);
        if (key instanceof Error) throw key;
        expect(key.verify('data', key.sign('data'))).toBe(true);
        expect(key.getPublicSSH().subarray(-32)).toEqual(raw);
      }),
      { numRuns: 300 },
    );
  });
});
