import { err } from '../../lib/result.js';
import { NETCONF_BASE } from '../namespaces.js';
import { DELETABLE, readDatastore } from './datastore-parameter.js';
import { okReply, type Operation } from './operation.js';
import { ParameterReader } from './parameter-reader.js';

/** `<delete-config>` (RFC 6241 §7.4): of startup, the only datastore that can be deleted. */
export const deleteConfig: Operation = {
  namespace: NETCONF_BASE,
  name: 'delete-config',
  async run(element, context) {
    const parameters = new ParameterReader(element, ['target'], context);
    const target = readDatastore(parameters, 'target', DELETABLE, context);
    if (target !== 'startup' || parameters.errors.length > 0) return err(parameters.errors);
    return okReply(await context.config.deleteConfig(target, context.requester));
  },
};
