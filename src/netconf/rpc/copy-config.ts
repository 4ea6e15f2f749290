import { invalidValue } from '../../config/errors/rpc-error.js';
import { err } from '../../lib/result.js';
import { NETCONF_BASE } from '../namespaces.js';
import { readDatastore, readSource, REPLACEABLE, SOURCE } from './datastore-parameter.js';
import { okReply, type Operation } from './operation.js';
import { ParameterReader } from './parameter-reader.js';
import { readWithDefaults, WITH_DEFAULTS } from './with-defaults-parameter.js';

const PARAMETERS = ['target', 'source', 'with-defaults'];

/** `<copy-config>`: replaces the candidate or startup (RFC 6241 §7.3). */
export const copyConfig: Operation = {
  namespace: NETCONF_BASE,
  name: 'copy-config',
  payloads: [['source', 'config']],
  async run(element, context) {
    const parameters = new ParameterReader(element, PARAMETERS, context, {}, { foreign: WITH_DEFAULTS });
    const target = readDatastore(parameters, 'target', REPLACEABLE, context);
    const source = readSource(parameters, 'source', SOURCE, context);
    const withDefaults = readWithDefaults(parameters);
    if (source?.type === 'datastore' && source.name === target) {
      parameters.errors.push(invalidValue('<source> and <target> must not be the same datastore.'));
    }
    if (target === undefined || source === undefined || parameters.errors.length > 0)
      return err(parameters.errors);
    return okReply(await context.config.copyConfig(source, target, context.requester, withDefaults));
  },
};
