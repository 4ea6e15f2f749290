import type { HostKeyStore, StoredHostKey } from '../host-keys/host-key-store.js';
import type { StateProvider } from './state-provider.js';
import { dateAndTime, element, leaf } from './xml-text.js';

const BFD_AGENT_SERVER = 'urn:bfd-agent:yang:bfd-agent-server';

/**
 * bfd-agent-server: the public parts of the host keys.
 * @param inUse the names of those that new connections are shown
 */
export function hostKeysState(store: HostKeyStore, inUse: () => readonly string[]): StateProvider {
  return {
    module: 'bfd-agent-server',
    namespace: BFD_AGENT_SERVER,
    root: 'server',
    async xml() {
      const used = new Set(inUse());
      const keys = store.keys().map((key) => entry(key, used.has(key.name)));
      return element('server', [element('host-key-store', keys)], BFD_AGENT_SERVER);
    },
  };
}

function entry({ name, algorithm, publicKey, fingerprint, createdMs }: StoredHostKey, used: boolean): string {
  return element('host-key', [
    leaf('name', name),
    leaf('algorithm', algorithm),
    leaf('public-key', publicKey),
    leaf('fingerprint', fingerprint),
    leaf('created', dateAndTime(createdMs)),
    leaf('in-use', used),
  ]);
}
