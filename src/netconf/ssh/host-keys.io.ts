import { generateKeyPair, randomInt } from 'node:crypto';
import { mkdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import ssh2 from 'ssh2';
import { writeDurably } from '../../lib/durable-file.io.js';
import { encodeOpensshPrivateKey } from './openssh-private-key.js';

/** The kinds of host keys there can be. */
export type HostKeyType = 'ed25519' | 'rsa';

/** A host key file is there and cannot be used. */
export class HostKeyError extends Error {
  readonly path: string;

  constructor(path: string, why: string) {
    super(`the host key ${path} cannot be used: ${why}`);
    this.name = 'HostKeyError';
    this.path = path;
  }
}

const COMMENT = 'bfd-agent';
const RSA_BITS = 3072;
const newKeyPair = promisify(generateKeyPair);

/**
 * The host keys in `folder` (`ssh_host_<type>_key`), as the content of their files. What is absent is
 * made, with mode 0600, the folder too. Throws a HostKeyError for a file that others may read or that
 * holds no such key, and the system's error for what cannot be read or written.
 */
export async function loadHostKeys(
  folder: string,
  types: readonly HostKeyType[] = ['ed25519'],
): Promise<readonly string[]> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const keys: string[] = [];
  for (const type of types) {
    const path = join(folder, `ssh_host_${type}_key`);
    keys.push((await readHostKey(path, type)) ?? (await makeHostKey(path, type)));
  }
  return keys;
}

async function readHostKey(path: string, type: HostKeyType): Promise<string | undefined> {
  try {
    const { mode } = await stat(path);
    if ((mode & 0o077) !== 0) throw new HostKeyError(path, 'others than its owner may use it (chmod 600)');
    const text = await readFile(path, 'utf8');
    const key = ssh2.utils.parseKey(text);
    if (key instanceof Error) throw new HostKeyError(path, key.message);
    if (!key.isPrivateKey() || key.type !== `ssh-${type}`)
      throw new HostKeyError(path, `it is no private ${type} key`);
    return text;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

async function makeHostKey(path: string, type: HostKeyType): Promise<string> {
  const text = type === 'rsa' ? await makeRsaKey() : await makeEd25519Key();
  await writeDurably(path, text);
  return text;
}

async function makeEd25519Key(): Promise<string> {
  const { privateKey } = await newKeyPair('ed25519');
  const { x = '', d = '' } = privateKey.export({ format: 'jwk' });
  const pair = { publicKey: Buffer.from(x, 'base64url'), privateKey: Buffer.from(d, 'base64url') };
  const bytes = encodeOpensshPrivateKey(pair, COMMENT, randomInt(2 ** 32));
  const lines =
    Buffer.from(bytes)
      .toString('base64')
      .match(/.{1,70}/g) ?? [];
  return ['-----BEGIN OPENSSH PRIVATE KEY-----', ...lines, '-----END OPENSSH PRIVATE KEY-----', ''].join(
    '\n',
  );
}

async function makeRsaKey(): Promise<string> {
  const { privateKey } = await newKeyPair('rsa', { modulusLength: RSA_BITS });
  return privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
}
