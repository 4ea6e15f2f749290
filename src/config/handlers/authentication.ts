import { err, ok, type Result } from '../../lib/result.js';
import { missingElement, type RpcError } from '../errors/rpc-error.js';
import type { DataNode } from '../yang/data-node.js';
import { leafValue, pathTo } from './node-values.js';

/** What a session is to be authenticated with. */
export interface ConfiguredAuthentication {
  /** Name of the key chain. */
  readonly keyChain: string;
  readonly meticulous: boolean;
}

/** The leaves of auth-parms (RFC 9314 §2.1.1). */
export const AUTHENTICATION_LEAVES = [
  'authentication',
  'authentication/key-chain',
  'authentication/meticulous',
];

/** Reads the authentication of a session; null when it has none. */
export function readAuthentication(
  entry: DataNode,
): Result<ConfiguredAuthentication | null, readonly RpcError[]> {
  const authentication = entry.child('authentication');
  if (authentication === undefined) return ok(null);
  const keyChain = leafValue(authentication, 'key-chain');
  if (keyChain === undefined) {
    const message = 'Authentication without keys would let nothing pass: name a key-chain, or remove it.';
    return err([missingElement('key-chain', message, { type: 'application', ...pathTo(authentication) })]);
  }
  return ok({ keyChain, meticulous: leafValue(authentication, 'meticulous') === 'true' });
}
