import { invalidValue, type RpcError } from '../../config/errors/rpc-error.js';
import { err, ok } from '../../lib/result.js';
import { escapeXmlText } from '../../lib/xml/escape-xml.js';
import type { XmlElement } from '../../lib/xml/xml-element.js';
import { NETCONF_MONITORING } from '../namespaces.js';
import type { Operation } from './operation.js';
import { ParameterReader } from './parameter-reader.js';

/** `<get-schema>`: the text of a module (RFC 6022 §3.1), in YANG. */
export const getSchema: Operation = {
  namespace: NETCONF_MONITORING,
  name: 'get-schema',
  async run(element, context) {
    const parameters = new ParameterReader(element, ['identifier', 'version', 'format'], context);
    parameters.required('identifier');
    const name = parameters.leaf('identifier') ?? '';
    const version = parameters.leaf('version');
    parameters.leaf('format');
    const formatError = checkFormat(parameters.optional('format'));
    if (formatError !== undefined) parameters.errors.push(formatError);
    if (parameters.errors.length > 0) return err(parameters.errors);
    const text = await context.config.schemaText(name, version === '' ? undefined : version);
    if (!text.ok) return text;
    return ok({ type: 'data', namespace: NETCONF_MONITORING, xml: escapeXmlText(text.value) });
  },
};

/** `<format>` is an identity; without a prefix it is of the element's own namespace (RFC 7950 §9.10.3). */
function checkFormat(element: XmlElement | undefined): RpcError | undefined {
  if (element === undefined) return undefined;
  const text = element.text.trim();
  const colon = text.indexOf(':');
  const namespace = element.scope.get(colon === -1 ? '' : text.slice(0, colon));
  if (namespace === NETCONF_MONITORING && text.slice(colon + 1) === 'yang') return undefined;
  return invalidValue(`Schemas are available in the format "yang" only; "${text}" was asked for.`);
}
