import { err, ok, type Result } from '../../lib/result.js';
import type { LspSessionParameters } from '../../mpls/mpls-model.js';
import type { RpcError } from '../errors/rpc-error.js';
import type { DataNode } from '../yang/data-node.js';
import { readAuthentication, type ConfiguredAuthentication } from './authentication.js';
import { requiredNumber } from './node-values.js';
import { readIntervals } from './session-parameters.js';

/** What LSP sessions are made with as it is configured: the keys are those of a key chain. */
export interface ConfiguredLspSession extends Omit<LspSessionParameters, 'authentication'> {
  /** Null: they are not authenticated. */
  readonly authentication: ConfiguredAuthentication | null;
}

/** Reads base-cfg-parms and auth-parms (RFC 9314 §2.1.1) of a role; the schema bounds the numbers. */
export function readLspSession(node: DataNode): Result<ConfiguredLspSession, readonly RpcError[]> {
  const authentication = readAuthentication(node);
  if (!authentication.ok) return err(authentication.error);
  const { txUs, rxUs } = readIntervals(node);
  return ok({
    detectMult: requiredNumber(node, 'local-multiplier'),
    desiredMinTxIntervalUs: txUs,
    requiredMinRxIntervalUs: rxUs,
    authentication: authentication.value,
  });
}
