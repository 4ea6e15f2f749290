import type { XmlElement } from '../../../lib/xml/xml-element.js';
import type { DataNode } from '../../yang/data-node.js';
import type { YangContext } from '../../yang/yang-context.js';

/** Namespaces of the operations that have a filter, which an unprefixed one inherits; and none at all. */
const inherited: ReadonlySet<string> = new Set([
  '',
  'urn:ietf:params:xml:ns:netconf:base:1.0',
  'urn:ietf:params:xml:ns:netconf:notification:1.0',
  'urn:ietf:params:xml:ns:yang:ietf-netconf-nmda',
  'urn:ietf:params:xml:ns:yang:ietf-nmda-compare',
]);
/** Of `xmlns` and `xmlns:…`, which are no attributes of the data. */
const declarationNamespace = 'http://www.w3.org/2000/xmlns/';

/** RFC 6241 §6.2.5: a leaf element with simple content; white space around it does not count. */
export function isContentMatch(filter: XmlElement): boolean {
  return filter.children.length === 0 && filter.text.trim() !== '';
}

/**
 * Whether a filter element is about nodes of that name (RFC 6241 §6.2.1): about those of any namespace where it
 * has none, or that of an operation, which an unprefixed filter inherits from the request.
 */
export function matchesName(
  filter: XmlElement,
  node: { readonly name: string; readonly namespace: string },
): boolean {
  if (filter.local !== node.name) return false;
  return inherited.has(filter.namespace) || filter.namespace === node.namespace;
}

/** RFC 6241 §6.2.2: every attribute of the filter element is there with the same value. */
export function matchesAttributes(filter: XmlElement, node: DataNode): boolean {
  const wanted = filter.attributes.filter(({ namespace }) => namespace !== declarationNamespace);
  if (wanted.length === 0) return true;
  const metadata = node.metadata();
  return wanted.every(({ local, namespace, value }) =>
    metadata.some((one) => {
      const uri = one.namespace ?? node.tree.context.moduleByName(one.moduleName)?.namespace;
      return one.name === local && one.value === value && (namespace === '' || namespace === uri);
    }),
  );
}

/** The content `prefix:name` as `module:name`, which is how libyang has names of identities; else undefined. */
export function contentWithModuleName(filter: XmlElement, context: YangContext): string | undefined {
  const [prefix, name, ...rest] = filter.text.trim().split(':');
  const namespace = filter.scope.get(prefix ?? '');
  if (name === undefined || rest.length > 0 || namespace === undefined) return undefined;
  const module = context.moduleByNamespace(namespace);
  return module === undefined ? undefined : `${module.name}:${name}`;
}
