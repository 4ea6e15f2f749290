import { err, ok } from '../../lib/result.js';
import type { Outcome } from '../config-service.js';
import { dataExists, dataMissing, inUse, operationFailed, resourceDenied } from '../errors/rpc-error.js';
import type { LiveWorkspace } from '../live-workspace.js';
import type { HostKeyAlgorithm, HostKeyStore, StoredHostKey } from './host-key-store.js';

/** The most host keys that are kept. */
const MAX_KEYS = 32;

/** What host keys are made and removed with. */
export interface HostKeyParts {
  readonly store: HostKeyStore;
  readonly live: LiveWorkspace;
  /** Whether the configuration of before may come back. */
  readonly isUnconfirmed: () => boolean;
}

/** Makes and removes the host keys that configuration can name (bfd-agent-server). */
export class HostKeyControl {
  readonly #parts: HostKeyParts;
  /** Names of the keys that are being made: that may take seconds, in which others are served. */
  readonly #making = new Set<string>();

  constructor(parts: HostKeyParts) {
    this.#parts = parts;
  }

  async generate(name: string, algorithm: HostKeyAlgorithm): Promise<Outcome<StoredHostKey>> {
    const { store } = this.#parts;
    if (store.find(name) !== undefined || this.#making.has(name)) {
      return err([
        dataExists(`There is a host key "${name}" already; a key never changes: take another name.`),
      ]);
    }
    if (store.keys().length + this.#making.size >= MAX_KEYS) {
      return err([resourceDenied(`There are ${MAX_KEYS} host keys already; delete one first.`)]);
    }
    this.#making.add(name);
    try {
      const made = await store.generate(name, algorithm);
      return made.ok ? made : err([operationFailed(made.error)]);
    } finally {
      this.#making.delete(name);
    }
  }

  remove(name: string): Promise<Outcome> {
    const { store, live, isUnconfirmed } = this.#parts;
    return live.serve(async ({ handlers }) => {
      if (store.find(name) === undefined) return err([dataMissing(`There is no host key "${name}".`)]);
      if ((handlers.hostKeys.names ?? store.defaults).includes(name)) {
        return err([inUse(`The host key "${name}" is in use; commit a configuration without it first.`)]);
      }
      if (isUnconfirmed()) {
        return err([
          inUse('The configuration before the unconfirmed commit may need the key; confirm first.'),
        ]);
      }
      const removed = await store.remove(name);
      return removed.ok ? ok() : err([operationFailed(removed.error)]);
    });
  }
}
