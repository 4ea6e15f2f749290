import type { Filter } from '../../config/config-service.js';
import { badElement } from '../../config/errors/rpc-error.js';
import type { ParameterReader } from './parameter-reader.js';

/** Reads `<subtree-filter>` or `<xpath-filter>` (RFC 8526 §3.1.1, RFC 9144); errors go to `parameters`. */
export function readNmdaFilter(parameters: ParameterReader): Filter | undefined {
  const subtree = parameters.optional('subtree-filter');
  const xpath = parameters.optional('xpath-filter');
  if (subtree !== undefined && xpath !== undefined) {
    parameters.errors.push(badElement('xpath-filter', 'There must be one filter only.'));
  }
  if (subtree !== undefined) return { type: 'subtree', element: subtree };
  if (xpath === undefined) return undefined;
  // The default namespace does not count in XPath (XPath 1.0 §2.3).
  const namespaces = new Map([...xpath.scope].filter(([prefix]) => prefix !== ''));
  return { type: 'xpath', select: parameters.leaf('xpath-filter') ?? '', namespaces };
}
