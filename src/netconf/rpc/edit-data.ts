import { missingElement } from '../../config/errors/rpc-error.js';
import { err } from '../../lib/result.js';
import { NETCONF_NMDA } from '../namespaces.js';
import { okReply, type Operation } from './operation.js';
import { readNmdaDatastore } from './nmda-datastore.js';
import { ParameterReader } from './parameter-reader.js';

const PARAMETERS = ['datastore', 'default-operation', 'config'];

/** `<edit-data>`: changes the candidate or startup; an error leaves it as it was (RFC 8526 §3.1.2). */
export const editData: Operation = {
  namespace: NETCONF_NMDA,
  name: 'edit-data',
  payloads: [['config']],
  async run(element, context) {
    const parameters = new ParameterReader(element, PARAMETERS, context);
    const named = parameters.required('datastore');
    const datastore = named === undefined ? undefined : readNmdaDatastore(named, ['candidate', 'startup']);
    if (datastore?.ok === false) parameters.errors.push(datastore.error);
    const defaultOperation = parameters.choice('default-operation', ['merge', 'replace', 'none'], 'merge');
    const config = parameters.optional('config');
    const hasUrl = element.children.some(({ local }) => local === 'url');
    if (config === undefined && !hasUrl) parameters.errors.push(missingElement('config'));
    if (datastore?.ok !== true || parameters.errors.length > 0) return err(parameters.errors);
    const edit = {
      xml: config?.payload ?? '',
      defaultOperation,
      testOption: 'deferred',
      errorOption: 'rollback-on-error',
    } as const;
    return okReply(await context.config.editConfig(datastore.value, edit, context.requester));
  },
};
