import { err } from '../../lib/result.js';
import { NETCONF_BASE } from '../namespaces.js';
import { LOCKABLE, readDatastore } from './datastore-parameter.js';
import { okReply, type Operation } from './operation.js';
import { ParameterReader } from './parameter-reader.js';

/** `<unlock>`: gives back the session's own lock (RFC 6241 §7.6). */
export const unlock: Operation = {
  namespace: NETCONF_BASE,
  name: 'unlock',
  async run(element, context) {
    const parameters = new ParameterReader(element, ['target'], context);
    const target = readDatastore(parameters, 'target', LOCKABLE, context);
    if (target === undefined || parameters.errors.length > 0) return err(parameters.errors);
    return okReply(await context.config.unlock(target, context.requester));
  },
};
