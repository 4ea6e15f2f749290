import type { RpcError } from '../../config/errors/rpc-error.js';
import { escapeXmlAttribute } from '../../lib/xml/escape-xml.js';
import type { XmlElement } from '../../lib/xml/xml-element.js';
import { writeRpcErrors } from '../errors/rpc-error-writer.js';
import { NETCONF_BASE } from '../namespaces.js';
import type { ReplyBody } from './operation.js';

/** The `<rpc-reply>` to `rpc` (`undefined`: to something that was none) with its result. */
export function writeReply(rpc: XmlElement | undefined, body: ReplyBody): string {
  return envelope(rpc, (xmlns) => {
    if (body.type === 'ok') return `<ok${xmlns}/>`;
    if (body.type === 'output') return body.xml;
    const own = body.namespace === NETCONF_BASE ? xmlns : ` xmlns="${body.namespace}"`;
    return body.xml === '' ? `<data${own}/>` : `<data${own}>${body.xml}</data>`;
  });
}

/** The `<rpc-reply>` to `rpc` (`undefined`: to something that was none) with errors. */
export function writeErrorReply(rpc: XmlElement | undefined, errors: readonly RpcError[]): string {
  return envelope(rpc, (xmlns) => writeRpcErrors(errors, xmlns));
}

/**
 * `<rpc-reply>` with all attributes of `<rpc>`, namespace declarations included (RFC 6241 §4.1), and
 * with its prefix, so that those declarations fit. `content` is told what its elements need to be in
 * the base namespace.
 */
function envelope(rpc: XmlElement | undefined, content: (xmlns: string) => string): string {
  if (rpc === undefined || rpc.local !== 'rpc' || rpc.namespace !== NETCONF_BASE) {
    return `<rpc-reply xmlns="${NETCONF_BASE}">${content('')}</rpc-reply>`;
  }
  const name = rpc.prefix === '' ? 'rpc-reply' : `${rpc.prefix}:rpc-reply`;
  let attributes = '';
  // Nothing is declared outside the root, so its scope is what it declares.
  for (const [prefix, uri] of rpc.scope) {
    attributes += ` ${prefix === '' ? 'xmlns' : `xmlns:${prefix}`}="${escapeXmlAttribute(uri)}"`;
  }
  for (const attribute of rpc.attributes)
    attributes += ` ${attribute.name}="${escapeXmlAttribute(attribute.value)}"`;
  const xmlns = rpc.scope.get('') === NETCONF_BASE ? '' : ` xmlns="${NETCONF_BASE}"`;
  return `<${name}${attributes}>${content(xmlns)}</${name}>`;
}
