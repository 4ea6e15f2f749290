import type { DataRequest, OriginFilter } from '../../config/config-service.js';
import { badElement, invalidValue, unknownElement } from '../../config/errors/rpc-error.js';
import { err, ok } from '../../lib/result.js';
import type { XmlElement } from '../../lib/xml/xml-element.js';
import { NETCONF_NMDA } from '../namespaces.js';
import { identityOf } from './identity-parameter.js';
import { readNmdaFilter } from './nmda-filter.js';
import { NMDA_DATASTORES, readNmdaDatastore } from './nmda-datastore.js';
import type { Operation } from './operation.js';
import { ParameterReader } from './parameter-reader.js';
import { readWithDefaults } from './with-defaults-parameter.js';

const PARAMETERS = [
  'datastore',
  'subtree-filter',
  'xpath-filter',
  'config-filter',
  'origin-filter',
  'negated-origin-filter',
  'max-depth',
  'with-origin',
  'with-defaults',
];
const REPEATABLE = ['origin-filter', 'negated-origin-filter'];
const ORIGIN = 'urn:ietf:params:xml:ns:yang:ietf-origin';
const ORIGINS = new Set(['origin', 'intended', 'dynamic', 'system', 'learned', 'default', 'unknown']);
const MOST_LEVELS = 65_535;

/** `<get-data>`: any datastore, or a part of it (RFC 8526 §3.1.1). */
export const getData: Operation = {
  namespace: NETCONF_NMDA,
  name: 'get-data',
  async run(element, context) {
    const parameters = new ParameterReader(element, PARAMETERS, context, {}, { repeatable: REPEATABLE });
    const request = readRequest(parameters);
    if (request === undefined || parameters.errors.length > 0) return err(parameters.errors);
    const data = await context.config.getData(request, context.requester);
    return data.ok ? ok({ type: 'data', namespace: NETCONF_NMDA, xml: data.value }) : data;
  },
};

function readRequest(parameters: ParameterReader): DataRequest | undefined {
  const named = parameters.required('datastore');
  const datastore = named === undefined ? undefined : readNmdaDatastore(named, NMDA_DATASTORES);
  if (datastore?.ok === false) parameters.errors.push(datastore.error);
  const filter = readNmdaFilter(parameters);
  const hasConfigFilter = parameters.optional('config-filter') !== undefined;
  const config = parameters.choice('config-filter', ['true', 'false'], 'true') === 'true';
  const maxDepth = readMaxDepth(parameters);
  const withDefaults = readWithDefaults(parameters);
  const origins = readOrigins(parameters);
  const withOrigin = readWithOrigin(parameters);
  if (datastore?.ok !== true) return undefined;
  if (datastore.value !== 'operational') refuseOrigins(parameters, withOrigin);
  return {
    datastore: datastore.value,
    withOrigin,
    ...(filter === undefined ? {} : { filter }),
    ...(hasConfigFilter ? { config } : {}),
    ...(maxDepth === undefined ? {} : { maxDepth }),
    ...(withDefaults === undefined ? {} : { withDefaults }),
    ...(origins === undefined ? {} : { origins }),
  };
}

function readMaxDepth(parameters: ParameterReader): number | undefined {
  const text = parameters.leaf('max-depth');
  if (text === undefined || text === 'unbounded') return undefined;
  const levels = /^\+?\d{1,9}$/.test(text) ? Number(text) : 0;
  if (levels >= 1 && levels <= MOST_LEVELS) return levels;
  const message = `<max-depth> must be "unbounded" or a number from 1 to ${MOST_LEVELS}; it is "${text}".`;
  parameters.errors.push(invalidValue(message));
  return undefined;
}

function readWithOrigin(parameters: ParameterReader): boolean {
  const text = parameters.leaf('with-origin');
  if (text !== undefined && text !== '') parameters.errors.push(invalidValue('<with-origin> must be empty.'));
  return text !== undefined;
}

function readOrigins(parameters: ParameterReader): OriginFilter | undefined {
  const only = parameters.all('origin-filter');
  const not = parameters.all('negated-origin-filter');
  if (only.length > 0 && not.length > 0) {
    parameters.errors.push(
      badElement('negated-origin-filter', 'There must be one kind of origin filter only.'),
    );
  }
  if (only.length === 0 && not.length === 0) return undefined;
  const names = [...only, ...not].map((element) => readOrigin(element, parameters));
  return { negated: not.length > 0, names };
}

function readOrigin(element: XmlElement, parameters: ParameterReader): string {
  const { namespace, name } = identityOf(element);
  if (namespace !== ORIGIN || !ORIGINS.has(name)) {
    const message = `"${element.text.trim()}" is no identity of ${ORIGIN}.`;
    parameters.errors.push(invalidValue(message));
  }
  return name;
}

/** RFC 8526 names the error for with-origin; the filters are not there when their `when` is false (RFC 7950 §8.3.1). */
function refuseOrigins(parameters: ParameterReader, withOrigin: boolean): void {
  if (withOrigin) parameters.errors.push(invalidValue('Only ds:operational has origins (<with-origin>).'));
  for (const name of REPEATABLE) {
    if (parameters.all(name).length === 0) continue;
    parameters.errors.push(unknownElement(name, `<${name}> is for ds:operational only.`));
  }
}
