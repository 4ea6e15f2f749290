import type { ErrorInfo, ErrorPath, RpcError } from '../../config/errors/rpc-error.js';
import { escapeXmlAttribute, escapeXmlText } from '../../lib/xml/escape-xml.js';

/**
 * `<rpc-error>` elements, one after another, with their children in the order of the XML schema (RFC
 * 6241 §4.3 and appendix B). `xmlns` is what each start tag needs to be in the base namespace: empty
 * when that is the default namespace where they will stand.
 */
export function writeRpcErrors(errors: readonly RpcError[], xmlns: string): string {
  return errors.map((error) => writeRpcError(error, xmlns)).join('');
}

function writeRpcError(error: RpcError, xmlns: string): string {
  return (
    `<rpc-error${xmlns}>` +
    `<error-type>${error.type}</error-type>` +
    `<error-tag>${error.tag}</error-tag>` +
    '<error-severity>error</error-severity>' +
    (error.appTag === undefined ? '' : `<error-app-tag>${escapeXmlText(error.appTag)}</error-app-tag>`) +
    (error.path === undefined ? '' : writePath(error.path)) +
    `<error-message xml:lang="en">${escapeXmlText(error.message)}</error-message>` +
    (error.info.length === 0 ? '' : `<error-info>${error.info.map(writeInfo).join('')}</error-info>`) +
    '</rpc-error>'
  );
}

function writePath({ text, namespaces }: ErrorPath): string {
  return `<error-path${declarationsOf(namespaces)}>${escapeXmlText(text)}</error-path>`;
}

function writeInfo({ name, value, namespace, prefixes = new Map() }: ErrorInfo): string {
  const xmlns = namespace === undefined ? '' : ` xmlns="${escapeXmlAttribute(namespace)}"`;
  return `<${name}${xmlns}${declarationsOf(prefixes)}>${escapeXmlText(value)}</${name}>`;
}

/** XPath knows no default namespace, and declaring one would move the element itself into it. */
function declarationsOf(prefixes: ReadonlyMap<string, string>): string {
  let declarations = '';
  for (const [prefix, uri] of prefixes) {
    if (prefix !== '') declarations += ` xmlns:${prefix}="${escapeXmlAttribute(uri)}"`;
  }
  return declarations;
}
