import { err } from '../../lib/result.js';
import { NETCONF_BASE } from '../namespaces.js';
import { okReply, type Operation } from './operation.js';
import { ParameterReader } from './parameter-reader.js';

/** `<cancel-commit>`: takes a confirmed commit back before its time is up (RFC 6241 §8.4.4.1). */
export const cancelCommit: Operation = {
  namespace: NETCONF_BASE,
  name: 'cancel-commit',
  async run(element, context) {
    const parameters = new ParameterReader(element, ['persist-id'], context);
    const persistId = parameters.leaf('persist-id');
    if (parameters.errors.length > 0) return err(parameters.errors);
    return okReply(await context.config.cancelCommit(persistId, context.requester));
  },
};
