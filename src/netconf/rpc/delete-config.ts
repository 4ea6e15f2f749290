import { err } from '../../lib/result.js';
import { NETCONF_BASE } from '../namespaces.js';
import { DELETABLE, readDatastore } from './datastore-parameter.js';
import type { Operation } from './operation.js';
import { ParameterReader } from './parameter-reader.js';

/** `<delete-config>` (RFC 6241 §7.4): there is no datastore here that may be deleted. */
export const deleteConfig: Operation = {
  namespace: NETCONF_BASE,
  name: 'delete-config',
  async run(element, context) {
    const parameters = new ParameterReader(element, ['target'], context);
    readDatastore(parameters, 'target', DELETABLE, context);
    return err(parameters.errors);
  },
};
