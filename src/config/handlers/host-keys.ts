import type { HostKeyStore } from '../host-keys/host-key-store.js';
import { invalidValue, type RpcError } from '../errors/rpc-error.js';
import type { DataNode } from '../yang/data-node.js';
import { changesOf, plainPreparation, type Changes, type Handler, type Preparation } from './handler.js';
import { pathTo, refusedLeaf, requiredValue } from './node-values.js';

const HOST_KEYS = '/bfd-agent-server:server/host-keys';

/**
 * bfd-agent-server: which host keys the server shows. Where none are configured, those of the first start
 * are used; a configuration that would leave the server without one is refused. What is stored was
 * accepted once and is taken as it is, so that an agent whose keys have gone lost still starts.
 */
export class HostKeysHandler implements Handler {
  readonly name = 'bfd-agent-server host-keys';
  readonly claims = [HOST_KEYS, `${HOST_KEYS}/host-key/name`];
  readonly watches = [HOST_KEYS];
  #names: readonly string[] | undefined;
  #store: HostKeyStore | undefined;

  /** The names of the keys that are configured, the preferred one first; undefined: none are. */
  get names(): readonly string[] | undefined {
    return this.#names;
  }

  /** From now on keys have to be there. */
  checkAgainst(store: HostKeyStore): void {
    this.#store = store;
  }

  prepare(changes: Changes): Preparation {
    const [change] = changesOf(changes, HOST_KEYS);
    const next = change?.after && entriesOf(change.after).map((entry) => requiredValue(entry, 'name'));
    const errors = this.#store === undefined ? [] : this.#problems(change?.after, this.#store);
    return plainPreparation(errors, () => {
      this.#names = next;
    });
  }

  *desired(): Iterable<never> {}

  #problems(hostKeys: DataNode | undefined, store: HostKeyStore): readonly RpcError[] {
    if (hostKeys === undefined) {
      if (store.defaults.some((name) => store.find(name) !== undefined)) return [];
      const names = store.defaults.join('" or "');
      return [invalidValue(`Without host-keys there must be a key "${names}", which was deleted.`)];
    }
    const entries = entriesOf(hostKeys);
    if (entries.length > 0) return entryProblems(entries, store, new Set(this.#names));
    const message =
      'The server would be left without a host key, and nobody could connect: name another key in the ' +
      'same commit, or delete host-keys as a whole to use those of the first start.';
    return [invalidValue(message, { type: 'application', ...pathTo(hostKeys) })];
  }
}

function entriesOf(hostKeys: DataNode): readonly DataNode[] {
  return [...hostKeys.children()].filter(({ name }) => name === 'host-key');
}

/** @param known names that are in force already */
function entryProblems(
  entries: readonly DataNode[],
  store: HostKeyStore,
  known: ReadonlySet<string>,
): readonly RpcError[] {
  const errors: RpcError[] = [];
  const byAlgorithm = new Map<string, string>();
  for (const entry of entries) {
    const name = requiredValue(entry, 'name');
    const key = store.find(name);
    if (key === undefined) {
      const message = `There is no host key "${name}"; the operation generate-host-key makes one.`;
      if (!known.has(name)) errors.push(refusedLeaf(entry, 'name', message));
      continue;
    }
    const other = byAlgorithm.get(key.algorithm);
    byAlgorithm.set(key.algorithm, name);
    if (other === undefined) continue;
    const message = `The host keys "${other}" and "${name}" are both of algorithm ${key.algorithm}: SSH shows one of each.`;
    errors.push(refusedLeaf(entry, 'name', message));
  }
  return errors;
}
