import type { PatchEdit } from '../../config/compare/patch-edits.js';
import type { DatastoreComparisonRequest, NmdaDatastore } from '../../config/config-service.js';
import { invalidValue } from '../../config/errors/rpc-error.js';
import { err, ok } from '../../lib/result.js';
import { escapeXmlText } from '../../lib/xml/escape-xml.js';
import { NMDA_COMPARE } from '../namespaces.js';
import { readNmdaFilter } from './nmda-filter.js';
import { NMDA_DATASTORES, readNmdaDatastore } from './nmda-datastore.js';
import type { Operation } from './operation.js';
import { ParameterReader } from './parameter-reader.js';

const PARAMETERS = ['source', 'target', 'all', 'report-origin', 'subtree-filter', 'xpath-filter'];
const XMLNS = ` xmlns="${NMDA_COMPARE}"`;

/** `<compare>`: what makes one datastore out of another, as a YANG patch (RFC 9144). */
export const nmdaCompare: Operation = {
  namespace: NMDA_COMPARE,
  name: 'compare',
  async run(element, context) {
    const parameters = new ParameterReader(element, PARAMETERS, context);
    const request = readRequest(parameters);
    if (request === undefined || parameters.errors.length > 0) return err(parameters.errors);
    const compared = await context.config.compareDatastores(request, context.requester);
    if (!compared.ok) return compared;
    if (compared.value.type === 'no-matches') return ok({ type: 'output', xml: `<no-matches${XMLNS}/>` });
    return ok({ type: 'output', xml: patchXml(request, compared.value.edits) });
  },
};

function readRequest(parameters: ParameterReader): DatastoreComparisonRequest | undefined {
  const source = readDatastore(parameters, 'source');
  const target = readDatastore(parameters, 'target');
  const filter = readNmdaFilter(parameters);
  const all = readEmpty(parameters, 'all');
  const reportOrigin = readEmpty(parameters, 'report-origin');
  if (source === undefined || target === undefined) return undefined;
  return { source, target, all, reportOrigin, ...(filter === undefined ? {} : { filter }) };
}

function readDatastore(parameters: ParameterReader, name: string): NmdaDatastore | undefined {
  const element = parameters.required(name);
  if (element === undefined) return undefined;
  const datastore = readNmdaDatastore(element, NMDA_DATASTORES);
  if (datastore.ok) return datastore.value;
  parameters.errors.push(datastore.error);
  return undefined;
}

function readEmpty(parameters: ParameterReader, name: string): boolean {
  const text = parameters.leaf(name);
  if (text !== undefined && text !== '') parameters.errors.push(invalidValue(`<${name}> must be empty.`));
  return text !== undefined;
}

/** Without an edit, and with the id that every patch must have, where nothing differs. */
function patchXml({ source, target }: DatastoreComparisonRequest, edits: readonly PatchEdit[]): string {
  const inside = [
    leaf('patch-id', `${source}-${target}`),
    leaf('comment', `what makes ${target} out of ${source}`),
    ...edits.map((edit, index) => editXml(edit, index + 1)),
  ];
  return `<differences${XMLNS}><yang-patch>${inside.join('')}</yang-patch></differences>`;
}

function editXml(edit: PatchEdit, id: number): string {
  const { operation, target, point, where, value, sourceValue } = edit;
  const inside = [
    leaf('edit-id', String(id)),
    leaf('operation', operation),
    leaf('target', target),
    point === undefined ? '' : leaf('point', point),
    where === undefined ? '' : leaf('where', where),
    value === undefined ? '' : `<value>${value}</value>`,
    sourceValue === undefined ? '' : `<source-value>${sourceValue}</source-value>`,
  ];
  return `<edit>${inside.join('')}</edit>`;
}

function leaf(name: string, value: string): string {
  return `<${name}>${escapeXmlText(value)}</${name}>`;
}
