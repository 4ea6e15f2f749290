import type { AuthenticationKey } from '../../link/messages.js';
import type { StateProvider } from './state-provider.js';
import { element, leaf } from './xml-text.js';

const KEY_CHAIN = 'urn:ietf:params:xml:ns:yang:ietf-key-chain';

/** The key chains of the running configuration. */
export type KeyChains = Iterable<readonly [string, readonly AuthenticationKey[]]>;

/** ietf-key-chain: which keys are valid now (RFC 8177 §3.2). */
export function keyChainsState(chains: () => KeyChains, nowMs: () => number): StateProvider {
  return {
    module: 'ietf-key-chain',
    namespace: KEY_CHAIN,
    root: 'key-chains',
    async xml() {
      const timeMs = nowMs();
      const entries = [...chains()].map(([name, keys]) => chainEntry(name, keys, timeMs));
      return entries.length === 0 ? '' : element('key-chains', entries, KEY_CHAIN);
    },
  };
}

function chainEntry(name: string, keys: readonly AuthenticationKey[], timeMs: number): string {
  return element('key-chain', [leaf('name', name), ...keys.map((key) => keyEntry(key, timeMs))]);
}

function keyEntry(key: AuthenticationKey, timeMs: number): string {
  return element('key', [
    leaf('key-id', key.keyId),
    leaf('send-lifetime-active', isWithin(key.sendFromMs, key.sendUntilMs, timeMs)),
    leaf('accept-lifetime-active', isWithin(key.acceptFromMs, key.acceptUntilMs, timeMs)),
  ]);
}

/** The begin belongs to a lifetime, the end does not, as the engine has it. */
function isWithin(fromMs: number | null, untilMs: number | null, timeMs: number): boolean {
  return (fromMs === null || fromMs <= timeMs) && (untilMs === null || timeMs < untilMs);
}
