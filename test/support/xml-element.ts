import { XmlReader } from '../../src/lib/xml/xml-reader.js';
import type { XmlElement } from '../../src/lib/xml/xml-element.js';

/** The root element of an XML text. */
export function xmlElement(text: string): XmlElement {
  const reader = new XmlReader();
  const fault = reader.write(new TextEncoder().encode(text));
  const root = fault === undefined ? reader.end() : undefined;
  if (root?.ok !== true) throw new Error(`not XML: ${text}`);
  return root.value;
}
