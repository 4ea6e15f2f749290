import { err } from '../../lib/result.js';
import { NETCONF_BASE } from '../namespaces.js';
import { LOCKABLE, readDatastore } from './datastore-parameter.js';
import { okReply, type Operation } from './operation.js';
import { ParameterReader } from './parameter-reader.js';

/** `<lock>`: keeps all others from changing a datastore (RFC 6241 §7.5). */
export const lock: Operation = {
  namespace: NETCONF_BASE,
  name: 'lock',
  async run(element, context) {
    const parameters = new ParameterReader(element, ['target'], context);
    const target = readDatastore(parameters, 'target', LOCKABLE, context);
    if (target === undefined || parameters.errors.length > 0) return err(parameters.errors);
    return okReply(await context.config.lock(target, context.requester));
  },
};
