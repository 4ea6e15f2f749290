import type { Filter } from '../../config/config-service.js';
import { badAttribute, badElement, missingAttribute } from '../../config/errors/rpc-error.js';
import type { XmlElement } from '../../lib/xml/xml-element.js';
import { NETCONF_BASE } from '../namespaces.js';
import type { ParameterReader } from './parameter-reader.js';

/** The attributes of `<filter>`: for ParameterReader. */
export const FILTER_ATTRIBUTES = { filter: ['type', 'select'] } as const;

/**
 * Reads `<filter>` (RFC 6241 §6 and §8.9), `undefined` when there is none or a wrong one. Its
 * attributes count with and without the base namespace: RFC 6241 writes them without, some clients with.
 */
export function readFilter(parameters: ParameterReader): Filter | undefined {
  const element = parameters.optional('filter');
  if (element === undefined) return undefined;
  const type = attribute(element, 'type') ?? 'subtree';
  const select = attribute(element, 'select');
  if (type === 'xpath') return xpathFilter(element, select, parameters);
  if (type !== 'subtree') {
    const message = `The filter type must be "subtree" or "xpath"; it is "${type}".`;
    parameters.errors.push(badAttribute('type', 'filter', message, { type: 'protocol' }));
  } else if (select !== undefined) {
    const message = 'The attribute "select" belongs to filters of type "xpath".';
    parameters.errors.push(badAttribute('select', 'filter', message, { type: 'protocol' }));
  }
  return { type: 'subtree', element };
}

function xpathFilter(
  element: XmlElement,
  select: string | undefined,
  parameters: ParameterReader,
): Filter | undefined {
  if (element.children.length > 0 || element.text.trim() !== '') {
    parameters.errors.push(badElement('filter', 'A filter of type "xpath" must be empty.'));
  }
  if (select === undefined) {
    parameters.errors.push(missingAttribute('select', 'filter', { type: 'protocol' }));
    return undefined;
  }
  // The default namespace does not count in XPath (XPath 1.0 §2.3).
  const namespaces = new Map([...element.scope].filter(([prefix]) => prefix !== ''));
  return { type: 'xpath', select, namespaces };
}

function attribute(element: XmlElement, name: string): string | undefined {
  return element.attributes.find(
    ({ local, namespace }) => local === name && (namespace === '' || namespace === NETCONF_BASE),
  )?.value;
}
