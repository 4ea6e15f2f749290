import {
  badAttribute,
  badElement,
  missingAttribute,
  missingElement,
  unknownElement,
  unknownNamespace,
  type RpcError,
} from '../../config/errors/rpc-error.js';
import { err, ok, type Result } from '../../lib/result.js';
import type { XmlElement } from '../../lib/xml/xml-element.js';
import { NETCONF_BASE } from '../namespaces.js';

/** Longest message-id (messageIdType in RFC 6241 appendix B). */
const MAX_MESSAGE_ID = 4095;

/** Takes the operation's element out of an `<rpc>` (RFC 6241 §4.1). Errors are of the layer `rpc`. */
export function readRpc(root: XmlElement): Result<XmlElement, RpcError> {
  if (root.namespace !== NETCONF_BASE) {
    return err(unknownNamespace(root.local, root.namespace, undefined, { type: 'rpc' }));
  }
  if (root.local !== 'rpc') {
    return err(unknownElement(root.local, `<rpc> is expected, not <${root.local}>.`, { type: 'rpc' }));
  }
  const messageId = root.attributes.find(({ name }) => name === 'message-id')?.value;
  if (messageId === undefined) return err(missingAttribute('message-id', 'rpc'));
  if (messageId.length > MAX_MESSAGE_ID) {
    const message = `A message-id must not have more than ${MAX_MESSAGE_ID} characters.`;
    return err(badAttribute('message-id', 'rpc', message));
  }
  const [operation, second] = root.children;
  if (root.text.trim() !== '')
    return err(badElement('rpc', '<rpc> must have no text of its own.', { type: 'rpc' }));
  if (operation === undefined)
    return err(missingElement('rpc', '<rpc> holds no operation.', { type: 'rpc' }));
  if (second !== undefined) {
    return err(badElement(second.local, '<rpc> must hold one operation only.', { type: 'rpc' }));
  }
  return ok(operation);
}
