import { err } from '../../lib/result.js';
import { NETCONF_BASE } from '../namespaces.js';
import { FILTER_ATTRIBUTES, readFilter } from './filter-parameter.js';
import { dataReply, type Operation } from './operation.js';
import { ParameterReader } from './parameter-reader.js';
import { readWithDefaults, WITH_DEFAULTS } from './with-defaults-parameter.js';

const PARAMETERS = ['filter', 'with-defaults'];

/** `<get>`: running and the state of the system (RFC 6241 §7.7). */
export const get: Operation = {
  namespace: NETCONF_BASE,
  name: 'get',
  async run(element, context) {
    const parameters = new ParameterReader(element, PARAMETERS, context, FILTER_ATTRIBUTES, {
      foreign: WITH_DEFAULTS,
    });
    const filter = readFilter(parameters);
    const withDefaults = readWithDefaults(parameters);
    if (parameters.errors.length > 0) return err(parameters.errors);
    return dataReply(await context.config.get(filter, context.requester, withDefaults));
  },
};
