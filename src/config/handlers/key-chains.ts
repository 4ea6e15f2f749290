import type { AuthenticationKey } from '../../link/messages.js';
import type { RpcError } from '../errors/rpc-error.js';
import { changesOf, plainPreparation, type Changes, type Handler, type Preparation } from './handler.js';
import { readKeys } from './key-chain-keys.js';
import { requiredValue } from './node-values.js';

/** Schema path of the list of key chains (RFC 8177). */
export const KEY_CHAIN = '/ietf-key-chain:key-chains/key-chain';

const LIFETIME = ['always', 'start-date-time', 'no-end-time', 'duration', 'end-date-time'];

const LEAVES = [
  'name',
  'description',
  'accept-tolerance/duration',
  'key/key-id',
  ...['send-accept-lifetime', 'send-lifetime', 'accept-lifetime'].flatMap((period) =>
    LIFETIME.map((leaf) => `key/lifetime/${period}/${leaf}`),
  ),
  'key/crypto-algorithm',
  'key/key-string/keystring',
  'key/key-string/hexadecimal-string',
];

/**
 * ietf-key-chain: the keys that BFD authenticates packets with, the one protocol here that does. A chain that
 * BFD could not use is refused, whether a session refers to it or not: it never turns authentication off.
 * Whether a key is valid now is no matter of configuration, but of the engine.
 */
export class KeyChainsHandler implements Handler {
  readonly name = 'ietf-key-chain';
  readonly claims = LEAVES.map((leaf) => `${KEY_CHAIN}/${leaf}`);
  readonly watches = [KEY_CHAIN];
  readonly #chains = new Map<string, readonly AuthenticationKey[]>();

  prepare(changes: Changes): Preparation {
    const errors: RpcError[] = [];
    const chains = keyChainChanges(changes, errors);
    return plainPreparation(errors, () => {
      for (const [name, keys] of chains) {
        if (keys === undefined) this.#chains.delete(name);
        else this.#chains.set(name, keys);
      }
    });
  }

  *desired(): Iterable<never> {}

  /** The keys of a chain of the configuration in force; undefined when there is none of that name. */
  keys(name: string): readonly AuthenticationKey[] | undefined {
    return this.#chains.get(name);
  }

  /** All chains of the configuration in force. */
  chains(): Iterable<readonly [string, readonly AuthenticationKey[]]> {
    return this.#chains;
  }
}

/**
 * The keys of the chains that a commit changes, as they are afterwards: undefined for one that is gone, or
 * is refused.
 *
 * @param errors where what is wrong with them is put
 */
export function keyChainChanges(
  changes: Changes,
  errors: RpcError[] = [],
): ReadonlyMap<string, readonly AuthenticationKey[] | undefined> {
  const chains = new Map<string, readonly AuthenticationKey[] | undefined>();
  for (const { before, after } of changesOf(changes, KEY_CHAIN)) {
    const node = after ?? before;
    if (node === undefined) continue;
    const read = after && readKeys(after);
    if (read?.ok === false) errors.push(...read.error);
    chains.set(requiredValue(node, 'name'), read?.ok ? read.value : undefined);
  }
  return chains;
}
