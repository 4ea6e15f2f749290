import { err } from '../../lib/result.js';
import { NETCONF_BASE } from '../namespaces.js';
import { readSource, VALIDATABLE } from './datastore-parameter.js';
import { okReply, type Operation } from './operation.js';
import { ParameterReader } from './parameter-reader.js';

/** `<validate>`: looks for errors in a configuration (RFC 6241 §8.6.4.1). */
export const validate: Operation = {
  namespace: NETCONF_BASE,
  name: 'validate',
  payloads: [['source', 'config']],
  async run(element, context) {
    const parameters = new ParameterReader(element, ['source'], context);
    const source = readSource(parameters, 'source', VALIDATABLE, context);
    if (source === undefined || parameters.errors.length > 0) return err(parameters.errors);
    return okReply(await context.config.validate(source, context.requester));
  },
};
