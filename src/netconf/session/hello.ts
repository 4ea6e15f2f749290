import { err, ok, type Result } from '../../lib/result.js';
import { escapeXmlText } from '../../lib/xml/escape-xml.js';
import type { XmlElement } from '../../lib/xml/xml-element.js';
import { CAPABILITY } from '../capabilities/capability.js';
import { NETCONF_BASE } from '../namespaces.js';

/** The version of the base protocol that both sides speak. */
export type BaseVersion = '1.0' | '1.1';

/** The server's `<hello>` (RFC 6241 §8.1). */
export function writeHello(capabilities: readonly string[], sessionId: number): string {
  const list = capabilities.map((uri) => `<capability>${escapeXmlText(uri)}</capability>`).join('');
  return (
    `<?xml version="1.0" encoding="UTF-8"?>\n<hello xmlns="${NETCONF_BASE}">` +
    `<capabilities>${list}</capabilities><session-id>${sessionId}</session-id></hello>`
  );
}

/**
 * Reads the client's `<hello>`: the highest base version that it shares with the server. The error
 * says what is wrong; the session must then be terminated (RFC 6241 §8.1).
 */
export function readHello(hello: XmlElement): Result<BaseVersion, string> {
  if (hello.local !== 'hello' || hello.namespace !== NETCONF_BASE) {
    return err(`the first message is <${hello.local}> of the namespace "${hello.namespace}"`);
  }
  const children = hello.children.filter(({ namespace }) => namespace === NETCONF_BASE);
  if (children.some(({ local }) => local === 'session-id')) return err('the client sent a <session-id>');
  const lists = children.filter(({ local }) => local === 'capabilities');
  if (lists.length !== 1) return err(`there are ${lists.length} <capabilities>`);
  const capabilities = lists[0]!.children
    .filter(({ local, namespace }) => local === 'capability' && namespace === NETCONF_BASE)
    .map(({ text }) => text.trim());
  const announced = new Set<string>(capabilities);
  if (announced.has(CAPABILITY.base11)) return ok('1.1');
  if (announced.has(CAPABILITY.base10)) return ok('1.0');
  return err('there is no base version in common');
}
