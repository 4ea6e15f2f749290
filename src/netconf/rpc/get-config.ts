import { err } from '../../lib/result.js';
import { NETCONF_BASE } from '../namespaces.js';
import { READABLE, readDatastore } from './datastore-parameter.js';
import { FILTER_ATTRIBUTES, readFilter } from './filter-parameter.js';
import { dataReply, type Operation } from './operation.js';
import { ParameterReader } from './parameter-reader.js';
import { readWithDefaults, WITH_DEFAULTS } from './with-defaults-parameter.js';

const PARAMETERS = ['source', 'filter', 'with-defaults'];

/** `<get-config>`: a configuration, or a part of it (RFC 6241 §7.1). */
export const getConfig: Operation = {
  namespace: NETCONF_BASE,
  name: 'get-config',
  async run(element, context) {
    const parameters = new ParameterReader(element, PARAMETERS, context, FILTER_ATTRIBUTES, {
      foreign: WITH_DEFAULTS,
    });
    const datastore = readDatastore(parameters, 'source', READABLE, context);
    const filter = readFilter(parameters);
    const withDefaults = readWithDefaults(parameters);
    if (datastore === undefined || parameters.errors.length > 0) return err(parameters.errors);
    return dataReply(
      await context.config.getConfig(
        {
          datastore,
          ...(filter === undefined ? {} : { filter }),
          ...(withDefaults === undefined ? {} : { withDefaults }),
        },
        context.requester,
      ),
    );
  },
};
