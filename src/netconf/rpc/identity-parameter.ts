import type { XmlElement } from '../../lib/xml/xml-element.js';

/** The identity that an element's text names; without a prefix it is of the default namespace (RFC 7950 §9.10.3). */
export function identityOf(element: XmlElement): { readonly namespace: string; readonly name: string } {
  const text = element.text.trim();
  const colon = text.indexOf(':');
  return {
    namespace: element.scope.get(colon === -1 ? '' : text.slice(0, colon)) ?? '',
    name: text.slice(colon + 1),
  };
}
