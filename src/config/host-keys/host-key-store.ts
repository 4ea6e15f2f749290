import type { Result } from '../../lib/result.js';

/** The kinds of host keys there can be. */
export const HOST_KEY_ALGORITHMS = ['ed25519', 'rsa'] as const;
export type HostKeyAlgorithm = (typeof HOST_KEY_ALGORITHMS)[number];

/** What everybody may know of a host key. */
export interface StoredHostKey {
  readonly name: string;
  readonly algorithm: HostKeyAlgorithm;
  /** As `.pub` files of OpenSSH have it: type and base64. */
  readonly publicKey: string;
  /** As OpenSSH shows it: `SHA256:` and base64. */
  readonly fingerprint: string;
  readonly createdMs: number;
}

/**
 * The host keys that the server has, by name. Configuration names keys; the private parts stay in the
 * store. A key never changes: its name stands for it until it is removed. Errors are sentences.
 */
export interface HostKeyStore {
  /** The names of the keys that are used where configuration names none. */
  readonly defaults: readonly string[];
  keys(): readonly StoredHostKey[];
  find(name: string): StoredHostKey | undefined;
  generate(name: string, algorithm: HostKeyAlgorithm): Promise<Result<StoredHostKey, string>>;
  remove(name: string): Promise<Result<void, string>>;
}
