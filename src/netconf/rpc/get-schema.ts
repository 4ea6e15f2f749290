import type { SchemaFormat } from '../../config/config-service.js';
import { invalidValue, type RpcError } from '../../config/errors/rpc-error.js';
import { err, ok, type Result } from '../../lib/result.js';
import { escapeXmlText } from '../../lib/xml/escape-xml.js';
import type { XmlElement } from '../../lib/xml/xml-element.js';
import { NETCONF_MONITORING } from '../namespaces.js';
import { identityOf } from './identity-parameter.js';
import type { Operation } from './operation.js';
import { ParameterReader } from './parameter-reader.js';

/** `<get-schema>`: the text of a module (RFC 6022 §3.1), in YANG or in YIN. */
export const getSchema: Operation = {
  namespace: NETCONF_MONITORING,
  name: 'get-schema',
  async run(element, context) {
    const parameters = new ParameterReader(element, ['identifier', 'version', 'format'], context);
    parameters.required('identifier');
    const name = parameters.leaf('identifier') ?? '';
    const version = parameters.leaf('version');
    parameters.leaf('format');
    const format = readFormat(parameters.optional('format'));
    if (!format.ok) parameters.errors.push(format.error);
    if (!format.ok || parameters.errors.length > 0) return err(parameters.errors);
    const revision = version === '' ? undefined : version;
    const text = await context.config.schemaText(name, revision, format.value);
    if (!text.ok) return text;
    return ok({ type: 'data', namespace: NETCONF_MONITORING, xml: escapeXmlText(text.value) });
  },
};

/** `<format>` is an identity of ietf-netconf-monitoring (RFC 6022 §2.1.3). */
function readFormat(element: XmlElement | undefined): Result<SchemaFormat, RpcError> {
  if (element === undefined) return ok('yang');
  const { namespace, name } = identityOf(element);
  if (namespace === NETCONF_MONITORING && (name === 'yang' || name === 'yin')) return ok(name);
  const text = element.text.trim();
  return err(invalidValue(`Schemas are available in the formats "yang" and "yin"; "${text}" was asked for.`));
}
