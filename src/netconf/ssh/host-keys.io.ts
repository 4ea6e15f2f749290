import { createHash, generateKeyPair, randomInt } from 'node:crypto';
import { mkdir, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import ssh2 from 'ssh2';
import type { HostKeyAlgorithm, HostKeyStore, StoredHostKey } from '../../config/host-keys/host-key-store.js';
import { removeDurably, writeDurably } from '../../lib/durable-file.io.js';
import { err, ok, type Result } from '../../lib/result.js';
import { encodeOpensshPrivateKey } from './openssh-private-key.js';
import { reasonOf } from '../../lib/reason-of.js';

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
const FILE_NAME = /^ssh_host_([A-Za-z0-9][A-Za-z0-9-]*)_key$/u;
const newKeyPair = promisify(generateKeyPair);

interface LoadedKey {
  readonly shown: StoredHostKey;
  /** The content of its file. */
  readonly privateKey: string;
}

/**
 * The host keys in a folder, each in the file `ssh_host_<name>_key` (0600). Those that are used where none
 * are configured have the names of their algorithms. Keys are known from `open` on.
 */
export class HostKeyFolder implements HostKeyStore {
  readonly defaults: readonly HostKeyAlgorithm[];
  readonly #folder: string;
  readonly #keys = new Map<string, LoadedKey>();

  constructor(folder: string, defaults: readonly HostKeyAlgorithm[] = ['ed25519']) {
    this.#folder = folder;
    this.defaults = defaults;
  }

  /**
   * Reads all keys, and makes those of the first start where they are to be used and absent, with the
   * folder. Throws a HostKeyError for a file of a key to be used that others may read or that holds no
   * such key, and the system's error for what cannot be read or written.
   *
   * @param names of the keys that are configured; undefined: none are
   * @returns what keeps other files, and configured keys, from being used: sentences
   */
  async open(names?: readonly string[]): Promise<readonly string[]> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const problems: string[] = [];
    for (const file of await readdir(this.#folder)) {
      const name = FILE_NAME.exec(file)?.[1];
      if (name === undefined) continue;
      const key = await this.#read(name);
      if (key.ok) this.#keys.set(name, key.value);
      else if ((names ?? this.#defaultNames).includes(name)) throw key.error;
      else problems.push(`${key.error.message}.`);
    }
    const missing = (names ?? []).filter((name) => !this.#keys.has(name));
    problems.push(...missing.map((name) => `The host key "${name}" is configured, and is not there.`));
    if (names === undefined || missing.length === names.length) await this.#makeDefaults();
    return problems;
  }

  keys(): readonly StoredHostKey[] {
    return [...this.#keys.values()].map(({ shown }) => shown);
  }

  find(name: string): StoredHostKey | undefined {
    return this.#keys.get(name)?.shown;
  }

  /** The private keys of that names, as the content of their files; of the first start's where there is none. */
  privateKeys(names: readonly string[] = this.defaults): readonly string[] {
    const found = names.flatMap((name) => this.#keys.get(name)?.privateKey ?? []);
    return found.length > 0 || names === this.defaults ? found : this.privateKeys();
  }

  async generate(name: string, algorithm: HostKeyAlgorithm): Promise<Result<StoredHostKey, string>> {
    try {
      await this.#make(name, algorithm);
    } catch (error) {
      return err(`The host key "${name}" could not be made: ${reasonOf(error)}.`);
    }
    const made = this.find(name);
    return made === undefined ? err(`The host key "${name}" is gone.`) : ok(made);
  }

  async remove(name: string): Promise<Result<void, string>> {
    try {
      await removeDurably(this.#pathOf(name));
      this.#keys.delete(name);
      return ok();
    } catch (error) {
      return err(`The host key "${name}" could not be deleted: ${reasonOf(error)}.`);
    }
  }

  get #defaultNames(): readonly string[] {
    return this.defaults;
  }

  #pathOf(name: string): string {
    return join(this.#folder, `ssh_host_${name}_key`);
  }

  async #makeDefaults(): Promise<void> {
    for (const name of this.defaults) if (!this.#keys.has(name)) await this.#make(name, name);
  }

  async #make(name: string, algorithm: HostKeyAlgorithm): Promise<void> {
    await writeDurably(this.#pathOf(name), algorithm === 'rsa' ? await makeRsaKey() : await makeEd25519Key());
    const made = await this.#read(name);
    if (!made.ok) throw made.error;
    this.#keys.set(name, made.value);
  }

  async #read(name: string): Promise<Result<LoadedKey, HostKeyError>> {
    const path = this.#pathOf(name);
    const { mode, mtimeMs } = await stat(path);
    if ((mode & 0o077) !== 0)
      return err(new HostKeyError(path, 'others than its owner may use it (chmod 600)'));
    const privateKey = await readFile(path, 'utf8');
    const key = ssh2.utils.parseKey(privateKey);
    if (key instanceof Error) return err(new HostKeyError(path, key.message));
    const algorithm = ALGORITHMS[key.type];
    const isDefault = this.#defaultNames.includes(name);
    if (!key.isPrivateKey() || algorithm === undefined || (isDefault && algorithm !== name)) {
      const wanted = isDefault ? name : 'ed25519 or rsa';
      return err(new HostKeyError(path, `it is no private ${wanted} key`));
    }
    const shown = { name, algorithm, ...publicPart(key), createdMs: Math.round(mtimeMs) };
    return ok({ shown, privateKey });
  }
}

const ALGORITHMS: Readonly<Record<string, HostKeyAlgorithm>> = { 'ssh-ed25519': 'ed25519', 'ssh-rsa': 'rsa' };

function publicPart(key: ssh2.ParsedKey): Pick<StoredHostKey, 'publicKey' | 'fingerprint'> {
  const blob = key.getPublicSSH();
  const digest = createHash('sha256').update(blob).digest('base64').replaceAll('=', '');
  return { publicKey: `${key.type} ${blob.toString('base64')}`, fingerprint: `SHA256:${digest}` };
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
