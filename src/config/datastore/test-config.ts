import { err, ok } from '../../lib/result.js';
import type { Outcome } from '../config-service.js';
import { rpcErrorFromYang } from '../errors/yang-errors.js';
import type { DataTree } from '../yang/data-tree.js';

/**
 * Validates a configuration as a whole, all errors collected, without changing it: libyang adds and
 * removes nodes while it validates, so this works on a copy.
 */
export function testConfig(config: DataTree): Outcome {
  using copy = config.duplicate();
  const result = copy.validate({ configOnly: true });
  return result.ok ? ok() : err(result.error.map((error) => rpcErrorFromYang(error, config.context)));
}
