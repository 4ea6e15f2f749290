import { err } from '../../lib/result.js';
import { NETCONF_BASE } from '../namespaces.js';
import { okReply, type Operation } from './operation.js';
import { ParameterReader } from './parameter-reader.js';

/**
 * `<commit>`: makes the candidate the running configuration (RFC 6241 §8.3.4.1). The parameters of a
 * confirmed commit are unknown elements as long as :confirmed-commit is not announced (RFC 7950 §8.3.1).
 */
export const commit: Operation = {
  namespace: NETCONF_BASE,
  name: 'commit',
  async run(element, context) {
    const { errors } = new ParameterReader(element, [], context);
    if (errors.length > 0) return err(errors);
    return okReply(await context.config.commit(context.requester));
  },
};
