import type { NmdaDatastore } from '../../config/config-service.js';
import { invalidValue, type RpcError } from '../../config/errors/rpc-error.js';
import { err, ok, type Result } from '../../lib/result.js';
import type { XmlElement } from '../../lib/xml/xml-element.js';
import { identityOf } from './identity-parameter.js';

const DATASTORES = 'urn:ietf:params:xml:ns:yang:ietf-datastores';

/** All datastores that can be read. */
export const NMDA_DATASTORES: readonly NmdaDatastore[] = [
  'running',
  'candidate',
  'startup',
  'intended',
  'operational',
];

/**
 * Reads an element such as `<datastore>` whose content is an identity of ietf-datastores (RFC 8526). What is not
 * among `allowed` is an invalid-value, as that RFC says.
 */
export function readNmdaDatastore<T extends NmdaDatastore>(
  element: XmlElement,
  allowed: readonly T[],
): Result<T, RpcError> {
  const { namespace, name } = identityOf(element);
  const found = namespace === DATASTORES ? allowed.find((candidate) => candidate === name) : undefined;
  if (found !== undefined && element.children.length === 0) return ok(found);
  const names = allowed.map((candidate) => `ds:${candidate}`).join(', ');
  return err(
    invalidValue(
      `<${element.local}> must be one of ${names} here, ds: being ${DATASTORES}; it is "${element.text.trim()}".`,
    ),
  );
}
